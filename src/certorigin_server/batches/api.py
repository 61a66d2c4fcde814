"""The machine interface of batches: what the desk does, in the same three orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application.queries import USUAL_FORM
from certorigin_server.batches import services
from certorigin_server.batches.queries import (
    CERTIFY,
    DECIDE,
    SHOWN,
    counts_of,
    faults_of,
    get_batch,
    looks_of,
    visible_to,
)
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.queries import is_trader
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.batches.models import Batch

router = Router(tags=["batches"])


class BatchOut(Schema):
    """How far a batch is: stage, consignments in each state, and why it stopped."""

    id: str
    name: str
    digest: str
    stage: str
    size: str
    body: str
    fault: str
    created_at: str
    counts: dict[str, str]


class Batches(Schema):
    """The newest batches first."""

    batches: list[BatchOut]


class FaultOut(Schema):
    """A consignment that could not be carried on: its number, its line in the table, and why."""

    number: str
    line: str
    name: str
    application: str
    code: str
    facts: dict[str, str]


class LookOut(Schema):
    """A consignment that has to be looked at before an order; `outcome` is empty until it was."""

    number: str
    name: str
    application: str
    is_drawn: bool
    outcome: str


class BatchWhole(BatchOut):
    """A batch with what is held up and what has to be looked at before either order."""

    faults: list[FaultOut]
    looks: dict[str, list[LookOut]]


class ConfirmIn(Schema):
    """To which body; that box 13 is declared for each consignment."""

    body: Text
    confirmed: bool = False


class LookIn(Schema):
    """What came of a look at one consignment: `fits` or `out`."""

    number: Annotated[int, Field(ge=1, le=services.MOST_CONSIGNMENTS)]
    outcome: Text


@router.get("", response=Batches)
def list_batches(request: HttpRequest) -> Batches:
    """List the newest batches that the caller may see."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    return Batches(batches=[_out(one) for one in visible_to(caller.user)[:SHOWN]])


@router.post("", response={201: BatchOut})
def take(request: HttpRequest, name: Text, form: Text = USUAL_FORM) -> Status[BatchOut]:
    """Take a table of consignments, or tell every fault of it by its line: the body is the file."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    made = services.take(raw=request.body, name=name, form=form, by=caller.user, at=caller.at)
    return Status(201, _out(made))


@router.get("/{uuid:batch}", response=BatchWhole)
def show(request: HttpRequest, batch: UUID) -> BatchWhole:
    """Show how far a batch is, what is held up, and what has to be looked at."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    row = get_batch(batch, user=caller.user)
    own = caller.user.organisation
    if own is None or not is_trader(own):
        subject = f"urn:certorigin:batch:{row.pk}"
        record_read(by=caller.user.username, at=caller.at, subject=subject)
    return BatchWhole(
        **_out(row).model_dump(),
        faults=[
            FaultOut(
                number=str(one.number),
                line=str(one.line),
                name=one.name,
                application=_name(one.application_id),
                code=found.code,
                facts=dict(found.facts),
            )
            for one, found in faults_of(row)
        ],
        looks={
            order: [
                LookOut(
                    number=str(one.row.number),
                    name=one.row.name,
                    application=_name(one.row.application_id),
                    is_drawn=one.is_drawn,
                    outcome=one.outcome,
                )
                for one in looks_of(row, order)
            ]
            for order in (DECIDE, CERTIFY)
        },
    )


@router.post("/{uuid:batch}/confirm", response=BatchOut)
def confirm(request: HttpRequest, batch: UUID, body: ConfirmIn) -> BatchOut:
    """Confirm the declaration of each consignment, and hand the batch to a body."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row = services.confirm(
        batch=batch, body=body.body, confirmed=body.confirmed, by=caller.user, at=caller.at
    )
    return _out(row)


@router.post("/{uuid:batch}/discard", response=BatchOut)
def discard(request: HttpRequest, batch: UUID) -> BatchOut:
    """Put away a batch that nobody confirmed."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    return _out(services.discard(batch=batch, by=caller.user, at=caller.at))


@router.post("/{uuid:batch}/again", response=BatchOut)
def again(request: HttpRequest, batch: UUID) -> BatchOut:
    """Let the loop take up what was held up; who gave the order says so."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    return _out(services.try_again(batch=batch, by=caller.user, at=caller.at))


@router.post("/{uuid:batch}/decide/look", response=BatchOut)
def look_before_deciding(request: HttpRequest, batch: UUID, body: LookIn) -> BatchOut:
    """Note that one consignment was looked at before all are decided."""
    return _look(Caller.of(request, Right.ASSESSMENT_DECIDE), batch, DECIDE, body)


@router.post("/{uuid:batch}/decide", response=BatchOut)
def decide(request: HttpRequest, batch: UUID) -> BatchOut:
    """Order that all of a batch be decided."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    return _out(services.order(batch=batch, what=DECIDE, by=caller.user, at=caller.at))


@router.post("/{uuid:batch}/certify/look", response=BatchOut)
def look_before_certifying(request: HttpRequest, batch: UUID, body: LookIn) -> BatchOut:
    """Note that one consignment was looked at before all are certified."""
    return _look(Caller.of(request, Right.CERTIFICATION_CERTIFY), batch, CERTIFY, body)


@router.post("/{uuid:batch}/certify", response=BatchOut)
def certify(request: HttpRequest, batch: UUID) -> BatchOut:
    """Order that all of a batch be certified."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    return _out(services.order(batch=batch, what=CERTIFY, by=caller.user, at=caller.at))


def _look(caller: Caller, batch: UUID, what: str, body: LookIn) -> BatchOut:
    services.look(
        batch=batch,
        row=body.number,
        what=what,
        outcome=body.outcome,
        by=caller.user,
        at=caller.at,
    )
    return _out(get_batch(batch, user=caller.user))


def _name(application: UUID | None) -> str:
    return str(application) if application else ""


def _out(row: Batch) -> BatchOut:
    return BatchOut(
        id=str(row.pk),
        name=row.name,
        digest=row.digest,
        stage=row.stage,
        size=str(row.size),
        body=row.body.slug if row.body else "",
        fault=row.fault,
        created_at=moment_to_text(row.created_at),
        counts={name: str(count) for name, count in counts_of(row).items()},
    )
