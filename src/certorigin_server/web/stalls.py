"""For whom an application waits, why, and until when: never left to guessing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from certorigin.assessment.due import Due
from certorigin_server.application.queries import questions_of
from certorigin_server.assessment.queries import (
    appeal_until,
    clock_for,
    decision_of,
    refusal_in_force,
)
from certorigin_server.certification.events.re_export import re_export_of
from certorigin_server.certification.queries import certificate_for, newest_draft
from certorigin_server.desk.templatetags.desk import day

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.application.queries import Application
    from certorigin_server.certification.queries import Certificate


@dataclass(frozen=True)
class Stall:
    """What an application waits for: a code with its facts, a tone, and where to act."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)
    tone: str = ""
    url: str = ""


def stall_of(row: Application, *, at: datetime) -> Stall:
    """Return what keeps an application where it is."""
    status = row.Status(row.status)
    if status is row.Status.DRAFT:
        return Stall("web.stall_draft", tone="wait", url=reverse("application-edit", args=[row.pk]))
    if status is row.Status.WITHDRAWN:
        facts = {"day": day(row.withdrawn_at), "reason": row.withdrawal_reason or "—"}
        return Stall("web.stall_withdrawn", facts)
    if row.decided_at is None:
        return _undecided(row, at)
    certificate = certificate_for(row.pk)
    return _certified(certificate) if certificate else _decided(row)


def _undecided(row: Application, at: datetime) -> Stall:
    body = row.body.name if row.body else ""
    clock = clock_for(row, at=at)
    asked = next((one for one in questions_of(row) if one.is_open), None)
    if asked is not None:
        since = day(timezone.localdate(asked.asked_at))
        code = "web.stall_question_stops" if asked.suspends else "web.stall_question"
        facts = {"body": body, "since": since, "due": day(clock.due)}
        return Stall(code, facts, "wait", "#questions")
    code = "web.stall_overdue" if clock.is_overdue else "web.stall_deciding"
    tone = "bad" if clock.is_overdue else ""
    return Stall(code, {"body": body, "due": day(clock.due)}, tone)


def _decided(row: Application) -> Stall:
    body = row.body.name if row.body else ""
    refusal = refusal_in_force(row)
    if refusal is not None:
        facts = {"body": body, "until": day(appeal_until(refusal))}
        return Stall("web.stall_refused", facts, "bad", "#decision")
    sent_on = re_export_of(row.pk)
    if sent_on is not None:
        refused = getattr(sent_on, "refusal", None)
        if refused is not None:
            return Stall(
                "web.stall_re_export_refused", {"body": body, "reason": refused.reason}, "bad"
            )
        return Stall("web.stall_certifying", {"body": body})
    decision = decision_of(row.pk)
    if decision is None or not Due(decision.decision).can_be_certified:
        return Stall("web.stall_not_originating", {"body": body}, "bad", "#decision")
    laid = newest_draft(row.pk)
    if laid is not None and getattr(laid, "answer", None) is None:
        url = reverse("certification-draft", args=[row.pk])
        return Stall("web.stall_approve", {"body": body}, "wait", url)
    return Stall("web.stall_certifying", {"body": body})


def _certified(certificate: Certificate) -> Stall:
    act, facts = certificate.act, {"number": certificate.number}
    if act.mirrored_at is not None:
        return Stall("web.stall_received", facts, "good")
    if act.published_at is not None:
        return Stall("web.stall_published", facts | {"day": day(act.published_at)})
    if act.stuck_at is not None and act.sealed_at is None:
        return Stall("web.stall_stuck", facts, "bad")
    return Stall("web.stall_sealing", facts)
