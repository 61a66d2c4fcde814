"""A worksheet as a table: one row for each item, material, rate ..., one column for each member.

The header names members by their path (`value.amount`), in English or, for the common ones, in
Russian. What a row says is put into the shape of a document; the document's own reader judges it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certorigin.assessment.material import COUNTRY_FACTS, FLAG_FACTS
from certorigin.assessment.trade import FLAGS, STATES
from certorigin.assessment.worksheet import FORMAT
from certorigin.errors import LimitError
from certorigin.vocabulary.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_ROWS = 20_000
MOST_COLUMNS = 100

KIND = "kind"
KINDS = ("worksheet", "item", "material", "element", "rate", "trade")
_LISTS = frozenset({"operations", "operationsNotApplicable", "attested", "refuted"})
_FLAGS = frozenset(
    {
        *FLAG_FACTS,
        *FLAGS.values(),
        "confirmsNecessaryComponents",
        "soldTogether",
        "usualQuantity",
        "whollyObtained",
        "withinNamedPart",
    }
)
_YES, _NO = frozenset({"true", "yes", "да"}), frozenset({"false", "no", "нет"})

# Columns of a row by its kind: `amount` is the price of an item and the value of a material.
_MONEY = {"amount", "currency"}
_MONEY_OF = {
    "item": "exWorksPrice",
    "material": "value",
    "element": "value",
    "trade": "consignmentValue",
}
_INNER = {
    "whollyObtained": ("category", *COUNTRY_FACTS, *FLAG_FACTS),
    "certificate": ("form", "number", "date", "issuingCountry"),
    "expertAct": ("number", "date", "issuer", "confirmsNecessaryComponents"),
    **dict.fromkeys(_MONEY_OF.values(), tuple(sorted(_MONEY))),
}
_RUSSIAN = {
    "вид": KIND,
    "наименование": "description",
    "код": "tariffCode",
    "страна": "originCountry",
    "стоимость": "amount",
    "цена": "amount",
    "валюта": "currency",
    "основа": "valueBasis",
    "операции": "operations",
    "соглашение": "agreement",
    "производство": "productionCountry",
    "назначение": "use",
}
_COLUMNS = frozenset(
    {
        *_LISTS,
        *_FLAGS,
        *STATES.values(),
        *(f"{name}.{inner}" for name, members in _INNER.items() for inner in members),
        *"kind agreement productionCountry tariffCode description amount currency".split(),
        *"originCountry valueBasis use namedPart netWeight from to rate per source date".split(),
        *"carriedBy contractLater document".split(),
    }
)
_NUMBERS = frozenset({"amount", "rate", "per", "netWeight"})
_COMMA = re.compile(r"\d{1,15},\d{1,6}")


@dataclass(frozen=True)
class Cells:
    """A table as it was read: each row with its line, each cell as text or as a flag.

    `comma` says that the comma is the decimal mark of its numbers.
    """

    rows: Sequence[tuple[int, Sequence[str | bool]]]
    comma: bool = False
    faults: tuple[Finding, ...] = ()


@dataclass
class Sheet:
    """What a table says: the document, the lines of its parts, and the faults of the table."""

    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)

    def place_of(self, path: str) -> str:
        """Say where in the table a part of the document stands."""
        known = [prefix for prefix in self.lines if path.startswith(prefix)]
        if not known:
            return path
        prefix = max(known, key=len)
        member = path[len(prefix) :].lstrip(".")
        return f"line {self.lines[prefix]}" + (f", {member}" if member else "")


def has_kinds(header: Iterable[str]) -> bool:
    """Say whether a first row is the header of such a table."""
    return KIND in {_name(cell) for cell in header}


def sheet_from_cells(cells: Cells) -> Sheet:
    """Put a table into the shape of a document, with the faults of its rows and columns.

    Raises LimitError when it has too many columns.
    """
    sheet = Sheet({"format": FORMAT, "items": []}, faults=[*cells.faults])
    (first, header), *rows = cells.rows
    if max(len(row) for _, row in cells.rows) > MOST_COLUMNS:
        raise LimitError("worksheet.too_many_columns", limit=str(MOST_COLUMNS), place="")
    names = [_name(cell) for cell in header]
    for index, name in enumerate(names):
        place = f"line {first}, column {index + 1}"
        if name and name not in _COLUMNS:
            sheet.faults.append(
                Finding("worksheet.column_unknown", place, facts={"value": name[:40]})
            )
        elif name and name in names[:index]:
            sheet.faults.append(
                Finding("worksheet.column_twice", place, facts={"value": name[:40]})
            )
    for line, row in rows:
        told = dict(_told(names, row, sheet, line))
        if told:
            _place(told, sheet, line, comma=cells.comma)
    return sheet


def _name(cell: str | bool) -> str:  # noqa: FBT001 - a cell is what it is
    text = str(cell).strip().lstrip("\ufeff")
    return _RUSSIAN.get(text.lower(), text)


def _told(
    names: list[str], row: Sequence[str | bool], sheet: Sheet, line: int
) -> Iterator[tuple[str, str | bool]]:
    """Yield the cells of a row that say something, with the names of their columns."""
    for index, cell in enumerate(row):
        value = cell.strip() if isinstance(cell, str) else cell
        if value == "":
            continue
        if index >= len(names) or not names[index]:
            place = f"line {line}, column {index + 1}"
            sheet.faults.append(Finding("worksheet.cell_without_column", place))
        elif names[index] in _COLUMNS:
            yield names[index], value


def _place(told: dict[str, str | bool], sheet: Sheet, line: int, *, comma: bool) -> None:
    """Put a row where its kind belongs."""
    kind = str(told.pop(KIND, "")).lower()
    if kind not in KINDS:
        facts = {"value": kind[:40], "kinds": ", ".join(KINDS)}
        sheet.faults.append(Finding("worksheet.row_kind", f"line {line}", facts=facts))
        return
    members: dict[str, Any] = {}
    for name, value in told.items():
        path = name.split(".")
        if name in _MONEY and kind in _MONEY_OF:
            path = [_MONEY_OF[kind], name]
        _set(members, path, _value(name, value, comma=comma))
    data, items = sheet.data, sheet.data["items"]
    if kind == "worksheet":
        sheet.data.update(members)
    elif kind == "trade":
        data.setdefault("trade", {}).update(members)
        sheet.lines["trade"] = line
    elif kind == "item":
        items.append({"sequence": str(len(items) + 1)} | members)
        sheet.lines[f"items[{len(items) - 1}]"] = line
    elif kind == "rate":
        rates = data.setdefault("rates", [])
        rates.append(members)
        sheet.lines[f"rates[{len(rates) - 1}]"] = line
    elif not items:
        sheet.faults.append(Finding("worksheet.row_without_item", f"line {line}"))
    else:
        parts = items[-1].setdefault(f"{kind}s", [])
        parts.append(members)
        sheet.lines[f"items[{len(items) - 1}].{kind}s[{len(parts) - 1}]"] = line


def _value(name: str, value: str | bool, *, comma: bool) -> object:  # noqa: FBT001 - a cell
    last = name.rpartition(".")[2]
    if isinstance(value, bool):
        return value
    if name in _LISTS:
        return [part.strip() for part in re.split(r"[;\n]", value) if part.strip()]
    if last in _FLAGS and value.lower() in _YES | _NO:
        return value.lower() in _YES
    if last in _NUMBERS and comma and _COMMA.fullmatch(value):
        return value.replace(",", ".")
    return value


def _set(members: dict[str, Any], path: list[str], value: object) -> None:
    holder = members
    for name in path[:-1]:
        inner = holder.setdefault(name, {})
        holder = inner if isinstance(inner, dict) else {}
    holder[path[-1]] = value
