"""Writing fees: schedules and rules, what is due, what moved.

enter_schedule · set_rules                 an administrator
ask_urgency                                the applicant
charge · set_extent                        what is due
note_read                                  who read it, unless it is the applicant
note_payment · note_refund                 an officer, or a program in an officer's name
waive · recall_waiver                      the same, by a decision
charge_new · judge                         the loop
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from certorigin.errors import ConflictError, MalformedError, RightError, StandingError
from certorigin.fees.balance import Kind, Status
from certorigin.fees.payments import LONGEST_NUMBER, read_amount
from certorigin.fees.reckon import Order, Reckoning, reckon
from certorigin.seal.canonical import strict_bytes
from certorigin_server.application.anew import carried_anew
from certorigin_server.application.power import require_power
from certorigin_server.application.queries import found_to_originate, handed_in
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.fees.models import Fee, FeeRules, Movement, ScheduleEntry, Wish
from certorigin_server.fees.queries import (
    balance_of,
    entry_for,
    fee_of,
    get_body,
    get_visible,
    is_urgent,
    late_since_of,
    order_of,
    rules_of,
    schedule_of,
    uncharged,
)
from certorigin_server.trail.services import record, record_read
from certorigin_server.users.power_queries import Covers
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.fees.balance import Balance
    from certorigin.fees.schedule import Schedule
    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import User

LONGEST_REMARK = 500
MOST_SHEETS = 500
A_TURN = 200


@transaction.atomic
def enter_schedule(
    *,
    body: str,
    schedule: Schedule,
    valid_from: date,
    valid_until: date | None,
    by: User,
    at: datetime,
) -> ScheduleEntry:
    """Enter a body's schedule of fees from a day on; what was charged before stays as it is.

    Raises UnknownError, MalformedError (`fees.days_turned`).
    """
    target = get_body(body, user=by)
    schedule.require_plain()
    if valid_until is not None and valid_until < valid_from:
        raise MalformedError("fees.days_turned", place="valid_until")
    entry = ScheduleEntry.objects.create(
        body=target,
        valid_from=valid_from,
        valid_until=valid_until,
        document=strict_bytes(schedule.to_data()).decode(),
        entered_at=at,
        entered_by=by,
    )
    facts = {"from": valid_from.isoformat(), "schedule": str(entry.pk)}
    record(by=by.username, at=at, action="fees.schedule_entered", subject=target.urn, **facts)
    return entry


@transaction.atomic
def set_rules(
    *, body: str, unpaid_stops: bool, late_refunds: bool, by: User, at: datetime
) -> FeeRules:
    """Set what a body does about an unpaid fee and a missed term; what waits to go back follows.

    Raises UnknownError.
    """
    target = get_body(body, user=by)
    late = _locked().filter(body=target, late_since__isnull=False).order_by("pk")
    missed = list(late) if rules_of(target.pk).late_refunds != late_refunds else []
    flags = {"unpaid_stops": unpaid_stops, "late_refunds": late_refunds}
    rules, _ = FeeRules.objects.update_or_create(
        body=target, defaults={**flags, "changed_at": at, "changed_by": by}
    )
    told = {name: "yes" if value else "no" for name, value in flags.items()}
    record(by=by.username, at=at, action="fees.rules_set", subject=target.urn, **told)
    for fee in missed:
        _settle(fee, at=at)
    return rules


@transaction.atomic
def ask_urgency(*, application: UUID, urgent: bool, by: User, at: datetime) -> Fee | None:
    """Ask for urgent work, or take that back, while nothing was decided; return the new fee.

    Raises UnknownError, RightError (`application.not_a_trader`, `…no_power`), StandingError
    (`application.closed`).
    """
    row = get_application(application, user=by)
    if by.organisation is None or not is_trader(by.organisation):
        raise RightError("application.not_a_trader")
    require_power(row, by=by, at=at, covers=Covers.PREPARE)
    if row.status == row.Status.WITHDRAWN or row.decided_at is not None:
        raise StandingError("application.closed", status=row.status)
    fee = fee_of(row.pk)
    locked = _lock(fee) if fee else None  # as everywhere: the fee first, then the trail's head
    said = {"urgent": urgent, "said_at": at, "said_by": by}
    Wish.objects.update_or_create(application=row, defaults=said)
    told = {"urgent": "yes" if urgent else "no"}
    record(by=by.username, at=at, action="fees.urgency_asked", subject=row.urn, **told)
    if locked is None:
        return None
    order = Order(row.form, locked.event, urgent, locked.sheets, Decimal(locked.hours))
    return _reckon_anew(locked, order, exemption=locked.exemption, by=by, at=at)


@carried_anew
def _stay_urgent(old: Application, new: Application, by: User, at: datetime) -> None:
    if is_urgent(old):
        ask_urgency(application=new.pk, urgent=True, by=by, at=at)


def charge(
    *, application: Application, at: datetime, order: Order | None = None, request: int = 0
) -> Fee | None:
    """Charge what is asked for, once, by the schedule of the day; None where there is none.

    Without an order it is for the application itself, and the schedule is that of the day on which
    it was submitted.
    """
    entry = entry_for(application, at=at if order else None)
    if entry is None:
        return None
    wanted = order or order_of(application)
    found = reckon(schedule_of(entry), wanted)
    given = {
        "body": entry.body,
        "schedule": entry,
        "urgent": wanted.urgent,
        "sheets": wanted.sheets,
        "charged_at": at,
        "changed_at": at,
        **_reckoned(found),
    }
    with transaction.atomic(savepoint=False):
        fee, is_new = Fee.objects.get_or_create(
            application=application, event=wanted.event, request=request, defaults=given
        )
        if is_new:
            action = "fees.charged" if found.total else "fees.nothing_due"
            record(by="", at=at, action=action, subject=application.urn, reference=fee.reference)
    return fee


@transaction.atomic
def set_extent(
    *, fee: int, sheets: int, hours: Decimal, exemption: str, by: User, at: datetime
) -> Fee:
    """Say how many sheets and hours are paid for, and who is exempt by which clause.

    Raises as `note_payment`, UnknownError (`fees.exemption_unknown`), MalformedError
    (`fees.hours_wrong`, `fees.sheets_wrong`).
    """
    row = _lock_own(fee, by=by)
    if not 0 <= sheets <= MOST_SHEETS:
        raise MalformedError("fees.sheets_wrong", place="sheets", limit=str(MOST_SHEETS))
    order = Order(row.application.form, row.event, row.urgent, sheets, hours)
    return _reckon_anew(row, order, exemption=exemption, by=by, at=at)


def note_read(*, application: Application, by: User, at: datetime) -> None:
    """Record that somebody else than a trader read what an application costs (R17)."""
    if by.organisation is None or not is_trader(by.organisation):
        record_read(by=by.username, at=at, subject=application.urn)


@transaction.atomic
def note_payment(
    *, fee: int, amount: str, on: date, number: str, by: User, at: datetime, remark: str = ""
) -> Movement:
    """Note a payment, by the number and the day of the bank's paper.

    Raises UnknownError, RightError (`fees.another_body`), MalformedError, ConflictError
    (`fees.moved_already`).
    """
    return _move(_lock_own(fee, by=by), Kind.PAYMENT, amount, on, number, remark, by, at)


@transaction.atomic
def note_refund(
    *, fee: int, amount: str, on: date, number: str, by: User, at: datetime, remark: str = ""
) -> Movement:
    """Note what was given back.

    Raises as `note_payment`, StandingError (`fees.refund_too_large`).
    """
    row = _lock_own(fee, by=by)
    balance_of(row).require_refundable(read_amount(amount))
    return _move(row, Kind.REFUND, amount, on, number, remark, by, at)


@transaction.atomic
def waive(*, fee: int, number: str, remark: str, by: User, at: datetime) -> Movement:
    """Let a fee be waived, by the number of the decision and its ground.

    Raises as `note_payment`, MalformedError for a waiver without a ground.
    """
    row = _lock_own(fee, by=by)
    if balance_of(row).waived:
        raise ConflictError("fees.moved_already", number=number[:LONGEST_NUMBER])
    return _move(row, Kind.WAIVER, "", timezone.localdate(at), number, remark, by, at)


@transaction.atomic
def recall_waiver(*, fee: int, number: str, remark: str, by: User, at: datetime) -> Movement:
    """Take a waiver back, by the number of the decision and its ground: the fee is due again.

    Raises as `note_payment`, StandingError (`fees.not_waived`), MalformedError without a ground.
    """
    row = _lock_own(fee, by=by)
    balance_of(row).require_waived()
    return _move(row, Kind.RECALL, "", timezone.localdate(at), number, remark, by, at)


def charge_new(*, at: datetime) -> int:
    """Charge what was handed in since, to bodies that have a schedule; return how many fees."""
    rows = [
        row
        for waiting in (handed_in(), found_to_originate())
        for row in uncharged(waiting, most=A_TURN)
    ]
    return sum(charge(application=row, at=at) is not None for row in rows)


@transaction.atomic
def judge(fee: Fee, *, at: datetime) -> bool:
    """Find out whether the term of a case was kept (R51); say whether that is known now."""
    row = fee.application
    end = row.decided_at or row.withdrawn_at
    late_since = late_since_of(row, at=end or at)
    if end is None and late_since is None:
        return False
    locked = _lock(fee)
    if locked.judged_at:  # by another process, while this one waited
        return False
    locked.judged_at, locked.late_since = at, late_since
    _settle(locked, at=at)
    return True


def _reckon_anew(fee: Fee, order: Order, *, exemption: str, by: User, at: datetime) -> Fee:
    """Reckon a locked fee by another order; the trail keeps what was due before (R14)."""
    before = fee.total
    found = reckon(schedule_of(fee.schedule), order, exemption=exemption)
    extent = {"sheets": order.sheets, "hours": format(round(order.hours, 2), "f")}
    fee.urgent, fee.exemption = order.urgent, exemption
    for name, value in (extent | _reckoned(found)).items():
        setattr(fee, name, value)
    facts = {name: str(value) for name, value in extent.items()}
    facts |= {"reference": fee.reference, "before": before, "after": fee.total}
    facts |= {"exemption": exemption, "urgent": "yes" if order.urgent else "no"}
    record(by=by.username, at=at, action="fees.recharged", subject=fee.application.urn, **facts)
    _settle(fee, at=at)
    return fee


def _reckoned(found: Reckoning) -> dict[str, str]:
    return {
        "document": strict_bytes(found.to_data()).decode(),
        "total": format(found.total, "f"),
        "currency": found.currency,
        "status": str(Status.DUE if found.total else Status.NOTHING),
    }


def _move(
    fee: Fee, kind: Kind, amount: str, on: date, number: str, remark: str, by: User, at: datetime
) -> Movement:
    told, said = number.strip(), remark.strip()
    if not told or not told.isprintable():
        raise MalformedError("record.member_missing", place="number")
    if kind in _WITHOUT_MONEY and not said:  # a decision has its ground
        raise MalformedError("record.member_missing", place="remark")
    for name, text, longest in (("number", told, LONGEST_NUMBER), ("remark", said, LONGEST_REMARK)):
        if len(text) > longest:
            raise MalformedError("record.text_too_long", place=name, limit=str(longest))
    if on > timezone.localdate(at):
        raise MalformedError("fees.day_ahead", place="on", value=on.isoformat())
    moved = "0.00" if kind in _WITHOUT_MONEY else format(read_amount(amount), "f")
    same = {"kind": str(kind), "number": told, "on": on, "amount": moved}
    if fee.movements.filter(**same).exists():
        raise ConflictError("fees.moved_already", number=told)
    row = Movement.objects.create(fee=fee, remark=said, noted_at=at, noted_by=by, **same)
    balance = _settle(fee, at=at)
    facts = {"reference": fee.reference, "status": str(balance.status)}
    subject = fee.application.urn
    record(by=by.username, at=at, action=f"fees.{_DONE[kind]}", subject=subject, **facts)
    return row


_WITHOUT_MONEY = {Kind.WAIVER, Kind.RECALL}
_DONE = {"payment": "paid", "refund": "refunded", "waiver": "waived", "recall": "waiver_recalled"}


def _settle(fee: Fee, *, at: datetime) -> Balance:
    """Keep how the fee stands, and since when something of it should go back."""
    balance = balance_of(fee)
    fee.status, fee.changed_at = str(balance.status), at
    was = fee.refund_since
    fee.refund_since = (was or at) if balance.goes_back else None
    fee.save()
    if was is None and fee.refund_since is not None:
        facts = {"reference": fee.reference, "late": "yes" if fee.late_since else "no"}
        record(by="", at=at, action="fees.refund_due", subject=fee.application.urn, **facts)
    return balance


def _locked() -> QuerySet[Fee]:
    found = Fee.objects.select_for_update(of=("self",))
    return found.select_related("application", "schedule")


def _lock(fee: Fee) -> Fee:
    return _locked().get(pk=fee.pk)


def _lock_own(fee: int, *, by: User) -> Fee:
    """Lock a fee of the person's own body. Raises UnknownError, RightError."""
    found = get_visible(fee, user=by)
    if found.body_id != by.organisation_id:
        raise RightError("fees.another_body")
    return _lock(found)
