"""Reading the register of blanks: whose it is, what it holds, what should be in the safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.certification.blanks import join, total, without
from certorigin_server.blanks.models import Delivery, Destruction, SafeCount, Spoiled, Use
from certorigin_server.users.queries import choose_body, issuing_bodies_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from certorigin.certification.blanks import Blanks
    from certorigin_server.users.queries import Organisation, User

SHOWN = 100


@dataclass(frozen=True)
class Register:
    """What a body's register comes to, as ranges."""

    received: tuple[Blanks, ...]
    used: tuple[Blanks, ...]
    spoiled: tuple[Blanks, ...]
    destroyed: tuple[Blanks, ...]

    @property
    def in_safe(self) -> tuple[Blanks, ...]:
        """What should lie in the safe, with what is spoiled and not destroyed yet."""
        return without(self.received, (*self.used, *self.destroyed))

    @property
    def free(self) -> tuple[Blanks, ...]:
        """What can be printed on."""
        return without(self.received, (*self.used, *self.spoiled, *self.destroyed))

    @property
    def counts(self) -> dict[str, int]:
        """How many blanks each part holds."""
        names = ("received", "used", "spoiled", "destroyed", "in_safe", "free")
        return {name: total(getattr(self, name)) for name in names}


def bodies_of(user: User) -> list[Organisation]:
    """Return the issuing bodies whose blanks a person may see: those of one's own organisation."""
    return [body for body in issuing_bodies_of(user) if body.number_grammar]


def get_body(slug: str, *, user: User) -> Organisation:
    """Return one of them; without a name one's own, else the first.

    Raises UnknownError (`organisation.unknown`).
    """
    return choose_body(bodies_of(user), slug, user=user)


def received_by(body: Organisation) -> QuerySet[Delivery]:
    """Return the deliveries of a body that count: what was taken back as a mistake does not."""
    return Delivery.objects.filter(body=body, taken_back_at=None)


def keeps_register(body: Organisation) -> bool:
    """Say whether a body notes the blanks that it receives; until then none is asked after."""
    return received_by(body).exists()


def register_of(body: Organisation) -> Register:
    """Return what a body received, used, spoiled and destroyed."""
    spoiled = Spoiled.objects.filter(body=body, taken_back_at=None)
    return Register(
        received=_ranges(received_by(body)),
        used=_ranges(Use.objects.filter(body=body)),
        spoiled=_ranges(spoiled.filter(destruction=None)),
        destroyed=_ranges(spoiled.exclude(destruction=None)),
    )


def deliveries_of(body: Organisation) -> QuerySet[Delivery]:
    """Return the deliveries of a body, newest first, with those that were taken back."""
    return Delivery.objects.filter(body=body).select_related("noted_by", "taken_back_by")


def spoiled_of(body: Organisation) -> list[Spoiled]:
    """Return the spoiled blanks that wait for their destruction, newest first."""
    found = Spoiled.objects.filter(body=body, destruction=None, taken_back_at=None)
    return list(found.select_related("noted_by")[:SHOWN])


def taken_back_of(body: Organisation) -> list[Spoiled]:
    """Return the newest notes of spoiled blanks that were taken back as mistakes."""
    found = Spoiled.objects.filter(body=body, taken_back_at__isnull=False)
    return list(found.select_related("noted_by", "taken_back_by")[:SHOWN])


def destructions_of(body: Organisation) -> list[Destruction]:
    """Return the newest destructions with their blanks."""
    found = Destruction.objects.filter(body=body).select_related("noted_by")
    return list(found.prefetch_related("blanks")[:SHOWN])


def counts_of(body: Organisation) -> list[SafeCount]:
    """Return the newest counts of the safe."""
    return list(SafeCount.objects.filter(body=body).select_related("counted_by")[:SHOWN])


def _ranges(rows: QuerySet[Delivery] | QuerySet[Use] | QuerySet[Spoiled]) -> tuple[Blanks, ...]:
    found = rows.order_by("series", "width", "first")
    return join(row.blanks for row in found.iterator(chunk_size=5000))
