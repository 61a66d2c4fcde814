"""What was answered so far: a worksheet that may still lack anything, and what was passed over.

Finished answers are a worksheet: nothing has to be typed or translated again. Format:
docs/spec/questionnaire.md.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from certorigin.assessment.faults import find_faults
from certorigin.assessment.questions.question import Kind, Question, question_at
from certorigin.assessment.worksheet import FORMAT as WORKSHEET
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import FaultsError, MalformedError
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMAT = "certorigin-answers/v1"
MOST_PASSED = 1_000
BY_RULE_SETS = "RULE-SETS"
# Members without which nothing can be judged: these are asked first.
NEEDED = ("productionCountry", "items[0].tariffCode", "trade.importedInto", "agreement")

_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]+)\]")


@dataclass(frozen=True)
class Answers:
    """Answers on the day whose rules apply. `sheet` is the worksheet's data as far as known."""

    at: date
    sheet: Mapping[str, Any]
    passed: frozenset[str] = frozenset()

    @classmethod
    def begin(cls, at: date) -> Answers:
        """Begin without any answer."""
        return cls(at, {"format": WORKSHEET})

    @classmethod
    def from_data(cls, data: object, *, at: date) -> Answers:
        """Read answers, or a worksheet as answers; `at` is for those that name no day.

        Raises FaultsError with every fault of the worksheet in them, MalformedError.
        """
        if isinstance(data, dict) and data.get("format") == WORKSHEET:
            return cls(at, copy.deepcopy(data)).checked()
        record = Record(data)
        record.choice("format", (FORMAT,))
        sheet = record.value("worksheet") if record.has("worksheet") else {"format": WORKSHEET}
        if not isinstance(sheet, dict):
            raise MalformedError("record.not_an_object", place="worksheet")
        passed = record.texts("passed", limit=MOST_PASSED)
        answers = cls(
            at=record.day("at") if record.has("at") else at,
            sheet=copy.deepcopy(sheet),
            passed=frozenset(passed),
        )
        record.finish()
        return answers.checked()

    def to_data(self) -> dict[str, Any]:
        """Write the answers; the inverse of reading."""
        return {
            "format": FORMAT,
            "at": self.at.isoformat(),
            "worksheet": copy.deepcopy(dict(self.sheet)),
            "passed": sorted(self.passed),
        }

    def has(self, place: str) -> bool:
        """Say whether something stands at a place."""
        return self.at_place(place) is not None

    def at_place(self, place: str) -> Any:  # noqa: ANN401 - a tree of JSON
        """Return what stands at a place, or None."""
        holder: Any = self.sheet
        for step in _steps(place):
            if isinstance(holder, list):
                is_there = isinstance(step, int) and step < len(holder)
            else:
                is_there = isinstance(holder, dict) and step in holder
            if not is_there:
                return None
            holder = holder[step]
        return holder

    def checked(self) -> Answers:
        """Return the answers. Raises FaultsError for what is there and can't be read."""
        raise_all(find_faults(self._complete()))
        return self

    def worksheet(self) -> Worksheet:
        """Return the facts as a worksheet. Raises MalformedError while a first answer is lacking.

        Who judges by rule sets of a file names no agreement: such a worksheet says so.
        """
        return Worksheet.from_data({"agreement": BY_RULE_SETS} | dict(self.sheet))

    def _complete(self) -> dict[str, Any]:
        """Fill in what is asked first, so that only what was answered can be at fault."""
        data = dict(self.sheet)
        data.setdefault("format", WORKSHEET)
        data.setdefault("agreement", "CIS-2009")
        data.setdefault("productionCountry", "BY")
        items = data.get("items", [{}])
        if isinstance(items, list) and items and isinstance(items[0], dict):
            first = {"sequence": "1", "tariffCode": "0101"} | items[0]
            data["items"] = [first, *items[1:]]
        return data

    def with_answers(self, given: Mapping[str, object]) -> Answers:
        """Return the answers with further ones; None as an answer passes a question over.

        Raises FaultsError (`answers.not_a_question` and what the worksheet's reader says) with
        every fault, each at the place of its question.
        """
        sheet, passed = copy.deepcopy(dict(self.sheet)), set(self.passed)
        faults: list[Finding] = []
        for place, value in given.items():
            question = question_at(place)
            if question is None:
                faults.append(Finding("answers.not_a_question", place, facts={"place": place[:80]}))
            elif value is None:
                if not question.may_pass:
                    faults.append(Finding("answers.needed", place))
                passed.add(place)
            else:
                passed.discard(place)
                faults += _put(sheet, question, value)
        answers = replace(self, sheet=sheet, passed=frozenset(passed))
        try:
            answers.checked()
        except FaultsError as error:
            faults += [one for one in error.findings if isinstance(one, Finding)]
        raise_all(faults)
        return answers


def raise_all(found: Sequence[Finding]) -> None:
    """Raise FaultsError with all findings, if there are any."""
    if found:
        first = found[0]
        raise FaultsError(first.code, found, **(dict(first.facts) | {"place": first.place}))


def _put(sheet: dict[str, Any], question: Question, value: object) -> Iterator[Finding]:
    """Put an answer at its place. Yields a fault where its shape does not fit the question."""
    place = question.place
    if question.kind is Kind.YES_NO and not isinstance(value, bool):
        yield Finding("record.not_a_flag", place)
        return
    if question.kind is Kind.RATE:
        if not isinstance(value, dict):
            yield Finding("record.not_an_object", place)
            return
        pair = {"from": question.facts["from"], "to": question.facts["to"]}
        yield from _append(sheet, "rates", pair | value, place)
        return
    around, _, last = place.rpartition("[")
    if question.kind is Kind.YES_NO and last.endswith("]") and not last[:-1].isdecimal():
        holder, _, name = around.rpartition(".")
        no = {"attested": "refuted", "operations": "operationsNotApplicable"}[name]
        yield from _append(sheet, f"{holder}.{name if value else no}", last[:-1], place)
        return
    if question.kind is Kind.CATEGORY:
        place = place.removesuffix(".category")
        value = {"category": value}
    if not _set(sheet, place, value):
        yield Finding("answers.no_such_place", question.place)


def _append(sheet: dict[str, Any], place: str, value: object, asked: str) -> Iterator[Finding]:
    holder = _holder(sheet, place)
    name = _steps(place)[-1]
    if not isinstance(holder, dict) or not isinstance(holder.setdefault(name, []), list):
        yield Finding("answers.no_such_place", asked)
    elif value not in holder[name]:
        holder[name].append(value)


def _set(sheet: dict[str, Any], place: str, value: object) -> bool:
    holder, last = _holder(sheet, place), _steps(place)[-1]
    if not isinstance(holder, dict):
        return False
    holder[last] = value
    return True


def _holder(sheet: dict[str, Any], place: str) -> Any:  # noqa: ANN401 - a tree of JSON
    """Return what holds the last step; objects on the way, and the first item, are made."""
    steps = _steps(place)
    holder: Any = sheet
    for step, after in pairwise(steps):
        if isinstance(holder, dict) and isinstance(step, str):
            holder = holder.setdefault(step, [] if isinstance(after, int) else {})
        elif isinstance(holder, list) and isinstance(step, int) and step < len(holder):
            holder = holder[step]
        elif isinstance(holder, list) and step == 0:
            holder.append({"sequence": "1"})
            holder = holder[0]
        else:
            return None
    return holder


def _steps(place: str) -> list[str | int]:
    found = [name or inner for name, inner in _STEP.findall(place)]
    return [int(step) if step.isdecimal() else step for step in found]
