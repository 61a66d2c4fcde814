"""What the exporter's desk asks for: the application as the boxes of the form have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language

from certorigin.application.draft import APPLICANTS
from certorigin.vocabulary.code_names import names_of
from certorigin.vocabulary.form import get_form
from certorigin_server.application.queries import forms_offered
from certorigin_server.application.shown import ROLES, with_name
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
    Radio,
    Rows,
)
from certorigin_server.users.queries import authorities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certorigin_server.desk.layout import Layout

# The states of the region and its largest partners stand first; every other one follows by code.
_FIRST_STATES = "AM AZ BY CN GE KG KZ MD RU TJ TM TR UA UZ".split()
_FIRST_UNITS = "KGM TNE H87 LTR MTR MTK MTQ PR SET".split()


def _named(kind: str, first: Sequence[str] = ()) -> list[Option]:
    """Return the codes of a list that have a name, with it in the language of the page."""
    names = names_of(kind, (get_language() or "en")[:2])
    rest = [code for code in names if code not in first]
    return [Option(code, names[code]) for code in (*first, *rest)]


STATES = Offer("states", lambda: _named("states", _FIRST_STATES))
UNITS = Offer("units", lambda: _named("units", _FIRST_UNITS))
PACKINGS = Offer("packings", lambda: _named("packages"))
CURRENCIES = Offer(
    "currencies",
    lambda: [
        option
        for option in _named("currencies")
        if option.value in {"USD", "EUR", "RUB", "BYN", "AZN", "KZT", "CNY", "TRY"}
    ],
)


def roles() -> list[Option]:
    """Return who may ask for a certificate (R60)."""
    return [Option(role, code=ROLES[role]) for role in APPLICANTS]


def forms() -> list[Option]:
    """Return the forms that can be asked for, the one with preference first (R43)."""
    language = (get_language() or "en")[:2]
    return [Option(name, get_form(name).name_in(language)) for name in forms_offered()]


def destinations() -> list[Option]:
    """Return the states with which this system shares a corridor."""
    partners = [corridor.corridor for corridor in settings.SYSTEM.corridors]
    states = sorted({state for corridor in partners for state in corridor.states})
    return [
        Option(state, with_name("states", state, (get_language() or "en")[:2]))
        for state in states
        if state != settings.SYSTEM.state
    ]


def bodies() -> list[Option]:
    """Return the bodies that may issue certificates."""
    return [
        Option(body.slug, body.name) for body in authorities() if "authorised-body" in body.kind
    ]


def party_part(name: str, title: str, clause: str, *, folded: bool = False) -> Group:
    """Return the fields of a party: name, address, state, identifier."""
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


def document_part(name: str, title: str, clause: str) -> Group:
    """Return the fields of a document: number and day."""
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


def quantity_part(name: str, title: str, unit: str = "") -> Group:
    """Return the fields of a quantity: amount and unit."""
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
    quantity_part("quantity", "web.quantity"),
    quantity_part("grossWeight", "web.gross_weight", "KGM"),
    quantity_part("netWeight", "web.net_weight", "KGM"),
    _money("value", "web.value", "Rules 2.4"),
    document_part("invoice", "web.item_invoice", "Rules 7.4, box 11"),
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
                help="web.form_help",
                options=forms,
            ),
            Choice(
                name="destinationCountry",
                label="web.destination",
                clause="Rules 7.4, box 4",
                width="medium",
                options=destinations,
            ),
            Choice(
                name="applicant",
                label="web.applicant",
                help="web.applicant_help",
                width="medium",
                options=roles,
            ),
            Flag(
                name="naturalPerson",
                label="web.natural_person_goods",
                help="web.natural_person_help",
                clause="Rules 7.4, box 2",
            ),
        ),
    ),
    party_part("exporter", "web.exporter", "Rules 7.4, box 1"),
    party_part("consignor", "web.consignor", "Rules 7.4, box 1", folded=True),
    party_part("producer", "web.producer", "", folded=True),
    party_part("importer", "web.importer", "Rules 7.4, box 2"),
    party_part("consignee", "web.consignee", "Rules 7.4, box 2", folded=True),
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
            document_part("invoice", "web.invoice", "Rules 7.4, box 11"),
            _money("invoiceTotal", "web.invoice_total"),
            document_part("contract", "web.contract", "Rules 5.1"),
            Flag(
                name="longTermContract",
                label="web.long_term",
                help="web.long_term_help",
                clause="Rules 7.4, box 11",
            ),
            Group(
                name="goodsList",
                title="web.goods_list",
                clause="Rules 7.4, box 8",
                inline=True,
                folded=True,
                parts=(
                    Field(name="number", label="web.document_number", width="medium"),
                    Day(name="date", label="web.document_date", help="web.day_help"),
                    Field(name="sheets", label="web.goods_list_sheets", width="short"),
                ),
            ),
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
        fold_above=12,
        summary=("description", "tariffCode", "quantity.value", "quantity.unit", "value.amount"),
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

# What the applicant answers to a question, and why an application is withdrawn.
ANSWER: Layout = (
    LongText(name="text", label="web.question_answer", help="web.question_answer_help", lines=6),
)
WITHDRAWAL: Layout = (LongText(name="reason", label="web.withdrawal_reason", lines=3),)

# A file or pasted rows from which an application begins, and what they leave open.
START: Layout = (
    LongText(name="rows", label="web.intake_rows", help="web.intake_rows_help", lines=6),
    Group(
        title="web.intake_silent",
        folded=True,
        parts=(
            Field(name="currency", label="web.currency", width="short", offer=CURRENCIES),
            Field(name="packing", label="web.packages_kind", width="short", offer=PACKINGS),
        ),
    ),
)

# Lines of goods from a table.
GOODS: Layout = (
    LongText(name="cells", label="web.goods_cells", help="web.goods_cells_help", lines=8),
    Radio(
        name="mode",
        label="web.goods_mode",
        options=lambda: [
            Option("append", code="web.goods_append"),
            Option("replace", code="web.goods_replace"),
        ],
    ),
)

# A power of attorney (R60).
POWER: Layout = (
    Field(name="agent", label="web.power_agent", help="web.power_agent_help", width="medium"),
    Field(name="number", label="web.power_number", width="medium"),
    Radio(
        name="covers",
        label="web.power_covers",
        options=lambda: [
            Option("submit", code="power.covers.submit"),
            Option("prepare", code="power.covers.prepare"),
        ],
    ),
    Group(
        inline=True,
        parts=(
            Day(name="starts", label="web.power_starts", help="web.day_help"),
            Day(name="ends", label="web.power_ends", help="web.day_help"),
        ),
    ),
)
