"""A certificate as the other state's customs see it: its life, its seals, who was notified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError
from certorigin.returns.verification import KINDS
from certorigin.seal.trust.entries import Body, Officer
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.afterwards import PreferenceRestoration, Review
from certorigin.vocabulary.bodies import Annulment, Refusal, Replacement, Utilisation
from certorigin.vocabulary.calendar import zone_of
from certorigin.vocabulary.demands import PaperAnswer, PaperDemand
from certorigin.vocabulary.goods_acts import Division, Sale
from certorigin.vocabulary.requests import (
    VerificationJudgement,
    VerificationRepeat,
    VerificationReply,
    VerificationRequest,
)
from certorigin.vocabulary.use_correction import UseCorrection
from certorigin.vocabulary.written import quantity_in
from certorigin_server.recognition.paper.forms import outcome_of, reason_of
from certorigin_server.recognition.queries import acts_and_decisions
from certorigin_server.seal.listed import find_signatory
from certorigin_server.seal.shown import name_of
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.certificate import Certificate
    from certorigin_server.seal.listed import Signatory
    from certorigin_server.standing.queries import RegisteredAct

_DATA = "ru"  # what an act says is told in the language of its data
_KINDS = {
    Kind.ISSUED: "web.event_issued",
    Kind.UTILISED: "web.event_utilised",
    Kind.REFUSED: "web.event_refused",
    Kind.USE_CORRECTED: "web.event_use_corrected",
    Kind.PAPER_DEMANDED: "web.event_paper_demanded",
    Kind.PAPER_ANSWERED: "web.event_paper_answered",
    Kind.ANNULLED: "web.event_annulled",
    Kind.REPLACED: "web.event_replaced",
    Kind.DIVIDED: "web.event_divided",
    Kind.SOLD: "web.event_contract",
    Kind.VERIFICATION_REQUESTED: "web.event_requested",
    Kind.VERIFICATION_REPEATED: "web.event_repeated",
    Kind.VERIFICATION_REPLIED: "web.event_replied",
    Kind.VERIFICATION_JUDGED: "web.event_judged",
    Kind.PREFERENCE_RESTORED: "web.event_restored",
    Kind.REVIEW_ANNOUNCED: "web.event_review",
}

# What customs of the other state did, and what was asked and answered about it.
BACK = tuple(
    _KINDS[kind]
    for kind in (
        *(Kind.UTILISED, Kind.REFUSED, Kind.USE_CORRECTED, Kind.PREFERENCE_RESTORED),
        *(Kind.VERIFICATION_REQUESTED, Kind.VERIFICATION_REPEATED, Kind.VERIFICATION_REPLIED),
        *(Kind.VERIFICATION_JUDGED, Kind.REVIEW_ANNOUNCED),
    )
)
PAPER = (_KINDS[Kind.PAPER_DEMANDED], _KINDS[Kind.PAPER_ANSWERED])


_ASKED = (*KINDS, Kind.PREFERENCE_RESTORED, Kind.REVIEW_ANNOUNCED)
_JUDGED = {
    "adequate": "web.reply_adequate",
    "inadequate": "web.reply_inadequate",
    "withdrawn": "request.stage.withdrawn",
}


@dataclass(frozen=True)
class Event:
    """One act about a certificate: what it was (a code), when both states had it, its words."""

    what: str
    at: datetime | None
    claimed: datetime
    publisher: str
    detail: str
    ground: str = ""


@dataclass(frozen=True)
class Notified:
    """What the trust list says of the body and the officer in box 12 (R31)."""

    body: Body | None
    officer: Officer | None
    list_version: int


def events_of(subject: str, *, at: datetime) -> list[Event]:
    """Return the acts about a certificate, our own on their way too, oldest first."""
    found = [_event(entry) for entry in acts_and_decisions(subject, at=at)]
    return sorted(found, key=lambda event: (event.at or at, event.claimed))


def notified(certificate: Certificate) -> Notified:
    """Return what the issuing state's newest list says of body and officer of box 12."""
    trust, box = get_trust(), certificate.certification
    body, officer = trust.find_holder(box.body), trust.find_holder(box.officer)
    try:
        version = trust.newest(certificate.issued_in).version
    except CertoriginError:
        version = 0
    return Notified(
        body if isinstance(body, Body) else None,
        officer if isinstance(officer, Officer) else None,
        version,
    )


