"""The machine interface of fees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import StringConstraints

from certorigin.errors import UnknownError
from certorigin.fees.schedule import Schedule
from certorigin.vocabulary.moment import day_from_text, moment_to_text
from certorigin.vocabulary.number import decimal_from_text
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.fees import services
from certorigin_server.fees.imported import lines_of, take_payments
from certorigin_server.fees.queries import (
    balance_of,
    fees_for,
    find_by_reference,
    in_force,
    movements_of,
    quotes_for,
    reckoning_of,
    schedule_of,
)
from certorigin_server.users.access import Caller
from certorigin_server.users.queries import issuing_organisations_of
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason, Text

if TYPE_CHECKING:
    from decimal import Decimal

    from django.http import HttpRequest

    from certorigin.fees.reckon import Reckoning
    from certorigin_server.fees.queries import Fee, ScheduleEntry

router = Router(tags=["fees"])
Count = Annotated[str, StringConstraints(pattern="^(0|[1-9][0-9]{0,2})$")]
Reference = Annotated[str, StringConstraints(max_length=60, pattern="^[^\\x00]*$")]


class FeeItemOut(Schema):
    """One item: the line of the schedule, how many, and what it comes to."""

    number: str
    name: str
    unit: str
    count: str
    amount: str
    net: str
    tax: str
    total: str


class SumsOut(Schema):
    """What is due, item by item; `clause` is that of an exemption."""

    currency: str
    items: list[FeeItemOut]
    tax: str
    total: str
    clause: str = ""
    not_urgent: bool = False


class QuoteOut(Schema):
    """What an application would cost at a body, by the act that set its fees."""

    body: str
    act: str
    sums: SumsOut


class MovementOut(Schema):
    """A payment, a refund, a waiver, or a `recall` that took a waiver back."""

    kind: str
    amount: str
    on: str
    number: str
    remark: str = ""
    noted_at: str
    noted_by: str


class FeeOut(Schema):
    """A fee, how it stands, and what moved on it; `reference` is what the payer writes."""

    reference: str
    application: str
    body: str
    event: str
    urgent: bool
    sheets: str
    hours: str
    act: str
    sums: SumsOut
    status: str
    outstanding: str
    over: str
    late_since: str = ""
    to_give_back: str
    movements: list[MovementOut]


class FeesOut(Schema):
    """What an application costs: before it is charged by quotes, then by its fees."""

    quotes: list[QuoteOut]
    fees: list[FeeOut]


class ScheduleOut(Schema):
    """A body's schedule in force; `document` is as it is entered."""

    body: str
    valid_from: str
    valid_until: str = ""
    document: dict[str, Any]


class ScheduleIn(Schema):
    """A schedule, from a day on, perhaps until another."""

    body: Text
    valid_from: Text
    valid_until: Text = ""
    document: dict[str, Any]


class UrgencyIn(Schema):
    """Whether urgent work is asked for."""

    urgent: bool


class MovedIn(Schema):
    """A payment or a refund: the sum, the day, the number of the bank's paper."""

    amount: Text
    on: Text
    number: Text
    remark: Reason = ""


class WaiverIn(Schema):
    """The number of the decision, and its ground."""

    number: Text
    remark: Reason


class ExtentIn(Schema):
    """What is paid for: sheets, an expert's hours, the code of an exemption."""

    sheets: Count = "0"
    hours: Text = "0"
    exemption: Text = ""


class FeeLineOut(Schema):
    """What became of a line of a file: `noted`, `known`, `unknown`, `other_currency` and others."""

    line: str
    outcome: str
    reference: str = ""
    number: str = ""
    day: str = ""
    amount: str = ""
    currency: str = ""
    outstanding: str = ""
    over: str = ""
    fault: str = ""
    place: str = ""


class TakenOut(Schema):
    """What became of a file: each line, those that need a look first."""

    digest: str
    noted: str
    lines: list[FeeLineOut]


class Entered(Schema):
    """It was entered at this moment."""

    at: str


@router.get("/schedules", response=list[ScheduleOut])
def list_schedules(request: HttpRequest) -> list[ScheduleOut]:
    """Return the schedule in force of each body that has one."""
    caller = Caller.of(request)
    return [_schedule(one) for one in in_force(timezone.localdate(caller.at))]


@router.post("/schedules", response={201: Entered})
def enter_schedule(request: HttpRequest, order: ScheduleIn) -> Status[Entered]:
    """Enter a body's schedule of fees."""
    caller = Caller.of(request, Right.FEES_RULE)
    until = order.valid_until
    entry = services.enter_schedule(
        body=order.body,
        schedule=Schedule.from_data(order.document),
        valid_from=day_from_text(order.valid_from, place="valid_from"),
        valid_until=day_from_text(until, place="valid_until") if until else None,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, Entered(at=moment_to_text(entry.entered_at)))


@router.get("/application/{uuid:application}", response=FeesOut)
def show(request: HttpRequest, application: UUID) -> FeesOut:
    """Show what an application costs, item by item, and how each fee of it stands."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    row = get_application(application, user=caller.user)
    services.note_read(application=row, by=caller.user, at=caller.at)
    fees = fees_for(row.pk)
    quotes = [] if fees else quotes_for(row, at=caller.at)
    return FeesOut(
        quotes=[
            QuoteOut(body=one.body.slug, act=one.schedule.act, sums=_sums(one.reckoning))
            for one in quotes
        ],
        fees=[_fee(one) for one in fees],
    )


@router.put("/application/{uuid:application}/urgency", response=FeesOut)
def ask_urgency(request: HttpRequest, application: UUID, order: UrgencyIn) -> FeesOut:
    """Ask for urgent work, or take that back."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    services.ask_urgency(application=application, urgent=order.urgent, by=caller.user, at=caller.at)
    return show(request, application)


