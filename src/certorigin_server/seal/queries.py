"""Reading prepared and sealed acts, by what they still need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField

from certorigin.errors import StandingError, UnknownError
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.prepared import Prepared
from certorigin_server.seal.models import HeldCorridor, SealedAct

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.prepared import Slot


def _waiting(subject: Slot, **kind: Slot) -> QuerySet[SealedAct]:
    return acts_about(subject).filter(log_index=None, set_aside_at=None, **kind)


_WAITING = Prepared(_waiting, subject=CharField(), kind=CharField())


def _held(**corridor: Slot) -> QuerySet[HeldCorridor]:
    return HeldCorridor.objects.filter(**corridor).order_by("corridor")


_HELD = Prepared(_held, corridor=CharField())


def find_held(corridor: str) -> HeldCorridor | None:
    """Return why nothing may be done in a corridor, or None."""
    return _HELD.first(corridor=corridor)


def held_corridors() -> list[HeldCorridor]:
    """Return every corridor in which nothing may be done, with the reason."""
    return _HELD()


def require_not_held(corridor: str, *, among: Iterable[HeldCorridor] | None = None) -> None:
    """Let nothing be done in a corridor that is held. Raises StandingError with its reason.

    `among` are the held corridors, where they were asked for before.
    """
    if among is None:
        held = find_held(corridor)
    else:
        held = next((one for one in among if one.corridor == corridor), None)
    if held is not None:
        raise StandingError(held.reason, corridor=corridor, since=moment_to_text(held.since))


def acts_to_seal(limit: int = 100) -> list[SealedAct]:
    """Return prepared acts without a seal, oldest first; not those that are stuck or set aside.

    Nor those of a corridor that is held: what the partner holds of ours may sign them already.
    """
    waiting = SealedAct.objects.filter(sealed=None, stuck_at=None, set_aside_at=None)
    waiting = waiting.exclude(corridor__in=HeldCorridor.objects.values("corridor"))
    return list(waiting.order_by("prepared_at", "id")[:limit])


def stuck_acts(limit: int = 100) -> list[SealedAct]:
    """Return the acts that the trust list keeps from being sealed, longest waiting first."""
    stuck = SealedAct.objects.filter(sealed=None, stuck_at__isnull=False, set_aside_at=None)
    return list(stuck.order_by("stuck_at", "id")[:limit])


def acts_beside(*, corridors: Iterable[str], limit: int = 256) -> list[SealedAct]:
    """Return sealed acts of no such corridor that no log holds yet, in the order of their seals."""
    waiting = SealedAct.objects.filter(log_index=None, sealed__isnull=False)
    waiting = waiting.exclude(corridor__in=list(corridors))
    return list(waiting.order_by("sealed_at", "id")[:limit])


def acts_to_log(*, corridor: str, kind: str = "", limit: int = 256) -> list[SealedAct]:
    """Return sealed acts of a corridor that no log holds yet, in the order of their seals."""
    waiting = SealedAct.objects.filter(corridor=corridor, log_index=None, sealed__isnull=False)
    if kind:
        waiting = waiting.filter(kind=kind)
    return list(waiting.order_by("sealed_at", "id")[:limit])


def acts_about(subject: str | Slot) -> QuerySet[SealedAct]:
    """Return this installation's acts about one certificate, those set aside too."""
    return SealedAct.objects.filter(subject=subject).order_by("prepared_at", "id")


def waiting_about(subject: str, *, kind: str = "") -> list[SealedAct]:
    """Return this installation's acts about a certificate that no log holds, or those of a kind."""
    return _WAITING(subject=subject, **({"kind": kind} if kind else {}))


def waiting_among(subjects: Iterable[str]) -> list[SealedAct]:
    """Return for many certificates what `waiting_about` does, in one statement."""
    waiting = SealedAct.objects.filter(subject__in=list(subjects))
    waiting = waiting.filter(log_index=None, set_aside_at=None)
    return list(waiting.order_by("prepared_at", "id"))


def underway_among(subjects: Iterable[str], *, kind: str) -> set[str]:
    """Return about which of many certificates we prepared an act of a kind that no log holds."""
    waiting = SealedAct.objects.filter(subject__in=list(subjects), log_index=None, kind=kind)
    return set(waiting.values_list("subject", flat=True))


