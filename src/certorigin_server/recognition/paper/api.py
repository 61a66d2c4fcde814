"""The machine interface of paper originals demanded (R20)."""

from __future__ import annotations

from datetime import date as day
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.recognition.paper import services
from certorigin_server.recognition.paper.queries import cited_at, demands_on
from certorigin_server.recognition.queries import cited_by, document_of, get_visible
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.recognition.models import PaperDemand

router = Router(tags=["recognition"])


class DemandIn(Schema):
    """Demand the original of a certificate by its place among those that are cited, from nought."""

    position: Annotated[str, Field(pattern=r"^[0-9]{1,4}$")] = "0"
    reason: Literal[
        "origin_in_doubt", "not_confirmed", "data_differ", "not_in_mirror", "service_disturbed"
    ]
    until: day
    remark: Reason = ""


class PaperAnswerIn(Schema):
    """What came of a demand."""

    outcome: Literal["agrees", "differs", "not_presented"]
    remark: Reason = ""


class DemandOut(Schema):
    """A demand of the original, and what came of it; empty texts while nothing did."""

    id: str
    number: str
    date: str
    issued_in: str
    subject: str
    reason: str
    remark: str
    until: str
    demanded_at: str
    outcome: str
    answered_at: str
    act: str
    answer_act: str


@router.post("/declaration/{declaration}/paper", response={201: DemandOut})
def demand_paper(request: HttpRequest, declaration: UUID, body: DemandIn) -> Status[DemandOut]:
    """Demand the paper original from the declarant until a day; the issuing state learns it."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    row = get_visible(declaration, user=caller.user)
    made = services.demand_paper(
        declaration=row.pk,
        reference=cited_at(row, int(body.position)),
        reason=body.reason,
        until=body.until,
        remark=body.remark,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _demand(made))


@router.get("/declaration/{declaration}/paper", response=list[DemandOut])
def list_demands(request: HttpRequest, declaration: UUID) -> list[DemandOut]:
    """List the demands of originals under a declaration, oldest first."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    row = get_visible(declaration, user=caller.user)
    references = cited_by(document_of(row))
    return [_demand(one) for cited in references for one in demands_on(row, cited)]


@router.post("/paper/{demand}/answer", response=DemandOut)
def answer_demand(request: HttpRequest, demand: int, body: PaperAnswerIn) -> DemandOut:
    """Record what came: the original agrees, differs, or did not come by the last day."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    done = services.answer_demand(
        demand=demand, outcome=body.outcome, remark=body.remark, by=caller.user, at=caller.at
    )
    return _demand(done)


def _demand(row: PaperDemand) -> DemandOut:
    return DemandOut(
        id=str(row.pk),
        number=row.number,
        date=row.issued_on.isoformat(),
        issued_in=row.issued_in,
        subject=row.subject,
        reason=row.reason,
        remark=row.remark,
        until=row.until.isoformat(),
        demanded_at=moment_to_text(row.demanded_at),
        outcome=row.outcome,
        answered_at=moment_to_text(row.answered_at) if row.answered_at else "",
        act=row.act,
        answer_act=row.answer_act,
    )
