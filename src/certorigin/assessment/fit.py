"""Whether a worksheet speaks of the goods of an application: the same items, codes and state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.vocabulary.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.application.draft import Application
    from certorigin.assessment.worksheet import Worksheet


def check_fit(
    worksheet: Worksheet, application: Application, *, issued_in: str
) -> tuple[Finding, ...]:
    """Return every way in which the facts of production are not those of the goods applied for."""
    return tuple(_differences(worksheet, application, issued_in))


def _differences(
    worksheet: Worksheet, application: Application, issued_in: str
) -> Iterator[Finding]:
    if worksheet.production_country != issued_in:
        facts = {"country": worksheet.production_country, "expected": issued_in}
        yield Finding("worksheet.produced_elsewhere", "productionCountry", facts=facts)
    goods, sheets = application.items, worksheet.items
    if len(goods) != len(sheets):
        facts = {"applied": str(len(goods)), "stated": str(len(sheets))}
        yield Finding("worksheet.other_number_of_items", "items", facts=facts)
    for index, (item, sheet) in enumerate(zip(goods, sheets, strict=False)):
        if item.tariff_code is not None and item.tariff_code != sheet.tariff_code:
            facts = {
                "item": str(item.sequence),
                "applied": str(item.tariff_code),
                "stated": str(sheet.tariff_code),
            }
            yield Finding("worksheet.other_goods", f"items[{index}].tariffCode", facts=facts)
