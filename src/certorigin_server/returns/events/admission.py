"""Who may make or refuse what was asked for, and words that say something: for every event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import MalformedError, RightError, StandingError
from certorigin_server.certification.case import entitled_slots
from certorigin_server.certification.queries import absence_of, needs_two_persons

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.prepared import Slot
    from certorigin_server.certification.events.queries import EventRequest
    from certorigin_server.certification.events.re_export import ReExport
    from certorigin_server.users.queries import Organisation, User

LONGEST_REMARK = 1000


def admit(
    asked: EventRequest | ReExport, *, body: Organisation, form: str, by: User, at: datetime
) -> list[Slot]:
    """Let make it who may: an officer of the body, not who asked, and whom the partner believes.

    Raises RightError (`certification.another_body`, `…two_persons`, `…away`,
    `…officer_not_entitled`).
    """
    require_own(body.pk, by=by)
    if needs_two_persons(body) and asked.asked_by_id == by.pk:
        raise RightError("certification.two_persons")
    if absence_of(by, at=at) is not None:
        raise RightError("certification.away")
    return entitled_slots(body, form, by=by, at=at)


def require_own(body: int | None, *, by: User) -> None:
    """Raise RightError (`certification.another_body`) for what was asked of another body."""
    if body != by.organisation_id:
        raise RightError("certification.another_body")


def require_open(asked: EventRequest | ReExport, *, answered: bool) -> None:
    """Raise StandingError (`event.answered`) for what was made or refused already."""
    if answered:
        raise StandingError("event.answered", request=str(asked.pk))


def read_remark(text: str, *, place: str = "remark") -> str:
    """Return what somebody wrote. Raises MalformedError (`record.text_too_long`)."""
    found = text.strip()
    if len(found) > LONGEST_REMARK:
        raise MalformedError("record.text_too_long", place=place, limit=str(LONGEST_REMARK))
    return found


def read_reason(text: str) -> str:
    """Return a reason. Raises MalformedError, for none too (`certification.without_reason`)."""
    found = read_remark(text, place="reason")
    if not found:
        raise MalformedError("certification.without_reason", place="reason")
    return found
