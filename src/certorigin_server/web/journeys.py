"""The journey of one certificate as a line of seven stops, as far as this side can see it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.vocabulary.quantity import Quantity
from certorigin_server.certification.queries import boxes_of, find_certificate
from certorigin_server.mirror.queries import find_followed
from certorigin_server.recognition.queries import decisions_about
from certorigin_server.recognition.received import BACK, PAPER, events_of
from certorigin_server.standing.queries import certificate_of, issued_act_of, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.recognition.received import Event
    from certorigin_server.standing.queries import RegisteredAct

STOPS = (
    "application",
    "assessment",
    "certification",
    "log",
    "mirror",
    "recognition",
    "returns",
)


@dataclass(frozen=True)
class Stop:
    """One stop with the time at which it was passed, or None."""

    name: str
    at: datetime | None
    note: str = ""

    @property
    def title(self) -> str:
        """The code of the stop's name."""
        return f"stop.{self.name}"


@dataclass(frozen=True)
class ItemLine:
    """One item of goods, with what is used of it; or with an empty box 10 by right (R24)."""

    sequence: int
    description: str
    tariff_code: str
    criterion: str
    quantity: Quantity
    used: Quantity
    is_counted: bool


@dataclass(frozen=True)
class Journey:
    """A certificate and its stops."""

    subject: str
    form: str
    number: str
    date: date
    issued_in: str
    presented_in: str
    exporter: str
    importer: str
    standing: str
    stops: tuple[Stop, ...]
    items: tuple[ItemLine, ...]
    # When customs of the other state first matched it with a goods declaration, and first refused.
    matched: datetime | None = None
    refused: datetime | None = None
    # The paper original that customs of the other state demanded, and what came (R20).
    papers: tuple[Event, ...] = ()
    # Use at import, refusals, requests with their answers (R10, R52).
    back: tuple[Event, ...] = ()


def journey_of(subject: str, *, at: datetime) -> Journey | None:
    """Return the journey of a certificate that this side knows, or None."""
    ours, row = find_certificate(subject), issued_act_of(subject)
    if ours is not None:
        boxes = boxes_of(ours)
    elif row is not None:
        boxes = certificate_of(row)
    else:
        return None
    standing = standing_of(subject, at=at) if row else None
    times = _times(ours, row, standing)
    events = events_of(subject, at=at)
    status = f"standing.status.{standing.status if standing else 'pending'}"
    return Journey(
        subject=subject,
        form=boxes.form,
        number=boxes.number,
        date=boxes.certification.date,
        issued_in=boxes.issued_in,
        presented_in=boxes.presented_in,
        exporter=boxes.exporter.name,
        importer=boxes.importer.name,
        standing=status,
        stops=tuple(Stop(name, times.get(name)) for name in STOPS),
        items=_items(boxes, standing),
        matched=_first(use.entry for use in standing.uses) if standing else None,
        refused=_first(standing.refusals) if standing else None,
        papers=tuple(one for one in events if one.what in PAPER),
        back=tuple(one for one in events if one.what in BACK),
    )


def _first(entries: Iterable[LoggedAct]) -> datetime | None:
    """Return the first moment at which one of these was in both logs, or None."""
    known = [entry.legal_time for entry in entries if entry.legal_time is not None]
    return min(known, default=None)


def _times(
    ours: Certificate | None, row: RegisteredAct | None, standing: Standing | None
) -> dict[str, datetime | None]:
    times: dict[str, datetime | None] = {}
    if ours is not None:
        times["application"] = ours.application.submitted_at
        times["assessment"] = ours.application.decided_at
        times["certification"] = ours.act.sealed_at
        times["log"] = ours.act.published_at
        times["mirror"] = ours.act.mirrored_at
    elif row is not None and find_followed(row.origin) is not None:
        times |= dict.fromkeys(("application", "assessment"), None)
        times["certification"] = times["log"] = times["mirror"] = row.legal_time
    if row is not None:
        decided = [decision.decided_at for decision in decisions_about(row.subject)]
        times["recognition"] = min(decided) if decided else None
    if standing is not None:
        back = [*(use.entry.legal_time for use in standing.uses)]
        back += [entry.legal_time for entry in standing.refusals]
        known = [moment for moment in back if moment is not None]
        times["returns"] = min(known) if known else None
        times["recognition"] = times.get("recognition") or times["returns"]
    return times


def _items(boxes: Boxes, standing: Standing | None) -> tuple[ItemLine, ...]:
    return tuple(
        ItemLine(
            sequence=item.sequence,
            description=item.description,
            tariff_code=str(item.tariff_code),
            criterion=str(item.criterion or "-"),
            quantity=item.quantity,
            used=standing.used_of(item.sequence)
            if standing and standing.issued
            else Quantity(Decimal(0), item.quantity.unit),
            is_counted=item.is_counted,
        )
        for item in boxes.items
    )
