"""The figures of one month for everybody: no party, no small cell, nothing that gives one away.

All tables of a direction share one total. Where one of them needs it hidden, a table that hides
nothing would tell it as its sum: that one is withheld. A value is shown only where each currency in
it stands for enough certificates, and the total's value only where no table hides a value alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certorigin.statistics.suppress import Hidden, suppress
from certorigin.vocabulary.number import decimal_to_text
from certorigin.vocabulary.table import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

FORMAT = "certorigin-open-data/v1"
COLUMNS = ("month", "direction", "by", "name", "hidden", "count", "currency", "value")
TOTAL = "total"


@dataclass(frozen=True)
class Amount:
    """What one cell comes to: certificates, and by currency certificates and their value."""

    count: int
    values: Mapping[str, tuple[int, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True)
class Direction:
    """The tables of one direction by what they are told apart by, and what they come to."""

    total: Amount
    tables: Mapping[str, Mapping[str, Amount]]


def open_month(
    month: date, directions: Mapping[str, Direction], *, state: str, threshold: int
) -> dict[str, Any]:
    """Return what is published of a month. Raises ValueError for a threshold below three."""
    tables = []
    for name, direction in sorted(directions.items()):
        tables += _tables(name, direction, threshold)
    return {
        "format": FORMAT,
        "state": state,
        "month": f"{month:%Y-%m}",
        "threshold": str(threshold),
        "tables": tables,
    }


def csv_of_month(published: Mapping[str, Any]) -> bytes:
    """Write what is published of a month as CSV: a line for each cell and currency."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for table in published["tables"]:
        start = (published["month"], table["direction"], table["by"])
        for row in (*table["rows"], {"name": TOTAL, **table["total"]}):
            told = (*start, row["name"], row["hidden"], row.get("count", ""))
            rows.append((*told, "", ""))
            rows += [
                (*start, row["name"], row["hidden"], "", one["currency"], one["amount"])
                for one in row.get("values", ())
            ]
    return table_of(rows).encode()


def _tables(name: str, direction: Direction, threshold: int) -> list[dict[str, Any]]:
    hidden = {
        by: suppress({key: one.count for key, one in table.items()}, threshold=threshold)
        for by, table in direction.tables.items()
    }
    no_total = any(one.total for one in hidden.values()) or 0 < direction.total.count < threshold
    if no_total:
        hidden = {
            by: one if one.names else Hidden(frozenset(direction.tables[by]), total=True)
            for by, one in hidden.items()
        }
    is_valued = not no_total and _may_tell(direction.total, threshold)
    for by, table in direction.tables.items():
        for key, one in table.items():
            told = key in hidden[by].names or not one.count
            is_valued = is_valued and (told or _may_tell(one, threshold))
    total = _row(direction.total, is_hidden=no_total, is_valued=is_valued)
    made = []
    for by, table in sorted(direction.tables.items()):
        rows = [
            {"name": key}
            | _row(
                table[key],
                is_hidden=key in hidden[by].names,
                is_valued=_may_tell(table[key], threshold),
            )
            for key in sorted(table)
            if table[key].count
        ]
        made.append({"direction": name, "by": by, "rows": rows, "total": total})
    return made


def _may_tell(one: Amount, threshold: int) -> bool:
    return all(count >= threshold for count, _ in one.values.values())


def _row(one: Amount, *, is_hidden: bool, is_valued: bool) -> dict[str, Any]:
    if is_hidden:
        return {"hidden": "yes"}
    values = [
        {"currency": currency, "amount": decimal_to_text(amount)}
        for currency, (_, amount) in sorted(one.values.items())
    ]
    told: dict[str, Any] = {"hidden": "no", "count": str(one.count)}
    return told | ({"values": values} if is_valued else {})
