"""A file of payments taken: each line matched by its reference, each difference told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import orjson
from django.db import transaction

from certorigin.errors import ConflictError, MalformedError, RightError
from certorigin.fees.payments import read_payments
from certorigin_server.fees.models import PaymentFile
from certorigin_server.fees.queries import balance_of, find_by_reference
from certorigin_server.fees.services import note_payment
from certorigin_server.trail.services import record
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.fees.payments import Payment
    from certorigin_server.fees.queries import Fee
    from certorigin_server.users.queries import Organisation, User

# What became of a line.
NOTED, KNOWN, UNKNOWN, OTHER_CURRENCY, AHEAD, UNREAD = OUTCOMES = (
    "noted",
    "known",
    "unknown",
    "other_currency",
    "ahead",
    "unread",
)


@dataclass(frozen=True)
class Line:
    """One line of a file: what it says, what became of it, and what is left or was too much."""

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


def take_payments(*, raw: bytes, name: str, by: User, at: datetime) -> PaymentFile:
    """Note every payment of a file whose reference is that of a fee of the person's body.

    Each payment is noted in a transaction of its own: a long file keeps nobody from writing (R7).
    One that was noted before is noted no second time, so a file may be taken again. Raises
    RightError (`fees.another_body`), MalformedError, LimitError for what is no list of payments.
    """
    body = by.organisation
    if body is None or is_trader(body):
        raise RightError("fees.another_body")
    found = read_payments(raw)
    lines = [_taken(one, body, by=by, at=at) for one in found.payments]
    lines += [_unread(fault.place, fault.code) for fault in found.faults]
    return _keep(lines, body, raw, name, by=by, at=at)


@transaction.atomic
def _keep(
    lines: list[Line], body: Organisation, raw: bytes, name: str, *, by: User, at: datetime
) -> PaymentFile:
    noted = sum(one.outcome == NOTED for one in lines)
    row = PaymentFile.objects.create(
        body=body,
        name=name[:160],
        digest=hashlib.sha256(raw).hexdigest(),
        document=orjson.dumps(lines).decode(),
        noted=noted,
        taken_at=at,
        taken_by=by,
    )
    facts = {"digest": row.digest, "noted": str(noted), "lines": str(len(lines))}
    record(by=by.username, at=at, action="fees.file_taken", subject=body.urn, **facts)
    return row


def lines_of(row: PaymentFile) -> list[Line]:
    """Return what became of each line of a file, those that need a look first."""
    lines = [Line(**one) for one in orjson.loads(row.document)]
    return sorted(lines, key=lambda one: one.outcome in {NOTED, KNOWN} and not _differs(one))


def _differs(line: Line) -> bool:
    return bool(line.outstanding or line.over)


def _taken(one: Payment, body: Organisation, *, by: User, at: datetime) -> Line:
    readings = (find_by_reference(said, bodies=[body.pk]) for said in one.references)
    fees = {fee.pk: fee for fee in readings if fee is not None}
    if len(fees) != 1:  # a line that names several fees is for a person to look at
        return _line(one, UNKNOWN)
    (fee,) = fees.values()
    if fee.currency != one.currency:
        return _line(one, OTHER_CURRENCY, fee)
    try:
        note_payment(
            fee=fee.pk,
            amount=format(one.amount, "f"),
            on=one.day,
            number=one.number,
            by=by,
            at=at,
        )
    except ConflictError:
        return _line(one, KNOWN, fee)
    except MalformedError:
        return _line(one, AHEAD, fee)
    return _line(one, NOTED, fee)


def _line(one: Payment, outcome: str, fee: Fee | None = None) -> Line:
    balance = balance_of(fee) if fee else None
    return Line(
        line=str(one.line),
        outcome=outcome,
        reference=fee.reference if fee else ", ".join(one.references),
        number=one.number,
        day=one.day.isoformat(),
        amount=format(one.amount, "f"),
        currency=one.currency,
        outstanding=_told(balance.outstanding) if balance else "",
        over=_told(balance.over) if balance else "",
    )


def _unread(place: str, code: str) -> Line:
    line, _, member = place.removeprefix("line ").partition(", ")
    return Line(line=line, outcome=UNREAD, fault=code, place=member)


def _told(amount: Decimal) -> str:
    return format(amount, "f") if amount else ""
