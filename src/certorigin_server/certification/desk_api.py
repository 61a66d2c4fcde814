"""The machine interface of the officers' desk: deputies, drafts, the journal, rules, new hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Body, Router, Schema, Status

from certorigin.certification.journal import COLUMNS
from certorigin.errors import UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.moment import day_from_text, moment_from_text, moment_to_text
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.certification import services
from certorigin_server.certification.api import (
    NOTHING_ELSE,
    CertificateOut,
    CertificationOrder,
    certificate_out,
    terms_of,
)
from certorigin_server.certification.approval import answer_draft, answer_to, lay_draft
from certorigin_server.certification.deputies import end_deputation, name_deputy
from certorigin_server.certification.journal import Wanted, chosen_lines, hand_over
from certorigin_server.certification.journal_parts import (
    FIRST,
    Mark,
    part_of_journal,
    small_journal_of,
)
from certorigin_server.certification.queries import deputations_at, newest_draft, rules_of
from certorigin_server.certification.reserve import reserve_numbers
from certorigin_server.certification.rules import get_body, set_rules
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.certification.approval import DraftAnswer, LaidDraft
    from certorigin_server.certification.deputies import Deputation

router = Router(tags=["certification"])


class SendBackIn(Schema):
    """Why a case goes back to the assessing officers."""

    reason: Reason


class CertificateDraftOut(Schema):
    """A draft that lies, or lay, before the exporter; `status` is laid, approved or to_change."""

    application: str
    digest: str
    status: str
    laid_at: str
    remark: str
    document: dict[str, Any]


class DraftAnswerIn(Schema):
    """The exporter's answer to the draft of this digest."""

    digest: Text
    approved: bool
    remark: Reason = ""


class HandoverIn(Schema):
    """To whom the paper was handed, by what right, on which blank."""

    handed_to: Text
    authority: Text
    blank: Text
    remark: Reason = ""


class Done(Schema):
    """The record was made at this moment."""

    at: str


class VoidIn(Schema):
    """Why the next number is not issued, of which form, for which destination."""

    form: Text
    destination: Text
    reason: Reason


class VoidOut(Schema):
    """The number that will not be issued."""

    number: str


class DeputyIn(Schema):
    """Who acts for the caller, from a moment until a moment."""

    deputy: Text
    starts: Text
    ends: Text
    reason: Text


class DeputyOut(Schema):
    """A deputation; `ended_at` is empty while nobody ended it early."""

    id: str
    officer: str
    deputy: str
    starts: str
    ends: str
    reason: str
    ended_at: str


class Deputations(Schema):
    """The deputations of a body, newest first."""

    deputations: list[DeputyOut]


class RulesIn(Schema):
    """How a body certifies."""

    one_person: bool
    asks_exporter: bool


class RulesOut(RulesIn):
    """How a body certifies."""

    body: str


class GapOut(Schema):
    """Numbers that nothing explains."""

    form: str
    year: str
    first: str
    last: str


class JournalOut(Schema):
    """The journal of a body in a period, or a part of it; the head is over all lines up to here.

    `next` is empty after the last part, else what to ask for as `part`; gaps stand in the last.
    """

    body: str
    count: str
    void: str
    hash: str
    gaps: list[GapOut]
    columns: list[str]
    lines: list[list[str]]
    next: str


class ReserveIn(Schema):
    """How many numbers of a form and destination are set aside."""

    form: Text
    destination: Text
    count: Text


class ReservedOut(Schema):
    """The numbers that were set aside."""

    numbers: list[str]


@router.get("/journal", response=JournalOut)
def show_journal(
    request: HttpRequest,
    body: Text,
    start: Text,
    end: Text,
    officer: Text = "",
    status: Text = "",
    text: Text = "",
    part: Text = "",
) -> JournalOut:
    """Show the journal of issue and handover of a body in a period.

    Whole up to 500 certificates; beyond them only in parts of 250 (else 413): `part=first`, then
    what `next` said, until that is empty. Parts of a filtered journal may have no lines.
    """
    caller = Caller.of(request, Right.CERTIFICATION_JOURNAL)
    target = get_body(body, user=caller.user)
    wanted = Wanted(
        day_from_text(start, place="start"), day_from_text(end, place="end"), officer, status, text
    )
    following = None
    if not part:
        journal = small_journal_of(target, wanted)
    else:
        after = None if part == FIRST else Mark.from_text(part)
        journal, following = part_of_journal(target, wanted, after=after)
    return JournalOut(
        body=target.slug,
        count=str(journal.head.count),
        void=str(journal.head.void),
        hash=journal.head.hash,
        gaps=[
            GapOut(
                form=gap.series.form,
                year=str(gap.series.year),
                first=str(gap.first),
                last=str(gap.last),
            )
            for gap in journal.head.gaps
        ],
        columns=list(COLUMNS),
        lines=[list(line.cells()) for line in chosen_lines(journal, wanted)],
        next=str(following) if following else "",
    )


@router.post("/journal/reserve", response={201: ReservedOut})
def reserve(request: HttpRequest, order: ReserveIn) -> Status[ReservedOut]:
    """Set numbers aside for paper that may have to be issued while the service is down."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    made = reserve_numbers(
        form=order.form,
        destination=order.destination,
        count=order.count,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, ReservedOut(numbers=[one.number for one in made]))


@router.post("/journal/void", response={201: VoidOut})
def void(request: HttpRequest, order: VoidIn) -> Status[VoidOut]:
    """Take the body's next number out of use."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    made = services.void_number(
        form=order.form,
        destination=order.destination,
        reason=order.reason,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, VoidOut(number=made.number))


