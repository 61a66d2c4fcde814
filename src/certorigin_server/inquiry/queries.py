"""Reading what was asked, and judging what was answered with what lies on this side now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import UnknownError
from certorigin.mirror.acts import act_from
from certorigin.recognition.question import Question, read_answer, verify_answer
from certorigin.standing.entry import read_certificate
from certorigin.vocabulary.search import number_key
from certorigin_server.inquiry.models import (
    Inquiry,
    PaperCertificate,
    PaperRegister,
    PartnerProfile,
)
from certorigin_server.mirror.queries import logs_of
from certorigin_server.recognition.queries import acts_and_decisions
from certorigin_server.recognition.view import open_view
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin.recognition.bundle import Bundle
    from certorigin.recognition.question import Answered
    from certorigin.vocabulary.certificate import Certificate
    from certorigin_server.recognition.view import RegisterView

__all__ = ["Inquiry", "PaperCertificate", "PaperRegister", "PartnerProfile"]

MOST_SHOWN = 20


def get_inquiry(inquiry: UUID) -> Inquiry:
    """Return one question. Raises UnknownError (`inquiry.unknown`)."""
    found = Inquiry.objects.filter(pk=inquiry).select_related("asked_by").first()
    if found is None:
        raise UnknownError("inquiry.unknown", inquiry=str(inquiry))
    return found


def waiting(corridor: str, *, limit: int = 20) -> list[Inquiry]:
    """Return the questions to the partner of a corridor that wait for an answer, oldest first."""
    found = Inquiry.objects.filter(corridor=corridor, answered_at=None)
    return list(found.order_by("asked_at", "pk")[:limit])


def registers() -> list[PaperRegister]:
    """Return every register of paper that was imported, the newest first."""
    return list(PaperRegister.objects.all())


def on_paper(number: str, *, issued_in: str = "") -> list[PaperCertificate]:
    """Find certificates in the registers of paper by their number as people write it."""
    key = number_key(number)
    if not key:
        return []
    found = PaperCertificate.objects.filter(number_key=key)
    found = found.filter(register__issued_in=issued_in) if issued_in else found
    return list(found.select_related("register")[:MOST_SHOWN])


def profile_of(corridor: str) -> PartnerProfile | None:
    """Return what the partner of a corridor speaks, as it said last, or None."""
    return PartnerProfile.objects.filter(corridor=corridor).first()


def profiles() -> list[PartnerProfile]:
    """Return what each partner speaks."""
    return list(PartnerProfile.objects.order_by("corridor"))


def question_of(inquiry: Inquiry) -> Question:
    """Return the question as it is put."""
    return Question(inquiry.form, inquiry.number, inquiry.issued_on)


def judge(inquiry: Inquiry, raw: bytes, *, at: datetime) -> list[Answered]:
    """Verify an answer offline, with our mirror as it stands. Raises as `verify_answer`."""
    return verify_answer(
        raw,
        question_of(inquiry),
        issued_in=inquiry.issued_in,
        trust=get_trust(),
        at=at,
        mirrors=_mirrors(inquiry.corridor, raw, at),
    )


def answered(inquiry: Inquiry, *, at: datetime) -> list[Answered]:
    """Return what may be held now of the certificates in an answer that was kept."""
    return judge(inquiry, inquiry.answer.encode(), at=at) if inquiry.answer else []


def certificate_in(bundle: Bundle) -> Certificate:
    """Read the certificate out of a bundle whose seal was verified. Raises MalformedError."""
    return read_certificate(act_from(bundle.act))


def _mirrors(corridor: str, raw: bytes, at: datetime) -> list[RegisterView]:
    subjects = {act_from(bundle.act).subject: None for bundle in read_answer(raw)}
    known = [entry for subject in subjects for entry in acts_and_decisions(subject, at=at)]
    views = [
        open_view(log.origin)
        for log in logs_of(corridor)
        if (settings.SYSTEM.mirror_folder(log.origin) / "checkpoint").is_file()
    ]
    for view in views:
        view.known = known
    return views
