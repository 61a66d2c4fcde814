"""What people are told of, by kind; and which lines of the trail lead to it. Data, no database.

The trail is the outbox: a line is written in the transaction of the act, so what is told is what
happened, and nothing that happened is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from certorigin_server.users.rights import Right


class Kind(StrEnum):
    """What a person may choose about."""

    DECISION = "decision"
    QUESTION = "question"
    DEADLINE = "deadline"
    ANNULMENT = "annulment"
    VERIFICATION = "verification"
    FEE = "fee"
    ALARM = "alarm"


KIND_LABELS = {
    Kind.DECISION: "web.notice_decision",
    Kind.QUESTION: "web.notice_question",
    Kind.DEADLINE: "web.notice_deadline",
    Kind.ANNULMENT: "web.notice_annulment",
    Kind.VERIFICATION: "web.notice_verification",
    Kind.FEE: "web.notice_fee",
    Kind.ALARM: "web.notice_alarm",
}


class How(StrEnum):
    """How a person is written to; in the page everything is told."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NONE = "none"


class Whose(StrEnum):
    """Of what a line of the trail speaks, and so whom it concerns."""

    APPLICANT = "applicant"  # the subject is an application: who asks
    ASSESSORS = "assessors"  # the same: the body that assesses it
    HOLDER = "holder"  # the subject is a certificate: who asked for it
    ISSUERS = "issuers"  # the same: the body that issued it
    REQUEST = "request"  # a fact names a verification request: who is asked
    ARRIVED = "arrived"  # entries of a partner's log: the posts that dealt with the certificates
    OPERATORS = "operators"  # administrators
    ENDPOINT = "endpoint"  # the subject is a webhook: its trader, or administrators
    PERSON = "person"  # the subject is a person


@dataclass(frozen=True)
class Rule:
    """What one kind of line is to people: a kind, a sentence, to whom, by which right."""

    kind: Kind
    code: str
    whose: Whose
    right: Right | None


RULES: dict[str, Rule] = {
    "application.asked": Rule(
        Kind.QUESTION, "notice.asked", Whose.APPLICANT, Right.APPLICATION_WRITE
    ),
    "application.answered": Rule(
        Kind.QUESTION, "notice.answered", Whose.ASSESSORS, Right.ASSESSMENT_DECIDE
    ),
    "certification.draft_laid": Rule(
        Kind.QUESTION, "notice.draft_laid", Whose.APPLICANT, Right.APPLICATION_WRITE
    ),
    "certification.draft_approved": Rule(
        Kind.QUESTION, "notice.draft_answered", Whose.ASSESSORS, Right.CERTIFICATION_CERTIFY
    ),
    "certification.draft_to_change": Rule(
        Kind.QUESTION, "notice.draft_answered", Whose.ASSESSORS, Right.CERTIFICATION_CERTIFY
    ),
    "assessment.decided": Rule(
        Kind.DECISION, "notice.decided", Whose.APPLICANT, Right.APPLICATION_READ
    ),
    "assessment.refused": Rule(
        Kind.DECISION, "notice.refused", Whose.APPLICANT, Right.APPLICATION_READ
    ),
    "assessment.reopened": Rule(
        Kind.DECISION, "notice.reopened", Whose.APPLICANT, Right.APPLICATION_READ
    ),
    "assessment.appealed": Rule(
        Kind.DECISION, "notice.appealed", Whose.ASSESSORS, Right.ASSESSMENT_RESOLVE
    ),
    "assessment.appeal_resolved": Rule(
        Kind.DECISION, "notice.appeal_resolved", Whose.APPLICANT, Right.APPLICATION_READ
    ),
    "certification.certified": Rule(
        Kind.DECISION, "notice.certified", Whose.HOLDER, Right.APPLICATION_READ
    ),
    "certification.event_refused": Rule(
        Kind.DECISION, "notice.event_refused", Whose.HOLDER, Right.APPLICATION_READ
    ),
    "returns.annulled": Rule(
        Kind.ANNULMENT, "notice.annulled", Whose.HOLDER, Right.APPLICATION_READ
    ),
    "returns.replaced": Rule(
        Kind.ANNULMENT, "notice.replaced", Whose.HOLDER, Right.APPLICATION_READ
    ),
    "mirror.received": Rule(
        Kind.ANNULMENT, "notice.ended_abroad", Whose.ARRIVED, Right.RECOGNITION_READ
    ),
    "returns.request_taken": Rule(
        Kind.VERIFICATION, "notice.request_came", Whose.REQUEST, Right.RETURNS_DRAFT
    ),
    "fees.charged": Rule(Kind.FEE, "notice.fee_charged", Whose.APPLICANT, Right.APPLICATION_READ),
    "fees.recharged": Rule(
        Kind.FEE, "notice.fee_recharged", Whose.APPLICANT, Right.APPLICATION_READ
    ),
    "fees.waiver_recalled": Rule(
        Kind.FEE, "notice.fee_charged", Whose.APPLICANT, Right.APPLICATION_READ
    ),
    "fees.paid": Rule(Kind.FEE, "notice.fee_paid", Whose.APPLICANT, Right.APPLICATION_READ),
    "fees.refund_due": Rule(
        Kind.FEE, "notice.fee_refund_due", Whose.APPLICANT, Right.APPLICATION_READ
    ),
    "fees.refunded": Rule(Kind.FEE, "notice.fee_refunded", Whose.APPLICANT, Right.APPLICATION_READ),
    "seal.stuck": Rule(Kind.ALARM, "notice.stuck", Whose.ISSUERS, Right.CERTIFICATION_CERTIFY),
    "mirror.halted": Rule(Kind.ALARM, "notice.halted", Whose.OPERATORS, Right.ADMINISTRATION_READ),
    "mirror.alarm": Rule(Kind.ALARM, "notice.partner_alarm", Whose.OPERATORS, Right.MIRROR_RESUME),
    "notices.webhook_switched_off": Rule(
        Kind.ALARM, "notice.webhook_off", Whose.ENDPOINT, Right.WEBHOOKS_WRITE
    ),
    "notices.mail_stopped": Rule(Kind.ALARM, "notice.mail_stopped", Whose.PERSON, None),
}
"""Every line that somebody is told of, by its action."""