def published_acts(subjects: QuerySet[Any]) -> list[tuple[str, str, str | None]]:
    """Return kind, subject and digest of what we published about certificates, in one statement."""
    found = SealedAct.objects.filter(subject__in=subjects, published_at__isnull=False)
    return list(found.order_by().values_list("kind", "subject", "digest"))


def acts_underway(kinds: Iterable[str], *, corridor: str) -> list[SealedAct]:
    """Return this installation's acts of some kinds that no log holds yet, oldest first."""
    acts = SealedAct.objects.filter(kind__in=[str(kind) for kind in kinds], corridor=corridor)
    to_seal = acts.filter(sealed=None, set_aside_at=None)
    to_log = acts.filter(log_index=None, sealed__isnull=False)
    return sorted((*to_seal, *to_log), key=lambda act: (act.prepared_at, act.pk))


def acts_not_mirrored(kind: str) -> QuerySet[SealedAct, tuple[str]]:
    """Return the ids of our acts of a kind that the partner has not countersigned."""
    acts = SealedAct.objects.filter(kind=str(kind))
    to_seal = acts.filter(sealed=None, set_aside_at=None)
    to_log = acts.filter(log_index=None, sealed__isnull=False)
    to_mirror = acts.filter(mirrored_at=None, log_index__isnull=False)
    return to_seal.values_list("pk").union(
        to_log.values_list("pk"), to_mirror.values_list("pk"), all=True
    )


def endings_of(subjects: Iterable[str]) -> dict[str, str]:
    """Return the kind of the act of ours that ends each of these certificates that has one."""
    ends = (str(Kind.ANNULLED), str(Kind.REPLACED))
    found = SealedAct.objects.filter(kind__in=ends, set_aside_at=None, subject__in=list(subjects))
    return dict(found.order_by("-prepared_at").values_list("subject", "kind"))


def find_act(act_id: str) -> SealedAct | None:
    """Return one of our acts, or None."""
    return SealedAct.objects.filter(pk=act_id).first()


def get_act(act_id: str) -> SealedAct:
    """Return one of our acts. Raises UnknownError (`act.unknown`)."""
    act = find_act(act_id)
    if act is None:
        raise UnknownError("act.unknown", act=act_id)
    return act


def act_at(*, origin: str, index: int) -> SealedAct | None:
    """Return the act at an index of one of our logs, or None."""
    return SealedAct.objects.filter(log_origin=origin, log_index=index).first()


class LoggedBytes(NamedTuple):
    """The sealed bytes of an act of ours that has its place in a log."""

    pk: str
    raw: bytes


def logged_acts_of(origin: str) -> dict[int, LoggedBytes]:
    """Return the sealed bytes of every act in one of our logs, by its index."""
    rows = SealedAct.objects.filter(log_origin=origin, log_index__isnull=False)
    found = rows.values_list("log_index", "pk", "sealed")
    return {int(index or 0): LoggedBytes(pk, (raw or "").encode()) for index, pk, raw in found}


def last_index(origin: str) -> int | None:
    """Return the highest index that the register knows of a log, or None for an empty one."""
    last = SealedAct.objects.filter(log_origin=origin).order_by("-log_index").first()
    return last.log_index if last else None


def acts_waiting_since(moment: datetime, *, limit: int = 50) -> list[SealedAct]:
    """Return acts that waited for the seal, the log or publication already at a moment."""
    acts = SealedAct.objects.order_by("prepared_at", "id")
    to_seal = acts.filter(sealed=None, set_aside_at=None, prepared_at__lt=moment)
    to_log = acts.filter(log_index=None, sealed__isnull=False, sealed_at__lt=moment)
    to_publish = acts.filter(published_at=None, log_index__isnull=False, logged_at__lt=moment)
    found = [act for waiting in (to_seal, to_log, to_publish) for act in waiting[:limit]]
    return sorted(found, key=lambda act: (act.prepared_at, act.pk))[:limit]


def count_waiting(*, corridor: str) -> dict[str, int]:
    """Count the acts of a corridor that still wait for a seal, the log, or the partner."""
    acts = SealedAct.objects.filter(corridor=corridor)
    return {
        "to_seal": acts.filter(sealed=None, set_aside_at=None).count(),
        "to_log": acts.filter(log_index=None, sealed__isnull=False).count(),
        "to_publish": acts.filter(published_at=None, log_index__isnull=False).count(),
        "to_mirror": acts.filter(mirrored_at=None, log_index__isnull=False).count(),
    }
