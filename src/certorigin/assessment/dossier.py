"""Goods that were assessed once: their facts taken out of a worksheet, and put into another."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from certorigin.vocabulary.quantity import Money
from certorigin.vocabulary.search import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin.assessment.material import Material
    from certorigin.assessment.worksheet import ItemWorksheet, Worksheet
    from certorigin.vocabulary.tariff import TariffCode

LONGEST_KEY = 300

_CENT = Decimal("0.01")


def goods_key(code: TariffCode | None, description: str) -> str:
    """Return by what the same goods are found again: code and name, whatever their spelling."""
    return f"{code or ''} {name_key(description)}"[:LONGEST_KEY]


def taken_out(worksheet: Worksheet, sequence: int) -> Worksheet:
    """Return the facts about one item alone, with the rates that they need, without the trade."""
    (item,) = (one for one in worksheet.items if one.sequence == sequence)
    return replace(worksheet, items=(replace(item, sequence=1),), trade=None)


def put_in(worksheet: Worksheet, dossiers: Mapping[int, Worksheet]) -> Worksheet:
    """Put the facts of dossiers in the place of items, by their number; the rest stays."""
    items = tuple(_put(item, dossiers.get(item.sequence)) for item in worksheet.items)
    rates = {(one.source_currency, one.target_currency): one for one in worksheet.rates}
    for dossier in dossiers.values():
        for rate in dossier.rates:
            rates.setdefault((rate.source_currency, rate.target_currency), rate)
    return replace(worksheet, items=items, rates=tuple(rates.values()))


def _put(item: ItemWorksheet, dossier: Worksheet | None) -> ItemWorksheet:
    if dossier is None:
        return item
    (found,) = dossier.items
    return replace(found, sequence=item.sequence, description=item.description)


def repriced(worksheet: Worksheet, *, percent: Decimal) -> Worksheet:
    """Return the same facts with every material of another country dearer by a share.

    What is made of the price of the goods themselves stays: the question is what would change.
    """
    country = worksheet.production_country

    def dearer(material: Material) -> Material:
        if material.value is None or material.origin == country:
            return material
        amount = material.value.amount * (100 + percent) / 100
        return replace(
            material,
            value=Money(amount.quantize(_CENT, ROUND_HALF_EVEN), material.value.currency),
        )

    items = []
    for item in worksheet.items:
        elements = []
        for one in item.elements:
            made = one.production
            if made is not None:
                made = replace(made, materials=tuple(dearer(part) for part in made.materials))
            elements.append(replace(one, bought=dearer(one.bought), production=made))
        materials = tuple(dearer(one) for one in item.materials)
        items.append(replace(item, materials=materials, elements=tuple(elements)))
    return replace(worksheet, items=tuple(items))
