"""What the assessing officer's desk asks for: the facts of production, item by item."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.terminal.sentences import say
from certorigin_server.application.forms import CURRENCIES
from certorigin_server.assessment.parts import (
    Codes,
    YesNo,
    categories,
    money,
    operation_rows,
    state,
)
from certorigin_server.assessment.trade_forms import LOTS, TRADE
from certorigin_server.desk.layout import (
    Choice,
    Day,
    DecimalText,
    Field,
    Flag,
    Group,
    LongText,
    Option,
    Rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certorigin_server.desk.layout import Layout, Part

_STEP = re.compile(r"([^.\[\]]+)(?:\[([^\]]*)\])?")


_CERTIFICATE = Group(
    name="certificate",
    title="web.material_certificate",
    help="web.material_certificate_help",
    clause="Rules 2.3",
    folded=True,
    parts=(
        Field(name="form", label="web.form", width="short"),
        Field(name="number", label="web.document_number", width="medium"),
        Day(name="date", label="web.document_date", help="web.day_help"),
        state("issuingCountry", "web.issued_in"),
    ),
)
_SUPPLIER = Group(
    name="supplierDeclaration",
    title="web.supplier_declaration",
    help="web.supplier_material_help",
    folded=True,
    parts=(
        Field(name="id", label="web.supplier_id", search="supplier-offers"),
        Field(name="digest", label="web.supplier_digest"),
    ),
)
_MATERIAL = (
    Field(name="description", label="web.material_description"),
    Group(
        inline=True,
        parts=(
            Field(name="tariffCode", label="web.tariff_code", width="short"),
            state("originCountry", "web.material_origin"),
            Choice(
                name="valueBasis",
                label="web.value_basis",
                clause="Rules 2.4",
                width="medium",
                options=lambda: [
                    Option("customs_value", code="web.value_basis_customs"),
                    Option("first_sale_price", code="web.value_basis_first_sale"),
                ],
            ),
        ),
    ),
    money("value", "web.value", "Rules 2.4"),
    _CERTIFICATE,
    _SUPPLIER,
    Group(
        title="web.material_more",
        folded=True,
        parts=(
            Choice(
                name="use",
                label="web.material_use",
                clause="Rules 4.3",
                width="medium",
                options=lambda: [
                    Option("neutral", code="web.material_neutral"),
                    Option("transport_packing", code="web.material_transport_packing"),
                    Option("retail_packing", code="web.material_retail_packing"),
                    Option("accessory", code="web.material_accessory"),
                ],
            ),
            YesNo(name="whollyObtained", label="web.material_wholly"),
            YesNo(name="soldTogether", label="web.material_sold_together"),
            YesNo(name="usualQuantity", label="web.material_usual_quantity"),
            DecimalText(name="netWeight", label="web.net_weight"),
        ),
    ),
)
_WHOLLY = Group(
    name="whollyObtained",
    title="web.wholly_obtained",
    help="web.wholly_obtained_help",
    clause="Rules 2.2",
    folded=True,
    parts=(
        Choice(name="category", label="web.wholly_category", options=categories),
        state("grownIn", "web.wholly_grown"),
        state("gatheredIn", "web.wholly_gathered"),
        state("extractedIn", "web.wholly_extracted"),
        state("bornIn", "web.wholly_born"),
        state("raisedIn", "web.wholly_raised"),
        state("obtainedIn", "web.wholly_obtained_in"),
        state("takenIn", "web.wholly_taken"),
        state("collectedIn", "web.wholly_collected"),
        state("vesselCountry", "web.wholly_vessel"),
        state("chartererCountry", "web.wholly_charterer"),
        state("craftCountry", "web.wholly_craft"),
        state("exclusiveRightsOf", "web.wholly_rights"),
        YesNo(name="onlyForRawMaterial", label="web.wholly_raw_material"),
        YesNo(name="onlyFromSeaProducts", label="web.wholly_sea_products"),
    ),
)
_EXPERT_ACT = Group(
    name="expertAct",
    title="web.expert_act",
    clause="Rules 2.6",
    folded=True,
    parts=(
        Field(name="number", label="web.document_number", width="medium"),
        Day(name="date", label="web.document_date", help="web.day_help"),
        Field(name="issuer", label="web.expert_issuer"),
        YesNo(name="confirmsNecessaryComponents", label="web.expert_confirms"),
    ),
)
_PRODUCTION = (
    money("exWorksPrice", "web.ex_works_price", "Rules 2.4"),
    Rows(
        name="materials",
        title="web.materials",
        row_title="web.material_title",
        add="web.material_add",
        remove="web.material_remove",
        help="web.materials_help",
        clause="Rules 2.4",
        parts=_MATERIAL,
    ),
    operation_rows("operations", "web.operations", note="web.operations_help", clause="Rules 3.1"),
    Group(
        title="web.item_more",
        folded=True,
        parts=(
            operation_rows("operationsNotApplicable", "web.operations_not_applicable"),
            Codes(name="attested", label="web.facts_attested", lines=2),
            Codes(name="refuted", label="web.facts_refuted", lines=2),
            YesNo(name="withinNamedPart", label="web.within_named_part"),
            Field(name="namedPart", label="web.named_part", width="medium"),
            money("freeOnBoardPrice", "web.fob_price"),
            DecimalText(name="netWeight", label="web.net_weight"),
        ),
    ),
    _WHOLLY,
    _EXPERT_ACT,
)
_ELEMENTS = Group(
    title="web.elements",
    help="web.elements_help",
    clause="Rules 4.1",
    folded=True,
    parts=(
        Rows(
            name="elements",
            title="web.elements_list",
            row_title="web.element_title",
            add="web.element_add",
            remove="web.element_remove",
            parts=(
                *_MATERIAL,
                Group(
                    name="production",
                    title="web.element_made",
                    help="web.element_made_help",
                    folded=True,
                    parts=_PRODUCTION,
                ),
            ),
        ),
    ),
)
_ITEM = (
    Field(name="tariffCode", label="web.tariff_code", clause="Rules 2.4", width="medium"),
    Field(name="description", label="web.item_description"),
    *_PRODUCTION,
    _ELEMENTS,
    LOTS,
)
_RATES = Rows(
    name="rates",
    title="web.rates",
    row_title="web.rate_title",
    add="web.rate_add",
    remove="web.rate_remove",
    parts=(
        Group(
            inline=True,
            parts=(
                Field(name="from", label="web.rate_from", width="short", offer=CURRENCIES),
                Field(name="to", label="web.rate_to", width="short", offer=CURRENCIES),
                DecimalText(name="rate", label="web.rate"),
                DecimalText(name="per", label="web.rate_per", default="1"),
                Field(name="source", label="web.rate_source", width="medium"),
                Day(name="date", label="web.document_date", help="web.day_help"),
            ),
        ),
    ),
)
LAYOUT: Layout = (
    Rows(
        name="items",
        title="web.goods",
        row_title="web.item_title",
        add="web.item_add",
        sequence="sequence",
        least=1,
        parts=_ITEM,
    ),
    _RATES,
    TRADE,
)

# What is asked with the decision.
DECISION: Layout = (
    Group(
        title="web.decide_title",
        parts=(
            LongText(name="remark", label="web.decide_remark", help="web.decide_remark_help"),
            Flag(name="confirmed", label="web.decide_confirm"),
        ),
    ),
)


def label_of(place: str, language: str) -> str:
    """Name a place of the worksheet as its page does; one that the page lacks stays as it is."""
    parts: Iterable[Part] = LAYOUT
    words = []
    for name, index in _STEP.findall(place):
        part = next((one for one in _named(parts) if one.name == name), None)
        if part is None:
            return place
        if isinstance(part, Field):
            words.append(say(part.label, {}, language))
            parts = ()
        elif isinstance(part, Rows) and index.isdecimal():
            words.append(say(part.row_title, {"number": str(int(index) + 1)}, language))
            parts = part.parts
        else:
            words.append(say(part.title, {}, language) + (f" {index}" if index else ""))
            parts = part.parts
    return " › ".join(words)


def _named(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, Group) and not part.name:
            yield from _named(part.parts)
        else:
            yield part
