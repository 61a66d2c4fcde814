"""What the two states sell to each other: kinds of goods with how they originate, as data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

MONTHS = 12


@dataclass(frozen=True)
class Material:
    """A foreign material: its code, where it comes from, its share of the price per mille."""

    tariff_code: str
    country: str
    share: int


@dataclass(frozen=True)
class Kind:
    """One kind of goods, with what a unit weighs and costs, and the months in which it is sold."""

    state: str
    tariff_code: str
    name: str
    unit: str
    kilograms: Decimal
    price: Decimal
    package: str
    in_package: int
    months: frozenset[int]
    way: str
    materials: tuple[Material, ...] = ()
    raw_material: str = ""


@cache
def kinds_of(state: str) -> tuple[Kind, ...]:
    """Return what a state sells, in the order of the file."""
    text = files("certorigin_server.operate").joinpath("generate/goods.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return tuple(kind for line in lines if line[0] == state for kind in _kinds(line))


def _kinds(line: list[str]) -> list[Kind]:
    state, code, unit, kilograms, price, package, in_package, months, how, names = line
    way, _, rest = how.partition(":")
    made_of = rest.split(",") if way in {"change", "rest"} else []
    return [
        Kind(
            state=state,
            tariff_code=code,
            name=name.strip(),
            unit=unit,
            kilograms=Decimal(kilograms),
            price=Decimal(price),
            package=package,
            in_package=int(in_package),
            months=_months(months),
            way=way,
            materials=tuple(_material(text) for text in made_of),
            raw_material=rest if way == "made" else "",
        )
        for name in names.split(";")
    ]


def _material(text: str) -> Material:
    code, country, share = text.split("/")
    return Material(code, country, int(share))


def _months(text: str) -> frozenset[int]:
    """Read `9-3`: from September to March."""
    first, last = (int(month) for month in text.split("-"))
    length = (last - first) % MONTHS + 1
    return frozenset((first + step - 1) % MONTHS + 1 for step in range(length))
