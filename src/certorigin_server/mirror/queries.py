"""Reading what we know of the partners' logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from certorigin.vocabulary.acts import Kind
from certorigin_server.certification.queries import visible_to
from certorigin_server.mirror.models import Alarm, DayCompared, FollowedLog
from certorigin_server.seal.queries import acts_not_mirrored

__all__ = ["Alarm", "DayCompared", "FollowedLog"]

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from certorigin_server.certification.queries import Certificate
    from certorigin_server.users.queries import User

NUMBER_TWICE = "alarm.number_twice"
FALLEN, BASE_ANNULLED = "alarm.fallen", "alarm.base_annulled"
# Work for the body that issued, not for an administrator.
OF_BODIES = (FALLEN, BASE_ANNULLED)


def followed_logs() -> QuerySet[FollowedLog]:
    """Return every term of every partner's log that we follow or followed."""
    return FollowedLog.objects.order_by("corridor", "origin")


def logs_to_follow(corridor: str) -> list[FollowedLog]:
    """Return the terms of a corridor that are still followed, oldest first."""
    rows = FollowedLog.objects.filter(corridor=corridor, status=FollowedLog.Status.FOLLOWING)
    return list(rows.order_by("pk"))


def logs_of(corridor: str) -> list[FollowedLog]:
    """Return every term of a corridor that we follow or followed, oldest first."""
    return list(FollowedLog.objects.filter(corridor=corridor).order_by("pk"))


def find_followed(origin: str) -> FollowedLog | None:
    """Return one followed term, or None."""
    return FollowedLog.objects.filter(origin=origin).first()


def alarms() -> QuerySet[Alarm]:
    """Return every alarm about the exchange that was ever raised, the newest first."""
    return Alarm.objects.exclude(code__in=OF_BODIES).select_related("noted_by")


def open_alarms() -> QuerySet[Alarm]:
    """Return the alarms whose cause is not gone, and at which nobody has looked."""
    return Alarm.objects.filter(ended_at=None, noted_at=None)


def fallen_of(user: User) -> QuerySet[Alarm]:
    """Return what fell of a person's bodies with a key or with its base, the newest first."""
    own = visible_to(user).filter(pk=OuterRef("subject"))
    return Alarm.objects.filter(Exists(own), code__in=OF_BODIES).select_related("noted_by")


def alarms_to_note() -> QuerySet[Alarm]:
    """Return the alarms that wait for an administrator; a stopped log is work of its own."""
    return open_alarms().exclude(code__in=(*OF_BODIES, "alarm.halted"))


def fallen_about(subject: str) -> list[Alarm]:
    """Return the open alarms that tell of a substitute whose base was annulled."""
    return list(Alarm.objects.filter(subject=subject, code=BASE_ANNULLED, ended_at=None))


def fallen_to_note(user: User) -> QuerySet[Alarm]:
    """Return the fallen certificates of a person's bodies at which nobody has looked."""
    return fallen_of(user).filter(ended_at=None, noted_at=None)


def terms_of(user: User) -> QuerySet[Certificate]:
    """Return certificates that a person may see and the partner does not know, oldest first."""
    waiting = acts_not_mirrored(Kind.ISSUED)
    return visible_to(user).filter(act__in=waiting).order_by("issued_on", "certified_at", "id")


def days_compared() -> QuerySet[DayCompared]:
    """Return what was compared of each day and body, the newest day first."""
    return DayCompared.objects.order_by("-day", "id")


def numbers_twice() -> QuerySet[Alarm]:
    """Return the alarms about certificates whose number was issued twice, as long as they are."""
    return Alarm.objects.filter(code=NUMBER_TWICE, ended_at=None)
