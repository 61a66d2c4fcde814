"""What a partner is told that asks for one of our certificates by number and date (R11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.errors import UnknownError
from certorigin.recognition.question import ENDINGS, MAX_BUNDLES, write_answer
from certorigin_server.log.queries import bundle_of, find_corridor_of
from certorigin_server.standing.queries import find_issued, logged_acts_about
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certorigin.recognition.bundle import Bundle
    from certorigin.recognition.question import Question
    from certorigin_server.standing.queries import RegisteredAct


@transaction.atomic
def answer_to(question: Question, *, asked_by: str, at: datetime) -> bytes:
    """Return the bundles that answer a partner's question; nothing when there is no certificate.

    Each certificate that is told leaves a line in the trail.
    """
    bundles: list[Bundle] = []
    for row in _asked_for(question, asked_by):
        found = list(_bundles_about(row))
        if len(bundles) + len(found) > MAX_BUNDLES:
            break
        bundles += found
        if found:
            record(by="", at=at, action="log.answered", subject=row.subject, partner=asked_by)
    return write_answer(bundles)


def _asked_for(question: Question, asked_by: str) -> list[RegisteredAct]:
    """Return our certificates of a number and date in the corridors of one partner.

    Those of other corridors are none of its business (R17).
    """
    shared = {str(one.corridor) for one in settings.SYSTEM.corridors if one.partner == asked_by}
    found = find_issued(
        number=question.number,
        issued_on=question.date,
        issued_in=settings.SYSTEM.state,
        form=question.form,
    )
    return [
        row
        for row in found
        if row.publisher == settings.SYSTEM.installation and find_corridor_of(row.origin) in shared
    ]


def _bundles_about(row: RegisteredAct) -> Iterator[Bundle]:
    """Yield a certificate's bundle, then those of our acts that ended it; published ones alone."""
    ends = [one.act.id for one in logged_acts_about(row.subject) if one.act.kind in ENDINGS]
    for act in (row.act, *ends):
        try:
            yield bundle_of(act)
        except UnknownError:  # of another installation, or not published yet
            if act == row.act:
                return
