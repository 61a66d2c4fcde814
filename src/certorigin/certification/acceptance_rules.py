"""The kinds of rule of which acceptance rules are made: small values, each with three outcomes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from certorigin.assessment.step import Outcome, all_met
from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from certorigin.vocabulary.record import Record

_PREFIX = re.compile(r"\d{2,10}")
_MEMBER = re.compile(r"[a-z][A-Za-z]{0,40}(\.[a-z][A-Za-z]{0,40}){0,4}")
_COUNT = re.compile(r"[1-9]\d{0,3}")
_STEP = re.compile(r"[^.]+")

Held = tuple[Outcome, tuple[str, ...]]


class Rule(Protocol):
    """What every rule can do."""

    kind: ClassVar[str]

    def holds(self, data: Mapping[str, Any], pending: frozenset[str], at: date) -> Held:
        """Say whether a document keeps the rule, and where it does not."""

    def facts(self) -> dict[str, str]:
        """Return what the sentence about the rule tells."""

    def to_data(self) -> dict[str, Any]:
        """Write the rule; the inverse of reading."""


def found_at(data: Mapping[str, Any], member: str) -> Iterator[tuple[str, Any]]:
    """Yield the places of a member with what stands there (None: nothing); `items` means each."""
    yield from _walk(data, _STEP.findall(member), "")


def _walk(holder: Any, steps: list[str], place: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a tree of JSON
    if not steps:
        yield place, holder
        return
    first, rest = steps[0], steps[1:]
    at = f"{place}.{first}" if place else first
    inner = holder.get(first) if isinstance(holder, dict) else None
    if isinstance(inner, list) and rest:
        for index, one in enumerate(inner):
            yield from _walk(one, rest, f"{at}[{index}]")
    else:
        yield from _walk(inner, rest, at) if inner is not None else [(".".join([at, *rest]), None)]


def _each(
    data: Mapping[str, Any],
    member: str,
    pending: frozenset[str],
    is_kept: Callable[[Any], bool],
) -> Held:
    """Ask of everything that stands at a member; what is not known yet stays open."""
    wrong, unknown, outcomes = [], [], [Outcome.MET]
    for place, value in found_at(data, member):
        if value is None and pending & set(_STEP.findall(member)):
            unknown.append(place)
            outcomes.append(Outcome.UNDETERMINED)
        elif not is_kept(value):
            wrong.append(place)
            outcomes.append(Outcome.NOT_MET)
    return all_met(outcomes), tuple(wrong or unknown)


@dataclass(frozen=True)
class Required:
    """These members are filled in, in every item where they are the item's."""

    members: tuple[str, ...]

    kind: ClassVar[str] = "required"

    def holds(self, data: Mapping[str, Any], pending: frozenset[str], at: date) -> Held:
        """Look for members that are empty."""
        del at
        found = [
            _each(data, one, pending, lambda value: value not in (None, "", [], "-"))
            for one in self.members
        ]
        outcome = all_met(one for one, _ in found)
        return outcome, tuple(place for one, at_ in found if one is outcome for place in at_)

    def facts(self) -> dict[str, str]:
        """Name the members."""
        return {"members": ", ".join(self.members)}

    def to_data(self) -> dict[str, Any]:
        """Write the rule."""
        return {"rule": self.kind, "members": list(self.members)}


@dataclass(frozen=True)
class OneOf:
    """A member has one of these values: the form, the medium, the criterion."""

    allowed: tuple[str, ...]

    kind: ClassVar[str]
    member: ClassVar[str]

    def holds(self, data: Mapping[str, Any], pending: frozenset[str], at: date) -> Held:
        """Compare what stands there with what is allowed."""
        del at
        return _each(data, self.member, pending, lambda value: str(value) in self.allowed)

    def facts(self) -> dict[str, str]:
        """Name what is allowed."""
        return {"allowed": ", ".join(self.allowed)}

    def to_data(self) -> dict[str, Any]:
        """Write the rule."""
        return {"rule": self.kind, "allowed": list(self.allowed)}


class Forms(OneOf):
    """Only these forms."""

    kind: ClassVar[str] = "forms"
    member: ClassVar[str] = "form"


class Medium(OneOf):
    """Only this medium: electronic alone, or paper with a record."""

    kind: ClassVar[str] = "medium"
    member: ClassVar[str] = "medium"


class Criteria(OneOf):
    """Only these criteria in box 9; `Д` stands for `Д` with any heading."""

    kind: ClassVar[str] = "criteria"
    member: ClassVar[str] = "items.originCriterion"

    def holds(self, data: Mapping[str, Any], pending: frozenset[str], at: date) -> Held:
        """Compare the letter of each item."""
        del at
        return _each(data, self.member, pending, lambda value: str(value)[:1] in self.allowed)


