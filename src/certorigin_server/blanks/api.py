"""The machine interface of blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ninja import Router, Schema, Status
from pydantic import StringConstraints

from certorigin.vocabulary.moment import day_from_text, moment_to_text
from certorigin_server.blanks import services
from certorigin_server.blanks.queries import get_body, register_of
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

Ranges = Annotated[str, StringConstraints(max_length=40_000, pattern="^[^\\x00]*$")]

router = Router(tags=["blanks"])


class RegisterOut(Schema):
    """What a body holds: ranges, and how many blanks are in each part."""

    body: str
    counts: dict[str, str]
    received: list[str]
    used: list[str]
    spoiled: list[str]
    destroyed: list[str]
    in_safe: list[str]
    free: list[str]


class ReceivedIn(Schema):
    """A delivery: a number or a range, on a day, from whom, with which paper."""

    blanks: Text
    received_on: Text
    supplier: Text
    document: Text


class SpoiledIn(Schema):
    """One blank and why it can't be used."""

    blank: Text
    reason: Reason


class DeliveryBackIn(Schema):
    """The numbers of a delivery just as they were noted, and why they are wrong."""

    blanks: Text
    reason: Reason


class DestroyedIn(Schema):
    """Numbers and ranges, one a line, under the number of a protocol."""

    blanks: Ranges
    protocol: Text
    destroyed_on: Text
    witnesses: Reason


class CountedIn(Schema):
    """What lies in the safe, one number or range a line."""

    found: Ranges
    remark: Reason = ""


class CountedOut(Schema):
    """What a count came to."""

    at: str
    expected: str
    missing: list[str]
    surplus: list[str]


class Noted(Schema):
    """It was noted at this moment."""

    at: str


@router.get("", response=RegisterOut)
def show(request: HttpRequest, body: Text = "") -> RegisterOut:
    """Show what a body holds; without a name the caller's own."""
    caller = Caller.of(request, Right.CERTIFICATION_JOURNAL)
    target = get_body(body, user=caller.user)
    register = register_of(target)
    names = ("received", "used", "spoiled", "destroyed", "in_safe", "free")
    return RegisterOut(
        body=target.slug,
        counts={name: str(number) for name, number in register.counts.items()},
        **{name: [str(one) for one in getattr(register, name)] for name in names},
    )


@router.post("/received", response={201: Noted})
def receive(request: HttpRequest, order: ReceivedIn) -> Status[Noted]:
    """Note a delivery."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    services.receive(
        blanks=order.blanks,
        received_on=day_from_text(order.received_on, place="received_on"),
        supplier=order.supplier,
        document=order.document,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, Noted(at=moment_to_text(caller.at)))


@router.post("/received/taken-back", response={201: Noted})
def take_back_delivery(request: HttpRequest, order: DeliveryBackIn) -> Status[Noted]:
    """Note that a delivery was recorded by mistake; none of its blanks may be used or spoiled."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    services.take_back_delivery(
        blanks=order.blanks, reason=order.reason, by=caller.user, at=caller.at
    )
    return Status(201, Noted(at=moment_to_text(caller.at)))


@router.post("/spoiled", response={201: Noted})
def spoil(request: HttpRequest, order: SpoiledIn) -> Status[Noted]:
    """Note a spoiled blank."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    services.spoil(blank=order.blank, reason=order.reason, by=caller.user, at=caller.at)
    return Status(201, Noted(at=moment_to_text(caller.at)))


@router.post("/taken-back", response={201: Noted})
def take_back(request: HttpRequest, order: SpoiledIn) -> Status[Noted]:
    """Note that a blank was recorded as spoiled by mistake, and why it is none."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    services.take_back(blank=order.blank, reason=order.reason, by=caller.user, at=caller.at)
    return Status(201, Noted(at=moment_to_text(caller.at)))


@router.post("/destroyed", response={201: Noted})
def destroy(request: HttpRequest, order: DestroyedIn) -> Status[Noted]:
    """Note that spoiled blanks were destroyed."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    services.destroy(
        blanks=order.blanks,
        protocol=order.protocol,
        destroyed_on=day_from_text(order.destroyed_on, place="destroyed_on"),
        witnesses=order.witnesses,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, Noted(at=moment_to_text(caller.at)))


@router.post("/counted", response={201: CountedOut})
def count(request: HttpRequest, order: CountedIn) -> Status[CountedOut]:
    """Compare a count of the safe with the register."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    row = services.count(found=order.found, remark=order.remark, by=caller.user, at=caller.at)
    out = CountedOut(
        at=moment_to_text(row.counted_at),
        expected=str(row.expected),
        missing=row.missing.splitlines(),
        surplus=row.surplus.splitlines(),
    )
    return Status(201, out)
