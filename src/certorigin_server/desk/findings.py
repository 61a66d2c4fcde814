"""Findings as a desk tells them: a sentence in the person's language, at the field it concerns."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.utils import timezone

from certorigin.errors import MalformedError
from certorigin.terminal.figures import facts_in_words
from certorigin.terminal.sentences import say
from certorigin.vocabulary.code_names import name_of
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.written import unit_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

_Document = TypeVar("_Document")

_LIST = r"[0-9]+(?:[.-][0-9]+)*(?:, [0-9]+(?:[.-][0-9]+)*)*"
_RULES = re.compile(rf"(?:Rules )?({_LIST})(?:, box(?:es)? ({_LIST}))?")
_ANNEX = re.compile(rf"Annex 4, ({_LIST})")
_OWN_NUMBERS = re.compile(r"R[0-9]+(?:(?:,| to| and) R[0-9]+)*")
_ROW = re.compile(r"[^.\[\]]+\[([0-9]{1,6})\]")
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
# No document of ours has more members that can be wrong, one by one.
_MOST_FAULTS = 2_000
_SPANS = ((86_400, "web.span_days"), (3_600, "web.span_hours"), (60, "web.span_minutes"))
# Facts that are codes of a list: which list, and which facts.
_CODES = {
    "application.identifier_abroad": ("states", ("country",)),
    "application.importer_elsewhere": ("states", ("value", "destination")),
    "application.no_corridor": ("states", ("state",)),
    "application.origins_differ": ("states", ("value", "declared")),
    "certificate.assessed_for_another_state": ("states", ("country", "expected")),
    "certificate.packages_missing": ("packages", ("kind",)),
    "certificate.party_of_another_state": ("states", ("country", "expected")),
    "certificate.produced_elsewhere": ("states", ("country", "expected")),
    "certificate.states_equal": ("states", ("state",)),
    "match.destination_differs": ("states", ("certified", "declared")),
    "match.origin_differs": ("states", ("certified", "declared")),
    "match.packages_kind_differs": ("packages", ("certified", "declared")),
    "match.party_country_differs": ("states", ("certified", "declared")),
    "worksheet.produced_elsewhere": ("states", ("country", "expected")),
}


@dataclass(frozen=True)
class Told:
    """A finding in words."""

    message: str
    place: str
    grade: str
    clause: str
    code: str
    law: str = ""

    @property
    def is_error(self) -> bool:
        """Say whether it stops the document."""
        return self.grade == str(Grade.ERROR)

    @property
    def row(self) -> str:
        """Return the number of the row of a list that it concerns, as people count, or nothing."""
        found = _ROW.match(self.place)
        return str(int(found[1]) + 1) if found else ""


def tell(
    findings: Iterable[Finding], language: str, *, named: Callable[[str], str] | None = None
) -> list[Told]:
    """Write findings in a language, in their order; `named` says how a page names a place."""
    return [
        Told(
            message=say(finding.code, _facts_of(finding, language, named), language),
            place=finding.place,
            grade=str(finding.grade),
            clause=finding.clause,
            code=finding.code,
            law=law_in(finding.clause, language),
        )
        for finding in findings
    ]


def _facts_of(
    finding: Finding, language: str, named: Callable[[str], str] | None
) -> dict[str, str]:
    """Return the facts with names for the codes and places that people would have to look up."""
    facts = {"place": finding.place} | dict(facts_in_words(finding.code, finding.facts, language))
    if named is not None:
        facts["place"] = named(finding.place) or facts["place"]
    if "unit" in facts:
        facts["unit"] = unit_in(facts["unit"], language)
    kind, members = _CODES.get(finding.code, ("states", ()))
    for member in members:
        code = facts.get(member, "")
        name = name_of(kind, code, language)
        facts[member] = f"{code} ({name})" if name else code
    return facts


def law_in(clause: str, language: str) -> str:
    """Write a clause for people: without our own numbers of requirements, in their language."""
    told = []
    for one in (part.strip() for part in clause.split(";")):
        found, annex = _RULES.fullmatch(one), _ANNEX.fullmatch(one)
        if annex is not None:
            told.append(say("web.clause_annex", {"rule": annex[1]}, language))
        elif found is not None:
            rule, box = found.groups()
            code = "web.clause_box" if box else "web.clause_rule"
            told.append(say(code, {"rule": rule, "box": box or ""}, language))
        elif one and not _OWN_NUMBERS.fullmatch(one):
            told.append(one)
    return "; ".join(told)


def in_our_time(moment: datetime) -> datetime:
    """Return a moment in the time of this state; as it is where no calendar goes that far.

    A partner may write the last second of the year 9999 into a notice, and people read on.
    """
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return moment


def span(seconds: int, language: str) -> str:
    """Write how long something is, in its largest fitting unit; minutes are the smallest."""
    size, code = next((one for one in _SPANS if seconds >= one[0]), (60, "web.span_minutes"))
    return say(code, {"count": str(seconds // size)}, language)


@dataclass(frozen=True)
class Reading(Generic[_Document]):
    """What could be read, without the members that could not, and a finding for each of those."""

    document: _Document | None
    faults: tuple[Finding, ...]

    def not_about_faults(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Leave out what is said of a member only because it could not be read."""
        faulty = [fault.place for fault in self.faults]
        return tuple(
            finding
            for finding in findings
            if not any(is_within(place, finding.place) for place in faulty)
        )


def read_leniently(
    data: dict[str, Any], read: Callable[[dict[str, Any]], _Document]
) -> Reading[_Document]:
    """Read a document with every fault at once: what can't be read is set aside.

    The library stops at the first fault. Here the member at its place is taken out of a copy, and
    the rest is read again; that it is missing then is no fault besides.
    """
    left = deepcopy(data)
    faults: list[Finding] = []
    for _ in range(_MOST_FAULTS):
        try:
            return Reading(read(left), tuple(faults))
        except MalformedError as error:
            place = error.facts.get("place", "")
            if not faults or not is_within(faults[-1].place, place):
                faults.append(Finding(error.code, place=place, facts=error.facts))
            if not _take_out(left, place):
                break
    return Reading(None, tuple(faults))


def is_within(place: str, whole: str) -> bool:
    """Say whether a place is the same as another, or lies inside it."""
    return place == whole or (bool(whole) and place.startswith((f"{whole}.", f"{whole}[")))


def parent_of(place: str) -> str:
    """Return the place around a place: `items[2].code` → `items[2]` → `items` → nothing."""
    cut = max(place.rfind("."), place.rfind("["))
    return place[:cut] if cut > 0 else ""


def _take_out(data: dict[str, Any], place: str) -> bool:
    """Take the member at a place out of the data, or the object that lacks it; say if it was."""
    while place:
        steps = [name or int(index) for name, index in _STEP.findall(place)]
        holder: Any = data
        for step in steps[:-1]:
            holder = _step_into(holder, step)
        # A row of a list stays: without it all later places would be wrong.
        if isinstance(holder, dict) and steps and steps[-1] in holder:
            del holder[steps[-1]]
            return True
        place = parent_of(place)
    return False


def _step_into(holder: Mapping[str, Any] | list[Any] | None, step: str | int) -> Any:  # noqa: ANN401 - a tree of JSON
    if isinstance(holder, dict) and isinstance(step, str):
        return holder.get(step)
    if isinstance(holder, list) and isinstance(step, int) and step < len(holder):
        return holder[step]
    return None