@router.post("/payments", response={201: TakenOut})
def take_file(request: HttpRequest, name: Text = "") -> Status[TakenOut]:
    """Take a list of payments, a CSV or XLSX file as the body; each is matched by its reference."""
    caller = Caller.of(request, Right.FEES_RECORD)
    row = take_payments(raw=request.body, name=name, by=caller.user, at=caller.at)
    lines = [FeeLineOut(**vars(one)) for one in lines_of(row)]
    return Status(201, TakenOut(digest=row.digest, noted=str(row.noted), lines=lines))


@router.get("/{reference}", response=FeeOut)
def read_fee(request: HttpRequest, reference: Reference) -> FeeOut:
    """Return a fee by the reference of its payment."""
    caller = Caller.of(request, Right.FEES_READ)
    fee = _get(reference, caller)
    services.note_read(application=fee.application, by=caller.user, at=caller.at)
    return _fee(fee)


@router.post("/{reference}/payment", response={201: FeeOut})
def pay(request: HttpRequest, reference: Reference, order: MovedIn) -> Status[FeeOut]:
    """Note a payment."""
    caller = Caller.of(request, Right.FEES_RECORD)
    fee = _get(reference, caller)
    services.note_payment(fee=fee.pk, **_moved(order), by=caller.user, at=caller.at)
    return Status(201, _fee(_get(reference, caller)))


@router.post("/{reference}/refund", response={201: FeeOut})
def give_back(request: HttpRequest, reference: Reference, order: MovedIn) -> Status[FeeOut]:
    """Note what was given back."""
    caller = Caller.of(request, Right.FEES_RECORD)
    fee = _get(reference, caller)
    services.note_refund(fee=fee.pk, **_moved(order), by=caller.user, at=caller.at)
    return Status(201, _fee(_get(reference, caller)))


@router.post("/{reference}/waiver", response={201: FeeOut})
def waive(request: HttpRequest, reference: Reference, order: WaiverIn) -> Status[FeeOut]:
    """Waive a fee."""
    caller = Caller.of(request, Right.FEES_RECORD)
    fee = _get(reference, caller)
    services.waive(
        fee=fee.pk, number=order.number, remark=order.remark, by=caller.user, at=caller.at
    )
    return Status(201, _fee(_get(reference, caller)))


@router.post("/{reference}/waiver/recall", response={201: FeeOut})
def recall_waiver(request: HttpRequest, reference: Reference, order: WaiverIn) -> Status[FeeOut]:
    """Take a waiver back: the fee is due again."""
    caller = Caller.of(request, Right.FEES_RECORD)
    fee = _get(reference, caller)
    services.recall_waiver(
        fee=fee.pk, number=order.number, remark=order.remark, by=caller.user, at=caller.at
    )
    return Status(201, _fee(_get(reference, caller)))


@router.put("/{reference}/extent", response=FeeOut)
def set_extent(request: HttpRequest, reference: Reference, order: ExtentIn) -> FeeOut:
    """Say how many sheets and hours are paid for, and who is exempt."""
    caller = Caller.of(request, Right.FEES_RECORD)
    services.set_extent(
        fee=_get(reference, caller).pk,
        sheets=int(order.sheets),
        hours=decimal_from_text(order.hours, place="hours"),
        exemption=order.exemption,
        by=caller.user,
        at=caller.at,
    )
    return _fee(_get(reference, caller))


def _get(reference: str, caller: Caller) -> Fee:
    """Return a fee of the bodies that a person may see. Raises UnknownError."""
    seen = list(issuing_organisations_of(caller.user))
    found = find_by_reference(reference, bodies=seen)
    if found is None:
        raise UnknownError("fees.unknown", reference=reference[:40])
    return found


def _moved(order: MovedIn) -> dict[str, Any]:
    return {
        "amount": order.amount,
        "on": day_from_text(order.on, place="on"),
        "number": order.number,
        "remark": order.remark,
    }


def _schedule(entry: ScheduleEntry) -> ScheduleOut:
    return ScheduleOut(
        body=entry.body.slug,
        valid_from=entry.valid_from.isoformat(),
        valid_until=entry.valid_until.isoformat() if entry.valid_until else "",
        document=schedule_of(entry).to_data(),
    )


def _sums(found: Reckoning) -> SumsOut:
    items = [FeeItemOut(**item.to_data(), total=_text(item.total)) for item in found.items]
    return SumsOut(
        currency=found.currency,
        items=items,
        tax=_text(found.tax),
        total=_text(found.total),
        clause=found.clause,
        not_urgent=found.not_urgent,
    )


def _fee(fee: Fee) -> FeeOut:
    balance = balance_of(fee)
    return FeeOut(
        reference=fee.reference,
        application=str(fee.application_id),
        body=fee.body.slug,
        event=fee.event,
        urgent=fee.urgent,
        sheets=str(fee.sheets),
        hours=fee.hours,
        act=schedule_of(fee.schedule).act,
        sums=_sums(reckoning_of(fee)),
        status=str(balance.status),
        outstanding=_text(balance.outstanding),
        over=_text(balance.over),
        late_since=fee.late_since.isoformat() if fee.late_since else "",
        to_give_back=_text(balance.goes_back),
        movements=[
            MovementOut(
                kind=one.kind,
                amount=one.amount,
                on=one.on.isoformat(),
                number=one.number,
                remark=one.remark,
                noted_at=moment_to_text(one.noted_at),
                noted_by=one.noted_by.full_name,
            )
            for one in movements_of(fee)
        ],
    )


def _text(amount: Decimal) -> str:
    return format(amount, "f")
