"""Asking a partner, keeping what it answers, and keeping registers of paper.

ask · close · note_profile · import_register
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.errors import ConflictError, UnknownError
from certorigin.recognition.paper import PaperCertificate as PaperRow
from certorigin.recognition.paper import read_paper_register
from certorigin.recognition.question import Question
from certorigin.vocabulary.search import number_key
from certorigin_server.inquiry.models import (
    Inquiry,
    PaperCertificate,
    PaperRegister,
    PartnerProfile,
)
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from certorigin_server.users.queries import User

# So many rows go to the database at a time.
PAPER_BATCH = 1_000


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


@transaction.atomic
def import_register(
    *, raw: bytes, name: str, issued_in: str, by: str, at: datetime, until: date | None = None
) -> PaperRegister:
    """Import a register of certificates issued on paper; all of it, or nothing.

    Raises UnknownError (`inquiry.no_corridor`), ConflictError (`paper.register_there`) for a file
    that was imported already, and as `read_paper_register`.
    """
    states = {one.partner.partition("-")[0] for one in settings.SYSTEM.corridors}
    if issued_in not in states:
        raise UnknownError("inquiry.no_corridor", state=issued_in[:2])
    digest = hashlib.sha256(raw).hexdigest()
    if PaperRegister.objects.filter(sha256=digest).exists():
        raise ConflictError("paper.register_there", sha256=digest)
    rows = read_paper_register(raw, until=until)
    register = PaperRegister.objects.create(
        issued_in=issued_in,
        name=name[:200],
        sha256=digest,
        count=len(rows),
        imported_at=at,
        imported_by=by,
    )
    PaperCertificate.objects.bulk_create(
        (_paper(register, row) for row in rows), batch_size=PAPER_BATCH
    )
    count = str(len(rows))
    record(by=by, at=at, action="inquiry.imported", subject=digest, count=count)
    return register


def _paper(register: PaperRegister, row: PaperRow) -> PaperCertificate:
    return PaperCertificate(
        register=register,
        line=row.line,
        form=row.form,
        number=row.number,
        number_key=number_key(row.number),
        issued_on=row.date,
        body=row.body,
        exporter=row.exporter,
        importer=row.importer,
        blank=row.blank,
        remark=row.remark,
    )
