"""Powers of attorney: who may act for whom, now or at another moment (R60)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from certorigin.errors import UnknownError
from certorigin.vocabulary.sorting import sort_key
from certorigin_server.users.models import Organisation, PowerOfAttorney
from certorigin_server.users.queries import ASKING_KINDS, organisations_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.users.models import User

Covers = PowerOfAttorney.Covers


def in_force(*, at: datetime) -> Q:
    """Return the condition under which a power is in force at a moment."""
    day = timezone.localdate(at)
    not_revoked = Q(revoked_at=None) | Q(revoked_at__gt=at)
    return Q(starts__lte=day, ends__gte=day) & not_revoked


def powers_held(user: User, *, at: datetime) -> QuerySet[PowerOfAttorney]:
    """Return the powers under which a person's company may act for others at a moment."""
    if user.organisation_id is None:
        return PowerOfAttorney.objects.none()
    return _with_parties().filter(in_force(at=at), agent=user.organisation_id)


def powers_ever_held(user: User) -> QuerySet[PowerOfAttorney]:
    """Return every power that a person's company was ever given, in force or not."""
    if user.organisation_id is None:
        return PowerOfAttorney.objects.none()
    return _with_parties().filter(agent=user.organisation_id)


def powers_given(user: User) -> QuerySet[PowerOfAttorney]:
    """Return every power that a person's company or one of its branches gave, newest first."""
    return _with_parties().filter(principal__in=organisations_of(user))


def find_power(
    *, principal: Organisation, agent: Organisation, covers: str, at: datetime
) -> PowerOfAttorney | None:
    """Return the power that covers an act at a moment, the one that lasts longest; or None.

    Who may submit may prepare too.
    """
    enough = [Covers.SUBMIT] if covers == Covers.SUBMIT else list(Covers)
    found = _with_parties().filter(in_force(at=at), principal=principal, agent=agent)
    # A power to submit comes first: what is begun under it can be finished under it.
    return found.filter(covers__in=enough).order_by("-covers", "-ends", "-pk").first()


def get_given(power: int, *, user: User) -> PowerOfAttorney:
    """Return a power that a person's company gave. Raises UnknownError (`power.unknown`)."""
    found = powers_given(user).filter(pk=power).first()
    if found is None:
        raise UnknownError("power.unknown", power=str(power))
    return found


def find_trader(name: str) -> Organisation | None:
    """Return the company with a number in its register, or with a short name; or None."""
    asked = name.strip()
    named = Q(identifier=asked) | Q(slug=asked) if asked else Q(pk=None)
    return Organisation.objects.filter(named, kind__in=ASKING_KINDS).order_by("pk").first()


def branches_of(organisation: Organisation) -> list[Organisation]:
    """Return the branches of an organisation, by name."""
    return list(organisation.branches.order_by("sort_name", "name"))


def principals_of(user: User, *, at: datetime) -> list[Organisation]:
    """Return for whom a person may ask for certificates: the own company first (R60)."""
    own = user.organisation
    if own is None or own.kind not in ASKING_KINDS:
        return []
    others = {power.principal_id: power.principal for power in powers_held(user, at=at)}
    return [own, *branches_of(own), *sorted(others.values(), key=lambda one: sort_key(one.name))]


def _with_parties() -> QuerySet[PowerOfAttorney]:
    return PowerOfAttorney.objects.select_related("principal", "agent", "recorded_by", "revoked_by")
