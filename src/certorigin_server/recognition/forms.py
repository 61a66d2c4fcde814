"""What the desk of the customs officer asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.returns.grounds import GROUNDS, Phase
from certorigin_server.application.forms import CURRENCIES, PACKINGS, STATES, UNITS
from certorigin_server.desk.layout import (
    Choice,
    Day,
    DecimalText,
    Field,
    Group,
    LongText,
    Option,
    Radio,
    Rows,
)

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

# More lines come in a file.
MOST_LINES = 100


def _party(name: str, title: str, clause: str = "", *, folded: bool = False) -> Group:
    schemes = [
        Option("UNP", "УНП"),
        Option("VOEN", "VÖEN"),
        Option("OTHER", code="web.identifier_other"),
    ]
    identifier = (
        Choice(
            name="scheme",
            label="web.identifier_scheme",
            width="short",
            options=lambda: schemes,
        ),
        Field(name="value", label="web.identifier_value", width="medium"),
    )
    return Group(
        name=name,
        title=title,
        clause=clause,
        folded=folded,
        parts=(
            Field(name="name", label="web.party_name", lang="ru"),
            LongText(name="address", label="web.party_address", lang="ru", lines=2),
            Field(name="country", label="web.country", width="short", offer=STATES),
            Group(name="identifier", title="web.party_identifier", inline=True, parts=identifier),
        ),
    )


def _quantity(name: str, title: str, unit: str = "") -> Group:
    return Group(
        name=name,
        title=title,
        inline=True,
        parts=(
            DecimalText(name="value", label="web.quantity_value"),
            Field(name="unit", label="web.unit", width="short", offer=UNITS, default=unit),
        ),
    )


# The certificate stands first: an officer types it from the declaration's box for documents.
_LINE = (
    Group(
        name="certificate",
        title="web.line_rests_on",
        help="web.line_rests_on_help",
        clause="Rules 6.1",
        inline=True,
        parts=(
            Field(name="form", label="web.form", width="short", default="ST-1"),
            Field(name="number", label="web.number", width="medium"),
            Day(name="date", label="web.date", help="web.day_help"),
            Field(name="issuingCountry", label="web.issued_in", width="short", offer=STATES),
            Field(name="item", label="web.certificate_item", width="short"),
        ),
    ),
    LongText(name="description", label="web.item_description", lang="ru", lines=2),
    Field(name="tariffCode", label="web.tariff_code", width="medium"),
    _quantity("quantity", "web.quantity"),
    _quantity("netWeight", "web.net_weight", "KGM"),
    Group(
        name="packages",
        title="web.packages",
        inline=True,
        parts=(
            Field(name="count", label="web.packages_count", width="short"),
            Field(name="kind", label="web.packages_kind", width="short", offer=PACKINGS),
        ),
    ),
    Field(name="originCountry", label="web.origin_country", width="short", offer=STATES),
    Group(
        name="invoice",
        title="web.item_invoice",
        inline=True,
        parts=(
            Field(name="number", label="web.document_number", width="medium"),
            Day(name="date", label="web.document_date", help="web.day_help"),
        ),
    ),
    Group(
        name="originDeclaration",
        title="web.origin_declaration",
        help="web.origin_declaration_help",
        inline=True,
        parts=(
            Field(name="number", label="web.document_number", width="medium"),
            Day(name="date", label="web.document_date", help="web.day_help"),
        ),
    ),
    Group(
        name="goodsValue",
        title="web.goods_value",
        inline=True,
        parts=(
            DecimalText(name="amount", label="web.amount"),
            Field(name="currency", label="web.currency", width="short", offer=CURRENCIES),
        ),
    ),
    Group(
        name="dutyAtStake",
        title="web.duty_at_stake",
        help="web.duty_at_stake_help",
        inline=True,
        parts=(
            DecimalText(name="amount", label="web.amount"),
            Field(name="currency", label="web.currency", width="short", offer=CURRENCIES),
        ),
    ),
)

DECLARATION: Layout = (
    Group(
        title="web.declaration_itself",
        parts=(
            Field(name="number", label="web.declaration_number", width="medium"),
            Day(name="date", label="web.declaration_day", help="web.day_help"),
            Field(name="post", label="web.post", lang="ru"),
            Field(name="destinationCountry", label="web.destination", width="short", offer=STATES),
        ),
    ),
    _party("exporter", "web.exporter"),
    _party("importer", "web.importer"),
    _party("declarant", "web.declarant", folded=True),
    Group(
        name="transport",
        title="web.transport",
        folded=True,
        parts=(
            Field(name="means", label="web.transport_means", lang="ru"),
            Field(name="route", label="web.transport_route", lang="ru"),
        ),
    ),
    Rows(
        name="items",
        title="web.goods",
        row_title="web.item_title",
        add="web.item_add",
        sequence="sequence",
        least=1,
        most=MOST_LINES,
        parts=_LINE,
    ),
)

FINDING: Layout = (
    Group(
        title="web.certificate_find",
        inline=True,
        parts=(
            Field(name="number", label="web.number", width="medium"),
            Day(name="date", label="web.date", help="web.day_help"),
            Field(name="state", label="web.issued_in", width="short", offer=STATES),
        ),
    ),
)

_PHASES = (
    Option(Phase.AT_RELEASE, code="web.phase_at_release"),
    Option(Phase.AFTER_RELEASE, code="web.phase_after_release"),
)

ACCEPTING: Layout = (
    LongText(
        name="override", label="web.override", help="web.override_help", clause="Annex 4, 4.4"
    ),
)
REFUSING: Layout = (
    Radio(name="phase", label="web.phase", options=lambda: _PHASES),
    Radio(
        name="ground",
        label="web.refusal_ground",
        clause="Rules 9.1, 9.2",
        options=lambda: [Option(code, code=f"ground.{code}") for code in GROUNDS],
    ),
    LongText(name="remark", label="web.refusal_remark", help="web.refusal_remark_help", lang="ru"),
)
NOTING: Layout = (LongText(name="remark", label="web.recheck_remark", help="web.recheck_help"),)
