"""How certificates come into being: one or many, all in one transaction and by the same steps.

Each case is looked at by itself, and one that can't be certified takes no number. What is stored is
stored for all together; the trail's head, for which everybody waits, is taken last.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin.certification.consignment import goods_keys
from certorigin.certification.issue import issued
from certorigin.crash import crash_point
from certorigin.errors import CertoriginError, StandingError
from certorigin.standing.entry import certificate_subject
from certorigin_server.application.services import note_certified
from certorigin_server.certification.approval import require_approval
from certorigin_server.certification.case import (
    NO_TERMS,
    admit,
    fill_boxes,
    instead_of,
    lock_cases,
    number_of,
    require_base,
)
from certorigin_server.certification.covered import Covering, cover_goods, covered_by, find_taken
from certorigin_server.certification.models import Certificate
from certorigin_server.certification.queries import columns_of
from certorigin_server.certification.serials import Serials
from certorigin_server.certification.special import reserved_serial
from certorigin_server.fees.queries import rules_of
from certorigin_server.fees.settled import charge_all, require_settled
from certorigin_server.prepared import Written
from certorigin_server.seal.queries import held_corridors, require_not_held
from certorigin_server.seal.services import draw_up, keep_drawn_up
from certorigin_server.trail.services import record, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from certorigin.certification.consignment import GoodsKey
    from certorigin.seal.prepared import Slot
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.certification.case import Case, Terms
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.users.queries import User

    Outcomes = dict[UUID, Certificate | CertoriginError]
    _Slots = dict[tuple[str, int], list[Slot]]

_CERTIFICATES = Written(Certificate)


@dataclass(frozen=True)
class _Admitted:
    """A case that this officer may certify, and the places of the seals."""

    case: Case
    slots: list[Slot]


@dataclass(frozen=True)
class _Ready:
    """A case with its number, its boxes and its act: nothing of it is stored yet."""

    case: Case
    serial: int
    boxes: Boxes
    goods: Sequence[GoodsKey]
    act: SealedAct


def issue(wanted: Mapping[UUID, Terms], *, by: User, at: datetime) -> Outcomes:
    """Certify in the caller's transaction; of each application that can't be, return why.

    What is returned in place of a certificate is what `certify` raises: nothing is stored of it.
    Raises StandingError (`certification.consignment_covered`) for goods that somebody else covered
    at this very moment: then nothing may be committed.
    """
    found: Outcomes = {}
    admitted: list[_Admitted] = []
    slots: _Slots = {}
    with together():
        for application, case in lock_cases(wanted, by=by, at=at).items():
            try:
                admitted.append(_admit(case, slots))
            except CertoriginError as fault:
                found[application] = fault
        if admitted:
            desk = _Desk(admitted, is_alone=len(wanted) == 1)
            ready = desk.make_ready()
            found.update(desk.faults)
            found.update(_store(ready, at=at))
    crash_point("certification.before_commit")
    # A crash here rolls everything back: the numbers are free, the applications still wait.
    return {application: found[application] for application in wanted}


def _admit(case: Case | CertoriginError, known: _Slots) -> _Admitted:
    """Admit a case: an officer without terms of their own for a form, once after each assessor."""
    if isinstance(case, CertoriginError):
        raise case
    require_base(case)
    if case.terms is not NO_TERMS:
        return _Admitted(case, admit(case))
    asked = case.row.form, case.assessment.decided_by_id
    if asked not in known:
        known[asked] = admit(case)
    return _Admitted(case, known[asked])


class _Desk:
    """Cases of one officer, made ready one after the other; what they share is asked once."""

    def __init__(self, admitted: Sequence[_Admitted], *, is_alone: bool) -> None:
        self.faults: Outcomes = {}
        self._admitted, self._is_alone = admitted, is_alone
        body = admitted[0].case.body
        self._rules, self._held = rules_of(body.pk), held_corridors()
        series = (_series(one.case) for one in admitted if one.case.terms.extras.paper is None)
        self._serials = Serials(body, Counter(series))

    def make_ready(self) -> list[_Ready]:
        """Make ready what can be certified: the numbers follow each other without a gap."""
        taken: Outcomes = {}
        while True:
            ready = self._pass([one for one in self._admitted if one.case.row.pk not in taken])
            goods = {one.case.row.pk: one.goods for one in ready}
            # Of one alone it is found out when its goods are noted.
            more = {} if self._is_alone else find_taken(goods, at=self._admitted[0].case.at)
            if not more:
                break
            taken.update(more)  # the numbers after them move up
        self.faults.update(taken)
        self._serials.give_back()
        return ready

    def _pass(self, admitted: Iterable[_Admitted]) -> list[_Ready]:
        self.faults = {}
        self._serials.begin()
        ready: list[_Ready] = []
        claimed: dict[str, str] = {}
        for one in admitted:
            try:
                ready.append(self._ready(one, claimed))
            except CertoriginError as fault:
                self.faults[one.case.row.pk] = fault
                continue
            number = ready[-1].boxes.number
            claimed.update((key.whole, number) for key in ready[-1].goods)
            if one.case.terms.extras.paper is None:
                self._serials.use(_series(one.case))
        return ready

    def _ready(self, one: _Admitted, claimed: Mapping[str, str]) -> _Ready:
        case = one.case
        serial = self._serial_of(case)
        if case.known.is_certified:
            raise StandingError("certification.done", application=str(case.row.pk))
        boxes = fill_boxes(case, number_of(case, serial))
        require_approval(case, boxes)
        require_settled(application=case.row, rules=self._rules)
        goods = goods_keys(boxes)
        for key in goods:
            if key.whole in claimed:
                raise covered_by(claimed[key.whole], key)
        base, installation = case.terms.base, settings.SYSTEM.installation
        corridor = settings.SYSTEM.corridor_with(boxes.presented_in, case.reasons.agreement)
        act = issued(
            boxes,
            act_id=f"urn:uuid:{uuid.uuid4()}",
            subject=certificate_subject(installation, str(uuid.uuid4())),
            corridor=corridor.corridor,
            at=case.at,
            causes=base.causes if base else (),
        )
        require_not_held(settings.SYSTEM.log_for(str(act.corridor)), among=self._held)
        row = draw_up(act=act, slots=one.slots, by=case.by.username, at=case.at)
        return _Ready(case, serial, boxes, goods, row)

    def _serial_of(self, case: Case) -> int:
        """Return the next serial, or that of a paper issued in an outage."""
        paper = case.terms.extras.paper
        if paper is None:
            return self._serials.next_of(_series(case))
        today = timezone.localdate(case.at)
        return reserved_serial(case.body, case.row.form, paper, today=today)


def _series(case: Case) -> tuple[str, int]:
    return case.row.form, case.day.year


def _store(ready: Sequence[_Ready], *, at: datetime) -> Outcomes:
    """Store acts and certificates with what they are found by, and say so in the trail."""
    if not ready:
        return {}
    made = {one.case.row.pk: _certificate(one) for one in ready}
    keep_drawn_up([one.act for one in ready])
    _CERTIFICATES(list(made.values()))
    covering = (Covering(made[one.case.row.pk], one.goods, instead_of(one.case)) for one in ready)
    cover_goods(*covering, at=at)
    charge_all([one.case.row for one in ready], at=at)
    note_certified(*(one.case.row for one in ready))
    for one in ready:
        record(
            by=one.case.by.username,
            at=at,
            action="certification.certified",
            subject=one.act.subject,
            application=str(one.case.row.pk),
            number=one.boxes.number,
            **_acting(one.case),
        )
    return dict(made)


def _certificate(one: _Ready) -> Certificate:
    case, exported = one.case, one.case.terms.exported
    return Certificate(
        id=one.act.subject,
        application=case.row,
        act=one.act,
        body=case.body,
        year=case.day.year,
        serial=one.serial,
        **columns_of(one.boxes),
        exported_on=exported.date if exported else None,
        export_document=exported.number if exported else "",
        certified_at=case.at,
        certified_by=case.by,
        acted_for=case.terms.acted_for,
    )


def _acting(case: Case) -> dict[str, str]:
    """What the trail says of who certified: whose deputy, and whether one person did both."""
    facts = {}
    if case.terms.acted_for is not None:
        facts["acted_for"] = case.terms.acted_for.username
    if case.assessment.decided_by_id == case.by.pk:
        facts["one_person"] = "yes"
    return facts
