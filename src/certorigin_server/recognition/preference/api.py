"""The machine interface of conditions of preference, and of rates of the day (R42)."""

from __future__ import annotations

from datetime import date as day
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application.api import PAGE_SIZE
from certorigin_server.desk.paging import part_on
from certorigin_server.recognition.preference import services
from certorigin_server.recognition.preference.queries import notes_on, rates, worth_of
from certorigin_server.recognition.queries import document_of, get_visible
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.recognition.preference.models import ConditionNote, ExchangeRate

router = Router(tags=["recognition"])
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")]


class NoteIn(Schema):
    """What was found about a condition of Rules 5.1, and by which paper."""

    condition: Literal["contract", "ownership", "transit"]
    found: Literal["met", "not_met", "not_shown"]
    evidence: Reason


class NoteOut(NoteIn):
    """A finding; the newest of a condition counts."""

    noted_at: str
    noted_by: str


class WorthOut(Schema):
    """What goods under declarations of origin are worth (06016), and what is missing to say so."""

    worth: str
    dollars: str
    missing: list[str]


class ConditionsOut(Schema):
    """All that was found, oldest first; `worth` only where a declaration of origin is cited."""

    notes: list[NoteOut]
    worth: WorthOut | None


class RateIn(Schema):
    """What so many units of a currency cost on a day, and where that is published."""

    currency: Text
    day: day
    units: Amount
    price: Amount
    price_currency: Text
    source: Text


class RateOut(Schema):
    """A rate that was entered; of two for one day the newer counts."""

    currency: str
    day: str
    units: str
    price: str
    price_currency: str
    source: str
    entered_at: str
    entered_by: str


@router.get("/declaration/{declaration}/conditions", response=ConditionsOut)
def list_conditions(request: HttpRequest, declaration: UUID) -> ConditionsOut:
    """List what was found about conditions under a declaration, and what its goods are worth."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    row = get_visible(declaration, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=str(row.pk))
    judged = worth_of(row, document_of(row))
    worth = None
    if judged is not None:
        shown, missing = judged.shown, list(judged.missing)
        worth = WorthOut(worth=str(judged.worth), dollars=shown, missing=missing)
    return ConditionsOut(notes=[_note(one) for one in notes_on(row)], worth=worth)


@router.post("/declaration/{declaration}/conditions", response={201: NoteOut})
def note_condition(request: HttpRequest, declaration: UUID, body: NoteIn) -> Status[NoteOut]:
    """Note what was found about a condition; earlier findings stay readable."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    made = services.note_condition(
        declaration=declaration,
        condition=body.condition,
        found=body.found,
        evidence=body.evidence,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _note(made))


@router.get("/rates", response=list[RateOut])
def list_rates(request: HttpRequest, page: Page = "1") -> list[RateOut]:
    """List the rates, newest day first."""
    Caller.of(request, Right.RECOGNITION_RATE)
    return [_rate(one) for one in part_on(rates(), page, PAGE_SIZE)]


@router.post("/rates", response={201: RateOut})
def enter_rate(request: HttpRequest, body: RateIn) -> Status[RateOut]:
    """Enter a rate of the day."""
    caller = Caller.of(request, Right.RECOGNITION_RATE)
    made = services.enter_rate(
        currency=body.currency,
        day=body.day,
        units=Decimal(body.units),
        price=Decimal(body.price),
        price_currency=body.price_currency,
        source=body.source,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _rate(made))


def _note(row: ConditionNote) -> NoteOut:
    return NoteOut(
        condition=row.condition,  # type: ignore[arg-type]
        found=row.found,  # type: ignore[arg-type]
        evidence=row.evidence,
        noted_at=moment_to_text(row.noted_at),
        noted_by=row.noted_by.username,
    )


def _rate(row: ExchangeRate) -> RateOut:
    return RateOut(
        currency=row.currency,
        day=row.day.isoformat(),
        units=f"{row.units:f}",
        price=f"{row.price:f}",
        price_currency=row.price_currency,
        source=row.source,
        entered_at=moment_to_text(row.entered_at),
        entered_by=row.entered_by.username,
    )
