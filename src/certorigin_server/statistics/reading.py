"""What entries of a register and of the trail add to the figures.

Exports are what our bodies certified; imports what partners certified for goods that come here.
A use, an end or a refusal belongs to the month of the certificate, so that shares can be told;
grounds of refusals to certify and requests belong to the month in which they were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import timezone

from certorigin.statistics.cells import (
    ANSWERED,
    ASKED,
    DECLINED,
    ENDED,
    REFUSED,
    USED,
    Cell,
    cell_of_time,
    cells_of_issue,
)
from certorigin.vocabulary.acts import BODY_MEMBER, Act, Kind
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.record import Record
from certorigin_server.application.queries import draft_of, handed_to
from certorigin_server.certification.queries import bodies_that_issued, made_from_applications
from certorigin_server.standing.followed import earlier_of_kind, entry_of_act
from certorigin_server.standing.queries import act_in, certificate_of
from certorigin_server.trail.queries import entries_of_action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from certorigin_server.certification.queries import Certificate as CertificateRow
    from certorigin_server.standing.followed import RegisteredAct

# What one act adds beside an issue: once for a certificate, or each time.
_ONCE = {Kind.UTILISED: USED, Kind.ANNULLED: ENDED, Kind.REPLACED: ENDED}
_EACH = {Kind.REFUSED: DECLINED, Kind.VERIFICATION_REQUESTED: ASKED}
_COUNTED = frozenset({Kind.ISSUED, Kind.VERIFICATION_REPLIED, *_ONCE, *_EACH})


@dataclass(frozen=True)
class Counted:
    """A cell and where it belongs."""

    month: date
    is_import: bool
    partner: str
    body: str
    cell: Cell

    @property
    def key(self) -> tuple[object, ...]:
        """What tells its figure from the others of a source."""
        cell = self.cell
        told = (cell.measure, cell.name, cell.currency)
        return (self.month, self.is_import, self.partner, self.body, *told)


def counted_of(rows: Sequence[RegisteredAct]) -> list[Counted]:
    """Return what entries of one log add."""
    wanted = [row for row in rows if row.kind in _COUNTED]
    known = made_from_applications(row.subject for row in wanted if row.kind == Kind.ISSUED)
    others = {row.subject for row in wanted if row.kind != Kind.ISSUED}
    bodies, found, seen = bodies_that_issued(others), list[Counted](), set[tuple[str, str]]()
    for row in wanted:
        if row.kind == Kind.ISSUED:
            found += _issue(row, known.get(row.subject))
            continue
        once = (row.subject, row.kind)
        if row.kind in _ONCE and (once in seen or earlier_of_kind(row)):
            continue
        seen.add(once)
        one = _later(row, bodies.get(row.subject, ""))
        found += [one] if one is not None else []
    return found


def refusals_after(position: int, *, limit: int) -> list[tuple[int, Counted | None]]:
    """Return the refusals to certify behind a place in the trail, each with its number."""
    entries = entries_of_action("assessment.refused", after=position, limit=limit)
    applications = handed_to([UUID(one.subject.removeprefix("urn:uuid:")) for one in entries])
    found: list[tuple[int, Counted | None]] = []
    for one in entries:
        body, destination = applications.get(UUID(one.subject.removeprefix("urn:uuid:")), ("", ""))
        ground = str(orjson.loads(one.facts).get("ground", ""))
        cell = Cell(REFUSED, ground)
        found.append((one.sequence, Counted(_month(one.at), False, destination, body, cell)))
    return found


def _issue(row: RegisteredAct, made: CertificateRow | None) -> Iterator[Counted]:
    certificate = certificate_of(row)
    is_import = row.publisher != settings.SYSTEM.installation
    if is_import and certificate.presented_in != settings.SYSTEM.state:
        return
    application, waited = None, None
    if made is not None:
        application, begun = draft_of(made.application), made.application.submitted_at
        waited = made.certified_at - begun if begun else None
    where = (
        certificate.certification.date.replace(day=1),
        is_import,
        certificate.issued_in if is_import else certificate.presented_in,
        "" if is_import else certificate.certification.body.rpartition(":")[2],
    )
    for cell in cells_of_issue(certificate, application, waited):
        yield Counted(*where, cell)


def _later(row: RegisteredAct, body: str) -> Counted | None:
    """Return what an act about an issued certificate adds; None for one that is not ours."""
    act, own = act_in(row), settings.SYSTEM.state
    if not act.corridor.has(own):
        return None
    member = Record(dict(act.body), BODY_MEMBER[act.kind])
    reference = member.part("certificate", CertificateReference.from_record)
    partner = next(state for state in act.corridor.states if state != own)
    month, cell = reference.date.replace(day=1), None
    if act.kind in _ONCE:
        name = "replaced" if act.kind is Kind.REPLACED else member.text_or("ground")
        cell = Cell(_ONCE[act.kind], name)
    elif act.kind is Kind.VERIFICATION_REPLIED:
        month, cell = _answer(row, act, member.text("request"))
    else:
        month = _month(act.at)
        cell = Cell(_EACH[act.kind], member.text_or("ground"))
    is_import = reference.issued_in != own
    return Counted(month, is_import, partner, "" if is_import else body, cell) if cell else None


def _answer(row: RegisteredAct, act: Act, request: str) -> tuple[date, Cell | None]:
    """Sort the first reply to a request by the days that it took, into the month of the request."""
    asked = entry_of_act(request)
    begun = act_in(asked).at if asked is not None else act.at
    others = (act_in(one).body.get("request") for one in earlier_of_kind(row))
    is_first = asked is not None and request not in others
    return _month(begun), cell_of_time(ANSWERED, act.at - begun) if is_first else None


def _month(at: datetime) -> date:
    """Return the first day of the month, by the calendar of this state."""
    return timezone.localdate(at).replace(day=1)
