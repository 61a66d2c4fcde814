"""The walk through the days of a plan: desks, loops and the partner, in the order of a day.

A day's acts at our desks are one transaction with a mark in the trail, so a walk that was
interrupted goes on with the first day that has none. What the loops do is taken up where it stands,
and what the partner entered is counted in its log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.seal.canonical import parse_strict
from certorigin_server.application.queries import visible_to
from certorigin_server.certification.queries import certificate_for
from certorigin_server.operate.generate import abroad, questions
from certorigin_server.operate.generate.abroad import moment
from certorigin_server.operate.generate.calendar import Day, calendar_of
from certorigin_server.operate.generate.loops import NAME, Clock, Loops
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.trail.queries import entries_about
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from certorigin_server.operate.generate.home import Home
    from certorigin_server.operate.generate.partner import PlayedPartner
    from certorigin_server.operate.generate.trade import Plan


class Walk:
    """One walk through a plan, in a system that is set up and linked with the played partner."""

    def __init__(self, plan: Plan, home: Home, partner: PlayedPartner, clock: Clock) -> None:
        self._plan, self._home, self._partner, self._clock = plan, home, partner, clock
        self._loops = Loops(partner, clock)
        self._certificates = 0

    def go(self, progress: Callable[[date, int], None]) -> int:
        """Walk through every day; return how many certificates both sides issued."""
        days = calendar_of(self._plan)
        try:
            if self._is_marked(next(iter(days)), "desks"):
                self._remember()
            for day, acts in days.items():
                if day <= self._plan.order.until:
                    self._live(day, acts)
                progress(day, self._certificates)
        finally:
            self._loops.end()
        return self._certificates

    def _live(self, day: date, acts: Day) -> None:
        issued = len(acts.certified) + len(acts.replaced)
        self._certificates += issued + len(acts.received)
        if self._is_marked(day, "done"):
            return
        if not self._is_marked(day, "desks"):
            self._work_at_desks(day, acts)
        self._clock.now = moment(day, 13)
        self._loops.publish()
        self._clock.now = moment(day, 14)
        self._work_abroad(day, acts)
        self._clock.now = moment(day, 15)
        self._loops.follow()
        with transaction.atomic():
            for step, (case, part) in enumerate(acts.declared):
                self._home.declare(case, part, self._partner, at=moment(day, 16, step))
            for case in acts.asked:
                self._home.ask(case, self._partner, at=moment(day, 17))
            for case in acts.judged:
                self._home.judge(case, self._partner, at=moment(day, 17))
            self._mark(day, "done")
        self._clock.now = moment(day, 18)
        self._loops.tell()

    def _work_at_desks(self, day: date, acts: Day) -> None:
        """Let the desks work a day: one transaction, and the size of the partner's log before."""
        home = self._home
        hours = (
            (6, acts.applied, home.apply),
            (8, acts.withdrawn, home.withdraw),
            (9, acts.decided, home.decide),
            (11, acts.certified, home.certify),
            (12, acts.annulled, home.annul),
            (12, acts.replaced, home.replace),
            (12, acts.answered, home.answer),
        )
        with transaction.atomic():
            for hour, cases, act in hours:
                for step, case in enumerate(cases):
                    act(case, at=moment(day, hour, step))
            self._mark(day, "desks", partner=str(self._partner.size))

    def _work_abroad(self, day: date, acts: Day) -> None:
        """Let the partner issue and use, unless a walk before this one came that far."""
        (mark,) = entries_about(_name(day, "desks"))
        if self._partner.size == int(parse_strict(mark.facts.encode())["partner"]):
            at = self._clock.now
            entries = [abroad.issue(case, self._partner, at=at) for case in acts.received]
            for case, part in acts.used_abroad:
                row = issued_act_of(self._home.subjects[case.number])
                if row is not None:
                    entries.append(abroad.use(case, part, row, self._partner, at=at))
            entries += self._exchange_questions(acts, at)
            self._partner.enter(entries)
        self._partner.follow()

    def _exchange_questions(self, acts: Day, at: datetime) -> Iterator[bytes]:
        partner, subjects = self._partner, self._home.subjects
        for case in acts.asked_abroad:
            yield questions.ask_abroad(case, subjects[case.number], partner, at=at)
        for case in acts.judged_abroad:
            yield questions.judge_abroad(case, subjects[case.number], partner, at=at)
        for case in acts.answered_abroad:
            yield questions.answer_abroad(case, partner, at=at)

    def _is_marked(self, day: date, what: str) -> bool:
        return entries_about(_name(day, what)).exists()

    def _mark(self, day: date, what: str, **facts: str) -> None:
        at = self._clock.now
        action = "operate.generated"
        record(by=NAME, at=at, action=action, subject=_name(day, what), **facts)

    def _remember(self) -> None:
        """Find again what an interrupted walk had made, by the numbers of the invoices."""
        numbers = {case.invoice: case.number for case in self._plan.ours}
        for user in self._home.exporters.values():
            for row in visible_to(user):
                invoice = parse_strict(row.document.encode())["invoice"]["number"]
                number = numbers[invoice]
                self._home.applications[number] = row.pk
                certificate = certificate_for(row.pk)
                if certificate is not None:
                    self._home.subjects[number] = certificate.pk


def _name(day: date, what: str) -> str:
    return f"urn:certorigin:generated:{day.isoformat()}:{what}"