@router.get("/deputies", response=Deputations)
def list_deputies(request: HttpRequest) -> Deputations:
    """List the deputations of the caller's body."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    body = caller.user.organisation
    rows = deputations_at(body)[:200] if body else []
    return Deputations(deputations=[_deputation(row) for row in rows])


@router.post("/deputies", response={201: DeputyOut})
def name(request: HttpRequest, order: DeputyIn) -> Status[DeputyOut]:
    """Name who acts for the caller."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    made = name_deputy(
        deputy=order.deputy,
        starts=moment_from_text(order.starts, place="starts"),
        ends=moment_from_text(order.ends, place="ends"),
        reason=order.reason,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _deputation(made))


@router.post("/deputies/{deputation}/end", response=DeputyOut)
def end(request: HttpRequest, deputation: Text) -> DeputyOut:
    """End one's own deputation early."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    if not (deputation.isascii() and deputation.isdecimal() and len(deputation) < 18):
        raise UnknownError("certification.deputation_unknown", deputation=deputation[:40])
    return _deputation(end_deputation(deputation=int(deputation), by=caller.user, at=caller.at))


@router.get("/rules/{body}", response=RulesOut)
def show_rules(request: HttpRequest, body: Text) -> RulesOut:
    """Show how a body certifies."""
    caller = Caller.of(request, Right.CERTIFICATION_RULE)
    target = get_body(body, user=caller.user)
    rules = rules_of(target)
    return RulesOut(
        body=target.slug,
        one_person=rules is not None and rules.one_person,
        asks_exporter=rules is not None and rules.asks_exporter,
    )


@router.put("/rules/{body}", response=RulesOut)
def change_rules(request: HttpRequest, body: Text, order: RulesIn) -> RulesOut:
    """Set how a body certifies from now on."""
    caller = Caller.of(request, Right.CERTIFICATION_RULE)
    facts = order.dict()
    rules = set_rules(body=body, by=caller.user, at=caller.at, **facts)
    return RulesOut(body=rules.body.slug, **facts)


@router.post("/{application}/send-back", response={201: Done})
def send_back(request: HttpRequest, application: UUID, order: SendBackIn) -> Status[Done]:
    """Send a case back to the assessing officers."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    services.send_back(application=application, reason=order.reason, by=caller.user, at=caller.at)
    return Status(201, Done(at=moment_to_text(caller.at)))


@router.post("/{application}/draft", response={201: CertificateDraftOut})
def lay(
    request: HttpRequest, application: UUID, order: Body[CertificationOrder] = NOTHING_ELSE
) -> Status[CertificateDraftOut]:
    """Lay the certificate, as it would stand, before the exporter."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    terms = terms_of(order, caller)
    draft = lay_draft(application=application, by=caller.user, at=caller.at, terms=terms)
    return Status(201, _draft(draft, answer_to(draft)))


@router.get("/{application}/draft", response=CertificateDraftOut)
def show_draft(request: HttpRequest, application: UUID) -> CertificateDraftOut:
    """Show the newest draft of an application and what the exporter said of it."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    row = get_application(application, user=caller.user)
    draft = newest_draft(row.pk)
    if draft is None:
        raise UnknownError("certification.draft_not_laid", application=str(row.pk))
    return _draft(draft, answer_to(draft))


@router.post("/{application}/draft/answer", response=CertificateDraftOut)
def answer(request: HttpRequest, application: UUID, order: DraftAnswerIn) -> CertificateDraftOut:
    """Approve the draft, or ask for a change."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    made = answer_draft(application=application, by=caller.user, at=caller.at, **order.dict())
    return _draft(made.draft, made)


@router.post("/{certificate}/renew", response={201: CertificateOut})
def renew(request: HttpRequest, certificate: Text) -> Status[CertificateOut]:
    """Prepare a certificate anew that can't be sealed, under the same number."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    row = services.renew(subject=certificate, by=caller.user, at=caller.at)
    return Status(201, certificate_out(row, request))


@router.post("/{certificate}/handover", response={201: Done})
def hand(request: HttpRequest, certificate: Text, order: HandoverIn) -> Status[Done]:
    """Record that the paper was handed over against signature."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    made = hand_over(subject=certificate, by=caller.user, at=caller.at, **order.dict())
    return Status(201, Done(at=moment_to_text(made.handed_at)))


def _draft(draft: LaidDraft, answered: DraftAnswer | None) -> CertificateDraftOut:
    said = "laid"
    if answered is not None:
        said = "approved" if answered.approved else "to_change"
    return CertificateDraftOut(
        application=str(draft.application_id),
        digest=draft.digest,
        status=said,
        laid_at=moment_to_text(draft.laid_at),
        remark=answered.remark if answered else "",
        document=parse_strict(draft.document.encode()),
    )


def _deputation(row: Deputation) -> DeputyOut:
    return DeputyOut(
        id=str(row.pk),
        officer=row.officer.username,
        deputy=row.deputy.username,
        starts=moment_to_text(row.starts),
        ends=moment_to_text(row.ends),
        reason=row.reason,
        ended_at=moment_to_text(row.ended_at) if row.ended_at else "",
    )