@dataclass(frozen=True)
class ExcludedCodes:
    """Goods of these codes have no preference."""

    codes: tuple[str, ...]

    kind: ClassVar[str] = "excluded_codes"

    def holds(self, data: Mapping[str, Any], pending: frozenset[str], at: date) -> Held:
        """Look for goods under a code; one with fewer digits than a code may still be under it."""
        del pending, at
        wrong, unclear = [], []
        for place, value in found_at(data, "items.tariffCode"):
            digits = str(value or "").replace(" ", "")
            if digits and any(digits.startswith(code) for code in self.codes):
                wrong.append(place)
            elif any(code.startswith(digits) for code in self.codes):
                unclear.append(place)
        if wrong:
            return Outcome.NOT_MET, tuple(wrong)
        return (Outcome.UNDETERMINED if unclear else Outcome.MET), tuple(unclear)

    def facts(self) -> dict[str, str]:
        """Name the codes."""
        return {"codes": ", ".join(self.codes)}

    def to_data(self) -> dict[str, Any]:
        """Write the rule."""
        return {"rule": self.kind, "codes": list(self.codes)}


@dataclass(frozen=True)
class LeastLength:
    """A member has at least so many digits (of a code) or letters (of a text)."""

    member: str
    least: int

    kind: ClassVar[str] = "least_length"

    def holds(self, data: Mapping[str, Any], pending: frozenset[str], at: date) -> Held:
        """Count letters and digits, not blanks."""
        del at
        return _each(
            data,
            self.member,
            pending,
            lambda value: sum(char.isalnum() for char in str(value or "")) >= self.least,
        )

    def facts(self) -> dict[str, str]:
        """Name the member and its least length."""
        return {"member": self.member, "least": str(self.least)}

    def to_data(self) -> dict[str, Any]:
        """Write the rule."""
        return {"rule": self.kind, "member": self.member, "least": str(self.least)}


@dataclass(frozen=True)
class Starts:
    """Certificates are accepted that were certified on this day or later: the corridor began."""

    on: date

    kind: ClassVar[str] = "starts"
    box: ClassVar[str] = "certification"

    def holds(self, data: Mapping[str, Any], pending: frozenset[str], at: date) -> Held:
        """Compare the day of box 12; where there is none yet, the day on which one asks."""
        box = data.get(self.box, {})
        day = date.fromisoformat(box["date"]) if "date" in box else at
        del pending
        places = (f"{self.box}.date",) if day < self.on else ()
        return (Outcome.NOT_MET if places else Outcome.MET), places

    def facts(self) -> dict[str, str]:
        """Name the day."""
        return {"day": self.on.isoformat()}

    def to_data(self) -> dict[str, Any]:
        """Write the rule."""
        return {"rule": self.kind, "on": self.on.isoformat()}


@dataclass(frozen=True)
class MostItems:
    """No more items than this."""

    most: int

    kind: ClassVar[str] = "most_items"

    def holds(self, data: Mapping[str, Any], pending: frozenset[str], at: date) -> Held:
        """Count the items."""
        del pending, at
        is_kept = len(data.get("items", [])) <= self.most
        return (Outcome.MET, ()) if is_kept else (Outcome.NOT_MET, ("items",))

    def facts(self) -> dict[str, str]:
        """Name the number."""
        return {"most": str(self.most)}

    def to_data(self) -> dict[str, Any]:
        """Write the rule."""
        return {"rule": self.kind, "most": str(self.most)}


RULES: dict[str, Any] = {
    one.kind: one
    for one in (Required, Forms, Medium, Criteria, ExcludedCodes, LeastLength, Starts, MostItems)
}


def read_rule(record: Record) -> Rule:
    """Read a rule by its kind. Raises MalformedError."""
    kind = record.choice("rule", tuple(RULES))
    rule: Rule
    if kind == Required.kind:
        rule = Required(_texts(record, "members", _MEMBER))
    elif kind == ExcludedCodes.kind:
        rule = ExcludedCodes(_texts(record, "codes", _PREFIX))
    elif kind == LeastLength.kind:
        least = int(record.text("least", pattern=_COUNT))
        rule = LeastLength(record.text("member", pattern=_MEMBER), least)
    elif kind == Starts.kind:
        rule = Starts(record.day("on"))
    elif kind == MostItems.kind:
        rule = MostItems(int(record.text("most", pattern=_COUNT)))
    else:
        rule = RULES[kind](_texts(record, "allowed", re.compile(r".{1,60}")))
    return rule


def _texts(record: Record, name: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    texts = record.texts(name, limit=2_000)
    if not texts:
        raise MalformedError("record.member_missing", place=record.at(name))
    for index, text in enumerate(texts):
        if not pattern.fullmatch(text):
            place = f"{record.at(name)}[{index}]"
            raise MalformedError("record.text_misshaped", place=place, value=text[:60])
    return texts
