"""Lines of a UBL invoice, each a line of goods of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.application.draft import ApplicationItem
from certorigin.errors import MalformedError
from certorigin.vocabulary.finding import Grade
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from lxml.etree import _Element

    from certorigin.application.ubl import UblReader

# Lists whose codes are tariff codes. By UNTDID 7143: HS the Harmonized System, SRZ a tariff
# schedule built on it, TSP the Combined Nomenclature, CV an article number of customs. The others
# are names that programs write.
TARIFF_LISTS = frozenset("HS SRZ TSP CV HSN HTS CN TARIC TNVED".split())

_CLASSES = ("cbc:ItemClassificationCode", "cbc:CommodityCode")


def read_line(
    reader: UblReader, line: _Element, index: int, *, shipment: _Element | None
) -> ApplicationItem:
    """Return a line of goods with what the invoice says of it.

    `shipment` is where weights are looked for when the line has no shipment of its own.
    """
    place = f"items[{index}]"
    item = reader.find(line, "cac:Item")
    own = reader.find(line, "cac:Delivery/cac:Shipment")
    shipped = shipment if own is None else own
    if reader.find(line, "cac:SubInvoiceLine") is not None:
        reader.note("invoice.lines_within", place, Grade.NOTE)
    return ApplicationItem(
        sequence=index + 1,
        description=_description(reader, item, f"{place}.description"),
        tariff_code=_tariff_code(reader, item, f"{place}.tariffCode"),
        quantity=reader.quantity(line, "cbc:InvoicedQuantity", f"{place}.quantity"),
        gross=reader.quantity(shipped, "cbc:GrossWeightMeasure", f"{place}.grossWeight"),
        net=reader.quantity(shipped, "cbc:NetWeightMeasure", f"{place}.netWeight"),
        value=reader.money(line, "cbc:LineExtensionAmount", f"{place}.value"),
        origin_country=_origin(reader, item, f"{place}.originCountry"),
    )


def _description(reader: UblReader, item: _Element | None, place: str) -> str:
    name = reader.text(item, "cbc:Name", place)
    more = reader.text(item, "cbc:Description", place)
    if not name or not more or more.casefold().startswith(name.casefold()):
        return more or name
    return reader.shown(f"{name}; {more}", place)


def _origin(reader: UblReader, item: _Element | None, place: str) -> str:
    named = reader.find_all(item, "cac:OriginCountry")
    found = {reader.country(one, "cbc:IdentificationCode", place) for one in named} - {""}
    if len(found) > 1:
        reader.note("invoice.origins_differ", place, value=", ".join(sorted(found)))
        return ""
    return found.pop() if found else ""


def _tariff_code(reader: UblReader, item: _Element | None, place: str) -> TariffCode | None:
    found: set[TariffCode] = set()
    for path in _CLASSES:
        for code in reader.find_all(item, f"cac:CommodityClassification/{path}"):
            text, name = reader.text(code, ".", place), (code.get("listID") or "").strip()
            if text and name.upper() not in TARIFF_LISTS:
                facts = {"value": text, "list": name or "-"}
                reader.note("invoice.code_of_another_list", place, Grade.NOTE, **facts)
            elif text:
                found |= _parsed(reader, text, place)
    return _longest(reader, found, place)


def _parsed(reader: UblReader, text: str, place: str) -> set[TariffCode]:
    try:
        return {TariffCode.from_text(text)}
    except MalformedError:
        reader.note("invoice.tariff_code_unreadable", place, value=text)
        return set()


def _longest(reader: UblReader, found: set[TariffCode], place: str) -> TariffCode | None:
    if not found:
        return None
    longest = max(found, key=lambda code: len(code.digits))
    if all(longest.is_within(code.digits) for code in found):
        return longest
    value = ", ".join(sorted(map(str, found)))
    reader.note("invoice.tariff_codes_differ", place, value=value)
    return None
