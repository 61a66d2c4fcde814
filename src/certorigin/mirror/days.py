"""Days of the exchange: what a body issued on one (R9), and until when the partner must know (R4).

A day is one of the issuing state's calendar. What is stated is counted from the issuer's own
register and compared with what the partner took from the log: a certificate that never reached the
log is missed by both, and by nobody at the border.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.vocabulary.calendar import start_of_day
from certorigin.vocabulary.notices import BodyCount, DayStatement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

# How long before its end a term is told of.
WARNING = timedelta(hours=12)


class Due(StrEnum):
    """Whether the partner knows a certificate in time."""

    OPEN = "open"
    NEAR = "near"  # less than twelve hours are left
    MISSED = "missed"  # the term is over, and the partner does not know
    MET = "met"
    LATE = "late"  # the partner got to know after the term


def deadline_of(day: date, state: str) -> datetime:
    """Return the moment at which the day after `day` is over in a state (R4; Annex 4, 3.2)."""
    return start_of_day(day + timedelta(days=2), state)


def judge_due(day: date, known: datetime | None, *, state: str, at: datetime) -> Due:
    """Say how a certificate of a day stands; `known` is its legal time, where it has one."""
    deadline = deadline_of(day, state)
    if known is not None:
        return Due.MET if known < deadline else Due.LATE
    if at >= deadline:
        return Due.MISSED
    return Due.NEAR if at >= deadline - WARNING else Due.OPEN


def state_day(day: date, issued: Iterable[tuple[str, str]]) -> DayStatement:
    """Count what was issued on a day: from (body, SHA-256 of the sealed act) of each certificate.

    The digest of a body is the SHA-256 over its acts' digests, each in hexadecimal with a line feed
    after it, in their order.
    """
    digests: dict[str, set[str]] = {}
    for body, digest in issued:
        digests.setdefault(body, set()).add(digest)
    return DayStatement(
        day,
        tuple(
            BodyCount(body, len(found), _digest_of(sorted(found)))
            for body, found in sorted(digests.items())
        ),
    )


def differing(stated: DayStatement, held: DayStatement) -> tuple[str, ...]:
    """Return the bodies about which a statement and what is held do not agree, in order."""
    one = {count.body: count for count in stated.bodies}
    other = {count.body: count for count in held.bodies}
    return tuple(body for body in sorted({*one, *other}) if one.get(body) != other.get(body))


def _digest_of(digests: Iterable[str]) -> str:
    return sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()
