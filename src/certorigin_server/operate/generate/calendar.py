"""What happens on which day: the plan, turned round."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from certorigin_server.operate.generate.trade import Fate, working_day

if TYPE_CHECKING:
    from datetime import date

    from certorigin_server.operate.generate.trade import Case, Plan


@dataclass
class Day:
    """The acts of one day, each list in the order of the cases."""

    applied: list[Case] = field(default_factory=list)
    withdrawn: list[Case] = field(default_factory=list)
    decided: list[Case] = field(default_factory=list)
    certified: list[Case] = field(default_factory=list)
    annulled: list[Case] = field(default_factory=list)
    replaced: list[Case] = field(default_factory=list)
    answered: list[Case] = field(default_factory=list)
    asked_abroad: list[Case] = field(default_factory=list)
    judged_abroad: list[Case] = field(default_factory=list)
    used_abroad: list[tuple[Case, int]] = field(default_factory=list)
    received: list[Case] = field(default_factory=list)
    declared: list[tuple[Case, int]] = field(default_factory=list)
    asked: list[Case] = field(default_factory=list)
    answered_abroad: list[Case] = field(default_factory=list)
    judged: list[Case] = field(default_factory=list)


def calendar_of(plan: Plan) -> dict[date, Day]:
    """Return every day on which something happens, in order."""
    days: defaultdict[date, Day] = defaultdict(Day)
    for case in plan.ours:
        days[case.applied].applied.append(case)
        if case.fate is Fate.WITHDRAWN:
            days[working_day(case.applied + timedelta(days=1))].withdrawn.append(case)
        if case.decided:
            days[case.decided].decided.append(case)
        if case.certified:
            days[case.certified].certified.append(case)
        if case.annulled:
            days[case.annulled].annulled.append(case)
        if case.replaced:
            days[case.replaced].replaced.append(case)
        for part, day in enumerate(case.used):
            days[day].used_abroad.append((case, part))
        for happens, name in (
            (case.asked, "asked_abroad"),
            (case.answered, "answered"),
            (case.judged, "judged_abroad"),
        ):
            if happens:
                getattr(days[happens], name).append(case)
    for case in plan.theirs:
        days[case.certified or case.applied].received.append(case)
        for part, day in enumerate(case.used):
            days[day].declared.append((case, part))
        for happens, name in (
            (case.asked, "asked"),
            (case.answered, "answered_abroad"),
            (case.judged, "judged"),
        ):
            if happens:
                getattr(days[happens], name).append(case)
    return dict(sorted(days.items()))
