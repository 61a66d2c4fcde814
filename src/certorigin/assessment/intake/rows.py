"""Rows of goods under a header: each cell made plain, then read as a line of an application.

A cell that can't be read, or can be read in two ways, is left out and named; the others stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.assessment.goods_list import read_line
from certorigin.assessment.intake.figures import Exact, decimal_marks, read_figure
from certorigin.assessment.intake.header import is_numbering
from certorigin.assessment.intake.words import (
    AMOUNT,
    COUNT,
    CURRENCY,
    GROSS,
    MARKS,
    NET,
    PACKING,
    QUANTITY,
    UNIT,
    currency_of,
    is_total,
    unit_of,
)
from certorigin.vocabulary.finding import Finding, Grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certorigin.application.draft import ApplicationItem
    from certorigin.assessment.intake.header import Header

    Row = tuple[int, Sequence[str]]

FIGURES = (QUANTITY, GROSS, NET, AMOUNT)
# Beside a figure may stand its unit or its currency; where that goes.
_BESIDE = {
    QUANTITY: (UNIT, unit_of),
    GROSS: ("grossWeight.unit", unit_of),
    NET: ("netWeight.unit", unit_of),
    AMOUNT: (CURRENCY, currency_of),
}
_MEASURED = re.compile(r"(?P<before>[^\d\-]*)(?P<figure>-?\d(?:[\d\s.,'’]*\d)?)(?P<after>\D*)")
COUNTED = re.compile(r"(?P<count>\d{1,7})\s+(?P<kind>\D.*)")


def told_cells(header: Header, row: Sequence[str]) -> dict[str, str]:
    """Return what a row says, by the members that the columns fill."""
    found = {}
    for member, column in header.members.items():
        text = row[column.index].strip() if column.index < len(row) else ""
        if text and text not in {"-", "–", "—"}:
            found[member] = row[column.index] if isinstance(row[column.index], Exact) else text
    return found


def is_goods(header: Header, row: Sequence[str]) -> bool:
    """Say whether a row is a line of goods: it is described, and something is stated of it."""
    told = told_cells(header, row)
    if is_numbering(row) or ("tariffCode" not in told and is_sum(row)):
        return False
    return "description" in told and len(told) > 1


def is_sum(row: Sequence[str]) -> bool:
    """Say whether a row tells a sum of others."""
    return any(is_total(cell) for cell in row if cell.strip())


def marks_of(header: Header, rows: Iterable[Row]) -> frozenset[str]:
    """Return the decimal marks of the figures in all rows."""
    members = [header.members[name] for name in FIGURES if name in header.members]
    return decimal_marks(
        found["figure"] if not isinstance(row[one.index], Exact) else row[one.index]
        for _, row in rows
        for one in members
        if one.index < len(row) and (found := _MEASURED.fullmatch(row[one.index].strip()))
    )


class RowReader:
    """Reads the rows under one header. `given` are members that hold where a row is silent."""

    def __init__(self, header: Header, marks: frozenset[str], given: dict[str, str]) -> None:
        self.header, self.marks, self.given = header, marks, given
        self.findings: list[Finding] = []

    def read(self, line: int, row: Sequence[str], number: int) -> ApplicationItem:
        """Read a row as line of goods number `number`."""
        told = self._plain(told_cells(self.header, row), line, number)
        item, faults = read_line(list(told), list(told.values()), number, line)
        for fault in faults:
            member = fault.place.partition(", ")[2]
            self._note(fault.code, number, member, line, **dict(fault.facts))
        wrong = {fault.place.partition(", ")[2].split(".")[0] for fault in faults}
        if item is None:
            kept = {name: text for name, text in told.items() if name.split(".")[0] not in wrong}
            item, _ = read_line(list(kept), list(kept.values()), number, line)
        assert item is not None  # noqa: S101 - every member that was at fault is gone
        return item

    def _plain(self, told: dict[str, str], line: int, number: int) -> dict[str, str]:
        """Make figures plain, and put units and currencies where they belong."""
        found = dict(told)
        for name in FIGURES:
            if name in told:
                self._figure(found, name, told[name], line, number)
        if COUNT in told:
            self._packages(found, told[COUNT])
        code = told.get("tariffCode", "")
        if isinstance(code, Exact) and len(code) % 2:  # a number loses the zero before it
            self._note("worksheet.code_as_number", number, "tariffCode", line, value=code)
            del found["tariffCode"]
        if AMOUNT in found and CURRENCY in self.given:
            found.setdefault(CURRENCY, self.given[CURRENCY])
        if COUNT in found and PACKING in self.given:
            found.setdefault(PACKING, self.given[PACKING])
        return self._whole(found, line, number)

    def _figure(self, found: dict[str, str], name: str, text: str, line: int, number: int) -> None:
        beside, reader = _BESIDE[name]
        parts = text if isinstance(text, Exact) else _MEASURED.fullmatch(text)
        if isinstance(parts, Exact):
            figure, words = read_figure(parts, self.marks), ""
        elif parts is None:
            figure, words = None, ""
        else:
            words = f"{parts['before']} {parts['after']}".strip(" .")
            figure = read_figure(parts["figure"], self.marks)
        unit = reader(words) if words else self.header.members[name].hint
        if figure is None or (words and not unit):
            self._note("intake.figure_doubtful", number, name, line, value=text)
            del found[name]
            return
        found[name] = figure
        if unit:
            found.setdefault(beside, unit)

    def amount(self, text: str) -> str | None:
        """Return the figure of a sum, without the currency beside it, or None."""
        found = None if isinstance(text, Exact) else _MEASURED.fullmatch(text.strip())
        figure = read_figure(found["figure"] if found else text, self.marks)
        return None if figure is None or figure.startswith("-") else figure

    def _packages(self, found: dict[str, str], text: str) -> None:
        if counted := COUNTED.fullmatch(text):
            found[COUNT] = counted["count"]
            found.setdefault(PACKING, counted["kind"].strip(" ."))
        elif isinstance(text, Exact) and text.endswith(".0"):
            found[COUNT] = text[:-2]

    def _whole(self, found: dict[str, str], line: int, number: int) -> dict[str, str]:
        """Leave out figures without their unit, and units without a figure."""
        for first, second, code in (
            (AMOUNT, CURRENCY, "intake.currency_missing"),
            (QUANTITY, UNIT, "intake.unit_missing"),
            (COUNT, PACKING, "intake.packing_missing"),
        ):
            if first in found and second not in found:
                self._note(code, number, first, line, value=found[first])
                del found[first]
            elif second in found and first not in found:
                del found[second]
        if MARKS in found and COUNT not in found:
            del found[MARKS]
        return found

    def _note(self, code: str, number: int, member: str, line: int, **facts: str) -> None:
        shown = {name: value[:80] for name, value in facts.items() if name != "place"}
        place = f"items[{number - 1}].{member}"
        told = {"line": str(line), "place": place} | shown
        self.findings.append(Finding(code, place, Grade.WARNING, "", told))
