"""An agreement: its parties, settings and rules as dated data, read from its folder.

The data carry what is known and say what is not: a chapter whose rows are known to be missing, a
row whose text could not be read, a date before the text that we have: all give *undetermined*.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from certorigin.assessment.case import Counting
from certorigin.assessment.rule import (
    SAME_HEADING,
    AllOf,
    AnyOf,
    AnyOperation,
    Asks,
    Attested,
    ChangeOfCode,
    FromCodes,
    NotFrom,
    Operations,
    Rule,
    Selection,
    Share,
    Unreadable,
    Uses,
    is_under,
)
from certorigin.errors import UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin.vocabulary.tariff import TariffCode

_FOLDERS = {"CIS-2009": "cis_2009"}


@dataclass(frozen=True)
class Row:
    """A row of the list: its codes, its "ex" scope, its condition, and when it was last amended.

    `reading` names a doubt about the text that was settled by reading it in one way.
    """

    name: str
    codes: tuple[str, ...]
    is_part: bool
    goods: str
    rule: Rule
    amended: date
    list_name: str
    reading: str = ""

    def covers(self, code: TariffCode) -> bool | None:
        """Say whether the row covers the code; None when the code has too few digits to tell."""
        found = {is_under(code, prefix) for prefix in self.codes}
        if True in found:
            return True
        return None if None in found else False

    def clause_for(self, code: TariffCode) -> str:
        """Cite the row as it governs a code, such as `Appendix 1, ex 8704`."""
        own = max((prefix for prefix in self.codes if is_under(code, prefix)), key=len)
        return f"{self.list_name}, {'ex ' if self.is_part else ''}{own}"

    def depth_for(self, code: TariffCode) -> int:
        """Return how many digits of the code the row names: the more, the closer."""
        return max((len(prefix) for prefix in self.codes if is_under(code, prefix)), default=0)


@dataclass(frozen=True)
class Category:
    """A category of goods wholly obtained: the facts that must lie in the country (Rules 2.2)."""

    code: str
    clause: str
    countries: tuple[str, ...] = ()
    any_countries: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    from_such_materials: bool = False


@dataclass(frozen=True)
class Agreement:
    """The rules of origin of an agreement, as far as they are known."""

    name: str
    edition: date
    parties: frozenset[str]
    certificate_form: str
    counting: Counting
    counting_note: str
    tolerance: Fraction
    set_limit: Fraction
    lots_months: int
    declaration_limit: Fraction
    accessory_chapters: frozenset[str]
    missing_chapters: Mapping[str, str]
    categories: Mapping[str, Category]
    operations: Mapping[str, bool]
    rows: tuple[Row, ...]

    def rows_for(self, code: TariffCode) -> tuple[tuple[Row, ...], bool]:
        """Return the rows that may govern a code, and whether more digits are needed to tell.

        A row for the whole of a deeper code goes before any row for a shallower one; rows for a
        named part stand beside the whole row of the same or a shallower code.
        """
        near_by = self._rows_by_chapter.get(code.chapter, [])
        unclear = any(row.covers(code) is None for row in near_by)
        covering = [row for row in near_by if row.covers(code)]
        whole = [row for row in covering if not row.is_part]
        deepest = max((row.depth_for(code) for row in whole), default=0)
        near = [row for row in covering if row.is_part and row.depth_for(code) >= deepest]
        return (*near, *(row for row in whole if row.depth_for(code) == deepest)), unclear

    @cached_property
    def _rows_by_chapter(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            for chapter in sorted({code[:2] for code in row.codes}):
                found.setdefault(chapter, []).append(row)
        return found


@cache
def get_agreement(name: str) -> Agreement:
    """Return an agreement by its name. Raises UnknownError (`assessment.agreement_unknown`)."""
    folder = _FOLDERS.get(name)
    if folder is None:
        raise UnknownError("assessment.agreement_unknown", agreement=name)
    data = _read(folder, "agreement")
    edition = date.fromisoformat(data["edition"])
    rows = [
        row_from_data(row, list_name=data["list"], signed=date.fromisoformat(data["signed"]))
        for part in data["list_files"]
        for row in _read(folder, part)["row"]
    ]
    return Agreement(
        name=data["agreement"],
        edition=edition,
        parties=frozenset(data["parties"]),
        certificate_form=data["certificate_form"],
        counting=Counting(data["counting"]["which"]),
        counting_note=data["counting"]["note"],
        tolerance=_percent(data["tolerance"]["percent"]),
        set_limit=_percent(data["sets"]["percent"]),
        lots_months=int(data["lots"]["months"]),
        declaration_limit=Fraction(data["declaration"]["usd"]),
        accessory_chapters=frozenset(data["accessories"]["chapters"]),
        missing_chapters=data["missing_chapters"],
        categories={code: _category(code, one) for code, one in data["wholly_obtained"].items()},
        operations={
            code: minimal
            for kind, minimal in (("minimal", True), ("further", False))
            for code in _read(folder, "operations")[kind]
        },
        rows=tuple(rows),
    )


def agreement_names() -> tuple[str, ...]:
    """Return the names of the agreements whose rules are known here, in alphabetical order."""
    return tuple(sorted(_FOLDERS))


def agreements_between(first: str, second: str) -> tuple[str, ...]:
    """Return the agreements that are known here and to which both states are parties."""
    both = {first, second}
    return tuple(
        name for name in _FOLDERS if len(both) == 2 and both <= get_agreement(name).parties
    )


def row_from_data(data: Mapping[str, Any], *, list_name: str, signed: date) -> Row:
    """Make a row from its data. Raises KeyError or ValueError for data that are not ours."""
    codes = tuple(data["codes"])
    return Row(
        name=data.get("name", codes[0]),
        codes=codes,
        is_part=bool(data.get("ex", False)),
        goods=data["goods"],
        rule=rule_from_data(data["rule"], clause=list_name),
        amended=date.fromisoformat(data["amended"]) if "amended" in data else signed,
        list_name=list_name,
        reading=data.get("reading", ""),
    )


def rule_from_data(data: Any, *, clause: str = "") -> Rule:  # noqa: ANN401 - the shape is what it tells
    """Make a rule from its data: a list is "all of", a table is one rule.

    Raises KeyError or ValueError for data that are not ours.
    """
    if isinstance(data, list):
        parts = tuple(rule_from_data(part, clause=clause) for part in data)
        return parts[0] if len(parts) == 1 else AllOf(parts, clause)
    if "all" in data:
        return rule_from_data(data["all"], clause=clause)
    if "any" in data:
        return AnyOf(tuple(rule_from_data(part, clause=clause) for part in data["any"]), clause)
    if "percent" in data:
        return Share(_percent(data["percent"]), _selection(data["of"]), clause)
    if "operations" in data:
        conditional = tuple(data.get("conditional", ()))
        return Operations(tuple(data["operations"]), conditional, clause)
    makers: dict[str, Any] = {
        "change": lambda value: ChangeOfCode(value, clause),
        "not_from": lambda value: NotFrom(tuple(value), clause),
        "uses": lambda value: Uses(tuple(value), clause),
        "from": lambda value: FromCodes(tuple(value), clause),
        "any_operation": lambda value: AnyOperation(tuple(value), clause),
        "attested": lambda value: Attested(value, clause),
        "unreadable": lambda value: Unreadable(value, clause),
        "asks": lambda value: Asks(value, clause),
    }
    ((kind, value),) = data.items()
    rule: Rule = makers[kind](value)
    return rule


def _selection(of: object) -> Selection:
    if isinstance(of, list):
        return Selection("codes", tuple(of))
    return SAME_HEADING if of == "same_heading" else Selection(str(of))


def _percent(text: str) -> Fraction:
    return Fraction(text) / 100


def _category(code: str, data: Mapping[str, Any]) -> Category:
    return Category(
        code=code,
        clause=data["clause"],
        countries=tuple(data.get("countries", ())),
        any_countries=tuple(data.get("any_countries", ())),
        flags=tuple(data.get("flags", ())),
        from_such_materials=bool(data.get("from_such_materials", False)),
    )


def _read(folder: str, name: str) -> dict[str, Any]:
    place = files("certorigin.assessment").joinpath(f"agreements/{folder}/{name}.toml")
    return tomllib.loads(place.read_text("utf-8"))
