"""Is what an application says about its goods enough for boxes 6 to 11 of the form?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.vocabulary.code_list import CodeStatus, get_currencies, get_packages, get_units

if TYPE_CHECKING:
    from decimal import Decimal

    from certorigin.application.draft import Application, ApplicationItem
    from certorigin.application.findings import Findings
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import Packages
    from certorigin.vocabulary.quantity import Quantity

_BOX_7 = "Rules 7.4, box 7"
_BOX_8 = "Rules 7.4, box 8"
_BOX_10 = "Rules 7.4, box 10"

# Goods in bulk have no packages to count (Recommendation 21).
_BULK = frozenset({"VG", "VL", "VO", "VQ", "VR", "VS", "VY"})
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def check_items(findings: Findings, application: Application) -> None:
    """Add what is lacking or wrong in the lines of goods."""
    if not application.items:
        findings.error("application.goods_missing", "items", "Rules 7.4, box 6")
    for index, item in enumerate(application.items):
        _check_item(findings, item, f"items[{index}]")
        if may_stay_uncounted(application, item, findings.form) and not _amounts_of(item):
            place = f"items[{index}].quantity"
            findings.note("application.quantity_left_empty", place, f"R24; {_BOX_10}")
        else:
            _check_amounts(findings, item, f"items[{index}]")
        _check_origin(findings, application, item, f"items[{index}].originCountry")
    headings = {item.tariff_code.heading for item in application.items if item.tariff_code}
    if application.goods_list is not None and len(headings) > 1:
        value = ", ".join(sorted(headings))[:80]
        findings.error("application.list_of_headings", "goodsList", f"R29; {_BOX_8}", value=value)
    currencies = {item.value.currency for item in application.items if item.value}
    if application.invoice_total:
        currencies.add(application.invoice_total.currency)
    if len(currencies) > 1:
        values = ", ".join(sorted(currencies))
        findings.warn("application.currencies_differ", "items", "Rules 2.4", value=values)
    for currency in sorted(currencies):
        if get_currencies().status(currency) is not CodeStatus.CURRENT:
            findings.warn("application.currency_unknown", "items", "ISO 4217", value=currency)


def may_stay_uncounted(application: Application, item: ApplicationItem, form: Form) -> bool:
    """Say whether box 10 may stay empty: periodicals under a long-term contract (R24)."""
    return application.long_term and form.is_periodical(item.tariff_code)


def check_language(findings: Findings, text: str, place: str) -> None:
    """Warn where a form in Russian would show a text without a single Cyrillic letter (R22)."""
    if findings.form.language == "ru" and text and not _CYRILLIC.search(text):
        findings.warn("application.not_in_russian", place, "Rules 7.1", value=text[:60])


def _check_item(findings: Findings, item: ApplicationItem, place: str) -> None:
    if not item.description:
        findings.missing("application.description_missing", f"{place}.description", _BOX_8)
    check_language(findings, item.description, f"{place}.description")
    if item.tariff_code is None:
        findings.error("application.tariff_code_missing", f"{place}.tariffCode", "Rules 2.4")
    elif len(item.tariff_code.digits) < 6:
        value = str(item.tariff_code)
        findings.warn(
            "application.tariff_code_short", f"{place}.tariffCode", "Rules 2.4", value=value
        )
    _check_packages(findings, item.packages, f"{place}.packages")
    if item.value is None:
        findings.note("application.value_missing", f"{place}.value", "Rules 2.4")


def _check_origin(
    findings: Findings, application: Application, item: ApplicationItem, place: str
) -> None:
    declared = application.declaration.country if application.declaration else ""
    if not item.origin_country and not declared:
        findings.warn("application.origin_missing", place, "Rules 7.4, box 13")
    if item.origin_country and declared and item.origin_country != declared:
        facts = {"value": item.origin_country, "declared": declared}
        findings.error("application.origins_differ", place, "Rules 7.4, box 13", **facts)


def _check_packages(findings: Findings, packages: Packages | None, place: str) -> None:
    if packages is None:
        findings.missing("application.packages_missing", place, _BOX_7)
        return
    status = get_packages().status(packages.kind)
    if status is CodeStatus.UNKNOWN:
        findings.error("application.package_unknown", f"{place}.kind", _BOX_7, value=packages.kind)
    if status is CodeStatus.WITHDRAWN:
        kind = packages.kind
        findings.error("application.package_withdrawn", f"{place}.kind", _BOX_7, value=kind)
    if packages.count == 0 and packages.kind not in _BULK:
        findings.error("application.packages_none", f"{place}.count", _BOX_7)


def _amounts_of(item: ApplicationItem) -> list[Quantity]:
    return [one for one in (item.quantity, item.gross, item.net) if one is not None]


def _check_amounts(findings: Findings, item: ApplicationItem, place: str) -> None:
    _check_quantity(findings, item.quantity, f"{place}.quantity", "application.quantity_missing")
    gross = _kilograms(findings, item.gross, f"{place}.grossWeight", "application.gross_missing")
    net = _kilograms(findings, item.net, f"{place}.netWeight", "application.net_missing")
    if gross is not None and net is not None and gross < net:
        facts = {"gross": f"{gross:f}", "net": f"{net:f}"}
        findings.error("application.gross_below_net", f"{place}.grossWeight", _BOX_10, **facts)
    own = _in_kilograms(item.quantity) if item.quantity else None
    if own is not None and net is not None and own != net:
        facts = {"value": f"{own:f}", "net": f"{net:f}"}
        findings.warn("application.quantity_not_net", f"{place}.quantity", _BOX_10, **facts)


def _check_quantity(
    findings: Findings, quantity: Quantity | None, place: str, missing: str
) -> bool:
    """Say whether there is a quantity in a unit of today."""
    if quantity is None:
        findings.missing(missing, place, _BOX_10)
        return False
    if quantity.value == 0:
        findings.error("application.quantity_zero", place, _BOX_10)
    status, facts = get_units().status(quantity.unit), {"value": quantity.unit}
    if status is CodeStatus.WITHDRAWN:
        findings.error("application.unit_withdrawn", f"{place}.unit", _BOX_10, **facts)
    if status is CodeStatus.DEPRECATED:
        findings.note("application.unit_deprecated", f"{place}.unit", _BOX_10, **facts)
    if status is CodeStatus.UNKNOWN:
        packing = quantity.unit[0] == "X" and get_packages().status(quantity.unit[1:])
        known = packing and packing is not CodeStatus.UNKNOWN
        code = "application.unit_of_packing" if known else "application.unit_unknown"
        findings.error(code, f"{place}.unit", _BOX_10, **facts)
    return status in {CodeStatus.CURRENT, CodeStatus.DEPRECATED}


def _kilograms(
    findings: Findings, weight: Quantity | None, place: str, missing: str
) -> Decimal | None:
    known = _check_quantity(findings, weight, place, missing)
    if weight is None or not known:
        return None
    kilograms = _in_kilograms(weight)
    if kilograms is None:
        findings.error("application.weight_not_mass", f"{place}.unit", _BOX_10, value=weight.unit)
    return kilograms


def _in_kilograms(quantity: Quantity) -> Decimal | None:
    try:
        return quantity.to_unit("KGM").value
    except MalformedError:
        return None
