"""Asking a partner, and keeping what it answers.

ask · close · note_profile
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.errors import UnknownError
from certorigin.recognition.question import Question
from certorigin.vocabulary.search import number_key
from certorigin_server.inquiry.models import Inquiry, PartnerProfile
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin_server.users.queries import User


@transaction.atomic
def ask(
    *, form: str, number: str, issued_on: str, issued_in: str, by: User, at: datetime
) -> list[Inquiry]:
    """Put a question to the partner of each corridor with a state; one that waits is not doubled.

    Raises MalformedError (`question.malformed`), UnknownError (`inquiry.no_corridor`).
    """
    question = Question.from_query({"date": issued_on, "form": form, "number": number})
    corridors = [
        str(one.corridor)
        for one in settings.SYSTEM.corridors
        if one.partner.partition("-")[0] == issued_in
    ]
    if not corridors:
        raise UnknownError("inquiry.no_corridor", state=issued_in[:2])
    return [_put(corridor, question, issued_in, by, at) for corridor in corridors]


@transaction.atomic
def close(
    *, inquiry: Inquiry, outcome: Inquiry.Outcome, at: datetime, code: str = "", answer: str = ""
) -> None:
    """Keep what came of a question. Whoever was first stays."""
    row = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if row.answered_at is not None:
        return
    row.answered_at, row.outcome, row.code, row.answer = at, outcome, code, answer
    row.save()
    record(by="", at=at, action="inquiry.answered", subject=str(row.pk), outcome=str(outcome))


@transaction.atomic
def note_profile(*, corridor: str, spoken: Sequence[str], agreed: str, at: datetime) -> bool:
    """Keep what a partner speaks; say whether it is something else than before."""
    said = ", ".join(spoken)
    if PartnerProfile.objects.filter(corridor=corridor, spoken=said, agreed=agreed).exists():
        return False
    PartnerProfile.objects.update_or_create(
        corridor=corridor, defaults={"spoken": said, "agreed": agreed, "since": at}
    )
    record(by="", at=at, action="inquiry.profile", subject=corridor, profile=agreed)
    return True


def _put(corridor: str, question: Question, state: str, by: User, at: datetime) -> Inquiry:
    asked = {
        "corridor": corridor,
        "form": question.form,
        "number_key": number_key(question.number),
        "issued_on": question.date,
        "issued_in": state,
    }
    waits = Inquiry.objects.filter(answered_at=None, **asked).first()
    if waits is not None:
        return waits
    made = Inquiry.objects.create(number=question.number, asked_at=at, asked_by=by, **asked)
    record(by=by.username, at=at, action="inquiry.asked", subject=str(made.pk))
    return made
