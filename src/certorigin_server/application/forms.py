"""What the exporter's desk asks for: the application as the boxes of the form have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.desk.layout import (
    Choice,
    Day,
    DecimalText,
    Field,
    Flag,
    Group,
    LongText,
    Offer,
    Option,
    Rows,
)
from certorigin_server.users.queries import authorities

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

# The states of the region and its largest partners; any other may be typed by its two letters.
_STATES = {
    "AM": "web.state.am",
    "AZ": "web.state.az",
    "BY": "web.state.by",
    "CN": "web.state.cn",
    "GE": "web.state.ge",
    "KG": "web.state.kg",
    "KZ": "web.state.kz",
    "MD": "web.state.md",
    "RU": "web.state.ru",
    "TJ": "web.state.tj",
    "TM": "web.state.tm",
    "TR": "web.state.tr",
    "UA": "web.state.ua",
    "UZ": "web.state.uz",
}
_UNITS = {
    "KGM": "web.unit.kgm",
    "TNE": "web.unit.tne",
    "H87": "web.unit.h87",
    "LTR": "web.unit.ltr",
    "MTR": "web.unit.mtr",
    "MTK": "web.unit.mtk",
    "MTQ": "web.unit.mtq",
    "NPR": "web.unit.npr",
}
_PACKINGS = {
    "BX": "web.packing.bx",
    "CT": "web.packing.ct",
    "BG": "web.packing.bg",
    "PX": "web.packing.px",
    "DR": "web.packing.dr",
    "PK": "web.packing.pk",
    "VR": "web.packing.vr",
    "VO": "web.packing.vo",
}


def _options(codes: dict[str, str]) -> list[Option]:
    return [Option(value, code=code) for value, code in codes.items()]


STATES = Offer("states", lambda: _options(_STATES))
UNITS = Offer("units", lambda: _options(_UNITS))
PACKINGS = Offer("packings", lambda: _options(_PACKINGS))
CURRENCIES = Offer(
    "currencies", lambda: [Option(code, code) for code in ("USD", "EUR", "RUB", "BYN", "AZN")]
)


def destinations() -> list[Option]:
    """Return the states with which this system shares a corridor."""
    partners = [corridor.corridor for corridor in settings.SYSTEM.corridors]
    states = sorted({state for corridor in partners for state in corridor.states})
    return [
        Option(state, state, _STATES.get(state, ""))
        for state in states
        if state != settings.SYSTEM.state
    ]


def bodies() -> list[Option]:
    """Return the bodies that may issue certificates."""
    return [
        Option(body.slug, body.name) for body in authorities() if "authorised-body" in body.kind
    ]


def _party(name: str, title: str, clause: str, *, folded: bool = False) -> Group:
    return Group(
        name=name,
        title=title,
        clause=clause,
        folded=folded,
        parts=(
            Field(name="name", label="web.party_name", help="web.party_name_help", lang="ru"),
            LongText(name="address", label="web.party_address", lang="ru", lines=2),
            Field(name="country", label="web.country", width="short", offer=STATES),
            Group(
                name="identifier",
                title="web.party_identifier",
                inline=True,
                parts=(
                    Choice(
                        name="scheme",
                        label="web.identifier_scheme",
                        width="short",
                        options=lambda: [
                            Option("UNP", "УНП"),
                            Option("VOEN", "VÖEN"),
                            Option("OTHER", code="web.identifier_other"),
                        ],
                    ),
                    Field(name="value", label="web.identifier_value", width="medium"),
                ),
            ),
        ),
    )


def _document(name: str, title: str, clause: str) -> Group:
    return Group(
        name=name,
        title=title,
        clause=clause,
        inline=True,
        parts=(
            Field(name="number", label="web.document_number", width="medium"),
            Day(name="date", label="web.document_date", help="web.day_help"),
        ),
    )


def _money(name: str, title: str, clause: str = "") -> Group:
    return Group(
        name=name,
        title=title,
        clause=clause,
        inline=True,
        parts=(
            DecimalText(name="amount", label="web.amount"),
            Field(name="currency", label="web.currency", width="short", offer=CURRENCIES),
        ),
    )


def _quantity(name: str, title: str, unit: str = "") -> Group:
    return Group(
        name=name,
        title=title,
        clause="Rules 7.4, box 10",
        inline=True,
        parts=(
            DecimalText(name="value", label="web.quantity_value"),
            Field(name="unit", label="web.unit", width="short", offer=UNITS, default=unit),
        ),
    )


_ITEM = (
    LongText(
        name="description",
        label="web.item_description",
        help="web.item_description_help",
        clause="Rules 7.4, box 8",
        lang="ru",
        lines=2,
    ),
    Field(
        name="tariffCode",
        label="web.tariff_code",
        help="web.tariff_code_help",
        clause="Rules 2.4",
        width="medium",
        search="tariff-offers",
    ),
    Group(
        name="packages",
        title="web.packages",
        clause="Rules 7.4, box 7",
        inline=True,
        parts=(
            Field(name="count", label="web.packages_count", width="short"),
            Field(name="kind", label="web.packages_kind", width="short", offer=PACKINGS),
            Field(name="marks", label="web.packages_marks", width="medium", lang="ru"),
        ),
    ),
    _quantity("quantity", "web.quantity"),
    _quantity("grossWeight", "web.gross_weight", "KGM"),
    _quantity("netWeight", "web.net_weight", "KGM"),
    _money("value", "web.value", "Rules 2.4"),
    _document("invoice", "web.item_invoice", "Rules 7.4, box 11"),
    Field(name="originCountry", label="web.origin_country", width="short", offer=STATES),
)

LAYOUT: Layout = (
    Group(
        title="web.application_what",
        parts=(
            Choice(
                name="form",
                label="web.form",
                width="medium",
                options=lambda: [Option("ST-1", "СТ-1 / ST-1")],
            ),
            Choice(
                name="destinationCountry",
                label="web.destination",
                clause="Rules 7.4, box 4",
                width="medium",
                options=destinations,
            ),
        ),
    ),
    _party("exporter", "web.exporter", "Rules 7.4, box 1"),
    _party("consignor", "web.consignor", "Rules 7.4, box 1", folded=True),
    _party("importer", "web.importer", "Rules 7.4, box 2"),
    _party("consignee", "web.consignee", "Rules 7.4, box 2", folded=True),
    Group(
        name="transport",
        title="web.transport",
        clause="Rules 7.4, box 3",
        parts=(
            Field(name="means", label="web.transport_means", lang="ru"),
            Field(name="route", label="web.transport_route", lang="ru"),
        ),
    ),
    Group(
        title="web.documents",
        parts=(
            _document("invoice", "web.invoice", "Rules 7.4, box 11"),
            _money("invoiceTotal", "web.invoice_total"),
            _document("contract", "web.contract", "Rules 5.1"),
        ),
    ),
    Rows(
        name="items",
        title="web.goods",
        row_title="web.item_title",
        add="web.item_add",
        clause="Rules 7.4, box 6",
        sequence="sequence",
        least=1,
        parts=_ITEM,
    ),
)

# What is asked beside the document when it is submitted.
SUBMISSION: Layout = (
    Group(
        title="web.submission",
        parts=(
            Choice(name="body", label="web.body", help="web.body_help", options=bodies),
            Flag(name="confirmed", label="web.declaration_text", clause="Rules 7.4, box 13"),
        ),
    ),
)
