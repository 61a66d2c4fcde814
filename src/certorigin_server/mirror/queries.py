"""Reading what we know of the partners' logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.mirror.models import Alarm, DayCompared, FollowedLog

__all__ = ["Alarm", "DayCompared", "FollowedLog"]

if TYPE_CHECKING:
    from django.db.models import QuerySet


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
    """Return every alarm that was ever raised, the newest first."""
    return Alarm.objects.select_related("noted_by")


def open_alarms() -> QuerySet[Alarm]:
    """Return the alarms whose cause is not gone, and at which nobody has looked."""
    return Alarm.objects.filter(ended_at=None, noted_at=None)


def numbers_twice() -> QuerySet[Alarm]:
    """Return the alarms about certificates whose number was issued twice, as long as they are."""
    return Alarm.objects.filter(code="alarm.number_twice", ended_at=None)
