"""Writing the register of blanks: receive, use, spoil, destroy, count the safe, take notes back.

A body's own row is locked first, so that two people never note the same blank at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from certorigin.certification.blanks import count_safe, read_blank, read_blanks, read_list
from certorigin.errors import ConflictError, MalformedError, RightError, StandingError
from certorigin_server.blanks.models import Delivery, Destruction, SafeCount, Spoiled, Use
from certorigin_server.blanks.queries import keeps_register, received_by, register_of
from certorigin_server.trail.services import record
from certorigin_server.users.services import lock_organisation

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin.certification.blanks import Blanks
    from certorigin_server.users.queries import Organisation, User

_LONGEST = {
    "supplier": 200,
    "document": 200,
    "reason": 500,
    "remark": 500,
    "protocol": 60,
    "witnesses": 400,
}
_LONGEST_LIST = 40_000


@transaction.atomic
def receive(
    *, blanks: str, received_on: date, supplier: str, document: str, by: User, at: datetime
) -> Delivery:
    """Note a delivery of blanks.

    Raises RightError (`blank.no_body`), MalformedError, LimitError, ConflictError
    (`blank.received_twice`) with what is there already.
    """
    body = _own_body(by)
    found = read_blanks(blanks, place="blanks")
    told = _texts(supplier=supplier, document=document)
    if received_on > timezone.localdate(at):
        raise MalformedError("blank.day_ahead", place="received_on", value=received_on.isoformat())
    lock_organisation(body)
    same = received_by(body).filter(series=found.series, width=found.width)
    known = same.filter(first__lte=found.last, last__gte=found.first).first()
    if known is not None:
        raise ConflictError("blank.received_twice", blanks=str(found), known=str(known))
    row = Delivery.objects.create(
        body=body,
        received_on=received_on,
        noted_at=at,
        noted_by=by,
        **told,
        **_columns(found),
    )
    _record(by, at, "blank.received", body, blanks=str(found))
    return row


@transaction.atomic
def take_back_delivery(*, blanks: str, reason: str, by: User, at: datetime) -> Delivery:
    """Note that a delivery was recorded by mistake: its blanks were never received, the note stays.

    Raises RightError, MalformedError, LimitError, StandingError (`blank.no_delivery`,
    `blank.delivery_touched`) when no delivery is noted by just these numbers, or one of its blanks
    was used, is noted as spoiled or was destroyed.
    """
    body = _own_body(by)
    found = read_blanks(blanks, place="blanks")
    told = _texts(reason=reason)
    lock_organisation(body)
    row = received_by(body).filter(**_columns(found)).first()
    if row is None:
        raise StandingError("blank.no_delivery", blanks=str(found))
    same = {"body": body, "series": found.series, "width": found.width}
    within = {**same, "first__gte": found.first, "last__lte": found.last}
    touched = (
        Use.objects.filter(**within).order_by("first").first()
        or Spoiled.objects.filter(**within, taken_back_at=None).order_by("first").first()
    )
    if touched is not None:
        raise StandingError("blank.delivery_touched", blanks=str(found), blank=str(touched))
    _take_back(row, told["reason"], by, at)
    _record(by, at, "blank.delivery_taken_back", body, blanks=str(found))
    return row


@transaction.atomic
def use(*, body: Organisation, blank: str, subject: str, by: User, at: datetime) -> Use | None:
    """Note that a certificate was printed on a blank and handed over.

    A body that keeps no register is asked for none: None is returned. The same use noted again
    changes nothing. Raises MalformedError, and
    StandingError or ConflictError as `_require_free`.
    """
    if not keeps_register(body):
        return None
    found = read_blank(blank, place="blank")
    lock_organisation(body)
    known = Use.objects.filter(body=body, subject=subject, **_columns(found)).first()
    if known is not None:  # it was printed before it is handed over
        return known
    _require_free(body, found)
    row = Use.objects.create(
        body=body, subject=subject, noted_at=at, noted_by=by, **_columns(found)
    )
    _record(by, at, "blank.used", body, blanks=str(found))
    return row


@transaction.atomic
def spoil(*, blank: str, reason: str, by: User, at: datetime) -> Spoiled:
    """Note that a blank was spoiled; it stays in the safe until it is destroyed.

    Raises RightError, MalformedError, and StandingError or ConflictError as `_require_free`.
    """
    body = _own_body(by)
    found = read_blank(blank, place="blank")
    told = _texts(reason=reason)
    lock_organisation(body)
    _require_free(body, found)
    row = Spoiled.objects.create(body=body, noted_at=at, noted_by=by, **told, **_columns(found))
    _record(by, at, "blank.spoiled", body, blanks=str(found))
    return row


@transaction.atomic
def take_back(*, blank: str, reason: str, by: User, at: datetime) -> Spoiled:
    """Note that a blank was recorded as spoiled by mistake: it is free again, both notes stay.

    Raises RightError, MalformedError, StandingError (`blank.not_waiting`) when it is not noted as
    spoiled, or was destroyed since.
    """
    body = _own_body(by)
    found = read_blank(blank, place="blank")
    told = _texts(reason=reason)
    lock_organisation(body)
    waiting = Spoiled.objects.filter(
        body=body, destruction=None, taken_back_at=None, **_columns(found)
    )
    row = waiting.first()
    if row is None:
        raise StandingError("blank.not_waiting", blank=str(found))
    _take_back(row, told["reason"], by, at)
    _record(by, at, "blank.taken_back", body, blanks=str(found))
    return row


@transaction.atomic
def destroy(
    *, blanks: str, protocol: str, destroyed_on: date, witnesses: str, by: User, at: datetime
) -> Destruction:
    """Note that spoiled blanks were destroyed, all of them or none.

    Raises RightError, MalformedError, LimitError, StandingError (`blank.not_spoiled`),
    ConflictError (`blank.protocol_used`).
    """
    body = _own_body(by)
    told = _texts(protocol=protocol, witnesses=witnesses)
    wanted = _listed(blanks)
    if destroyed_on > timezone.localdate(at):
        value = destroyed_on.isoformat()
        raise MalformedError("blank.day_ahead", place="destroyed_on", value=value)
    lock_organisation(body)
    if Destruction.objects.filter(body=body, protocol=told["protocol"]).exists():
        raise ConflictError("blank.protocol_used", protocol=told["protocol"])
    row = Destruction.objects.create(
        body=body, destroyed_on=destroyed_on, noted_at=at, noted_by=by, **told
    )
    for one in wanted:
        same = Spoiled.objects.filter(body=body, series=one.series, width=one.width)
        waiting = same.filter(
            first__gte=one.first, last__lte=one.last, destruction=None, taken_back_at=None
        )
        if waiting.update(destruction=row) != len(one):
            raise StandingError("blank.not_spoiled", blanks=str(one))
    _record(by, at, "blank.destroyed", body, protocol=row.protocol)
    return row


@transaction.atomic
def count(*, found: str, remark: str, by: User, at: datetime) -> SafeCount:
    """Compare a count of the safe with the register, and keep what came out.

    Raises RightError, MalformedError, LimitError.
    """
    body = _own_body(by)
    held = _listed(found) if found.strip() else ()
    lock_organisation(body)
    register = register_of(body)
    outcome = count_safe(
        received=register.received, used=register.used, destroyed=register.destroyed, found=held
    )
    row = SafeCount.objects.create(
        body=body,
        found=_written(held),
        missing=_written(outcome.missing),
        surplus=_written(outcome.surplus),
        expected=register.counts["in_safe"],
        remark=_texts(remark=remark)["remark"] if remark.strip() else "",
        counted_at=at,
        counted_by=by,
    )
    _record(by, at, "blank.counted", body, agrees="yes" if outcome.agrees else "no")
    return row


def _require_free(body: Organisation, blank: Blanks) -> None:
    """Let a blank be taken that was received and is neither used nor spoiled.

    Raises StandingError (`blank.not_received`), ConflictError (`blank.used`, `blank.spoiled`).
    """
    same = {"body": body, "series": blank.series, "width": blank.width}
    kind = received_by(body).filter(series=blank.series, width=blank.width)
    given = kind.filter(first__lte=blank.first, last__gte=blank.first)
    if not given.exists():
        raise StandingError("blank.not_received", blank=str(blank))
    if Use.objects.filter(**same, first=blank.first).exists():
        raise ConflictError("blank.used", blank=str(blank))
    if Spoiled.objects.filter(**same, first=blank.first, taken_back_at=None).exists():
        raise ConflictError("blank.spoiled", blank=str(blank))


def _take_back(row: Delivery | Spoiled, reason: str, by: User, at: datetime) -> None:
    row.taken_back_at, row.taken_back_by, row.taken_back_because = at, by, reason
    row.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_because"])


def _own_body(by: User) -> Organisation:
    body = by.organisation
    if body is None or not body.number_grammar:
        raise RightError("blank.no_body")
    return body


def _listed(text: str) -> tuple[Blanks, ...]:
    if len(text) > _LONGEST_LIST:
        raise MalformedError("record.text_too_long", place="blanks", limit=str(_LONGEST_LIST))
    found = read_list(text, place="blanks")
    if not found:
        raise MalformedError("record.member_missing", place="blanks")
    return found


def _texts(**given: str) -> dict[str, str]:
    """Return texts that say something and are not too long. Raises MalformedError."""
    for name, text in given.items():
        if not text.strip():
            raise MalformedError("record.member_missing", place=name)
        if len(text) > _LONGEST[name]:
            limit = str(_LONGEST[name])
            raise MalformedError("record.text_too_long", place=name, limit=limit)
    return {name: text.strip() for name, text in given.items()}


def _columns(blanks: Blanks) -> dict[str, str | int]:
    return {
        "series": blanks.series,
        "width": blanks.width,
        "first": blanks.first,
        "last": blanks.last,
    }


def _written(ranges: tuple[Blanks, ...]) -> str:
    return "\n".join(str(one) for one in ranges)


def _record(by: User, at: datetime, action: str, body: Organisation, **facts: str) -> None:
    record(by=by.username, at=at, action=action, subject=body.urn, **facts)