def signatory_of(row: RegisteredAct, certificate: Certificate) -> Signatory | None:
    """Return who signed, with the specimens that held on the certificate's day (R1, R31).

    The day in box 12 is what the paper would show; legal time judges the keys, not the stamp.
    """
    box = certificate.certification
    noon = datetime.combine(box.date, time(12), zone_of(certificate.issued_in))
    try:
        return find_signatory(box.officer, at=noon, form=row.form)
    except CertoriginError:
        return None


def _event(entry: LoggedAct) -> Event:
    act = entry.act
    try:
        detail, ground = _words(entry)
    except CertoriginError:
        detail, ground = "", ""
    what = _KINDS.get(act.kind, "web.event_other")
    return Event(what, entry.legal_time, act.at, entry.publisher, detail, ground)


def _asked_words(entry: LoggedAct) -> tuple[str, str]:
    """Return what a request or what followed from it says in short, and a code."""
    kind = entry.act.kind
    if kind is Kind.VERIFICATION_REQUESTED:
        request = read_body(entry.act, VerificationRequest.from_record)
        grounds = f"request.ground.{request.grounds[0]}"
        return f"{request.registration.number}, {request.post}", grounds
    if kind is Kind.VERIFICATION_REPEATED:
        repeat = read_body(entry.act, VerificationRepeat.from_record)
        return f"{repeat.registration.number}, {repeat.post}", ""
    if kind is Kind.VERIFICATION_REPLIED:
        reply = read_body(entry.act, VerificationReply.from_record)
        return reply.remark, f"reply.result.{reply.result}"
    if kind is Kind.VERIFICATION_JUDGED:
        judged = read_body(entry.act, VerificationJudgement.from_record)
        return judged.remark, _JUDGED[judged.outcome]
    if kind is Kind.PREFERENCE_RESTORED:
        restored = read_body(entry.act, PreferenceRestoration.from_record)
        place = f"{restored.declaration.number}, {restored.post}"
        return place, f"restoration.basis.{restored.basis}"
    review = read_body(entry.act, Review.from_record)
    return f"→ {review.ends:%d.%m.%Y}. {review.remark}", ""


def _words(entry: LoggedAct) -> tuple[str, str]:
    """Return what an act says in short, and the code of its ground."""
    kind = entry.act.kind
    if kind is Kind.UTILISED:
        use = read_body(entry.act, Utilisation.from_record)
        taken = ", ".join(
            f"{one.sequence}: {quantity_in(one.quantity, _DATA)}" for one in use.items
        )
        return f"{use.declaration.number}, {use.post} ({taken})", ""
    if kind is Kind.USE_CORRECTED:
        body = read_body(entry.act, UseCorrection.from_record)
        taken = ", ".join(
            f"{one.sequence}: {quantity_in(one.quantity, _DATA)}" for one in body.items
        )
        return f"{body.declaration.number}, {body.post} ({taken or '0'})", ""
    if kind is Kind.REFUSED:
        refusal = read_body(entry.act, Refusal.from_record)
        return f"{refusal.declaration.number}, {refusal.post}", f"ground.{refusal.ground}"
    if kind is Kind.PAPER_DEMANDED:
        demand = read_body(entry.act, PaperDemand.from_record)
        until = f"{demand.until:%d.%m.%Y}"
        return f"{demand.declaration.number}, {demand.post} (→ {until})", reason_of(demand.reason)
    if kind is Kind.PAPER_ANSWERED:
        answer = read_body(entry.act, PaperAnswer.from_record)
        return f"{answer.declaration.number}, {answer.post}", outcome_of(answer.outcome)
    if kind is Kind.DIVIDED:
        part = read_body(entry.act, Division.from_record)
        taken = ", ".join(
            f"{one.sequence}: {quantity_in(one.quantity, _DATA)}" for one in part.items
        )
        return f"{part.substitute.number} ({taken})", ""
    if kind is Kind.SOLD:
        sale = read_body(entry.act, Sale.from_record)
        return f"{sale.contract.number}, {sale.contract.date:%d.%m.%Y}, {sale.buyer.name}", ""
    if kind in _ASKED:
        return _asked_words(entry)
    if kind is Kind.ANNULLED:
        annulment = read_body(entry.act, Annulment.from_record)
        return annulment.remark, f"ground.{annulment.ground}"
    if kind is Kind.REPLACED:
        return read_body(entry.act, Replacement.from_record).by.number, ""
    return name_of(entry.act.issuer), ""
