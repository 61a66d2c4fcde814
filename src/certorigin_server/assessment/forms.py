"""What the assessing officer's desk asks for: the facts of production, item by item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.assessment.agreement import get_agreement
from certorigin.terminal.sentences import say
from certorigin_server.application.forms import CURRENCIES, STATES
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
    from collections.abc import Callable, Iterable, Iterator

    from certorigin_server.desk.layout import Layout, Part

_YES, _NO = "yes", "no"
_STEP = re.compile(r"([^.\[\]]+)(?:\[([^\]]*)\])?")
# Whose categories and operations are offered; other codes may be typed, the rules judge them.
_AGREEMENT = "CIS-2009"


def _yes_or_no() -> list[Option]:
    return [Option(_YES, code="web.fact_yes"), Option(_NO, code="web.fact_no")]


@dataclass(frozen=True, kw_only=True)
class YesNo(Choice):
    """A fact that is so, is not so, or is not known: three states, so no box to tick."""

    width: str = "medium"
    options: Callable[[], Iterable[Option]] = _yes_or_no

    def read(self, text: str, language: str) -> object:
        """Turn yes and no into the member's value; nothing chosen leaves the fact out."""
        del language
        return {_YES: True, _NO: False}.get(text, text)

    def shown(self, value: object, language: str) -> str:
        """Choose what the document says."""
        del language
        if isinstance(value, bool):
            return _YES if value else _NO
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Codes(LongText):
    """A list of codes, one a line."""

    lines: int = 4

    def read(self, text: str, language: str) -> object:
        """Turn lines into the member's list."""
        del language
        return [line.strip() for line in text.replace(",", "\n").split("\n") if line.strip()]

    def shown(self, value: object, language: str) -> str:
        """Write one code a line."""
        del language
        return "\n".join(str(code) for code in value) if isinstance(value, list) else str(value)


def operations() -> list[str]:
    """Return the codes of operations that the rules know, those that never suffice last."""
    known = get_agreement(_AGREEMENT).operations
    return sorted(known, key=lambda code: (code.startswith("minimal."), code))


def _categories() -> list[Option]:
    clauses = get_agreement(_AGREEMENT).categories
    return [Option(code, f"{clauses[code].clause}: {code}") for code in clauses]


def _money(name: str, title: str, clause: str) -> Group:
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


def _state(name: str, label: str) -> Field:
    return Field(name=name, label=label, width="short", offer=STATES)


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
        _state("issuingCountry", "web.issued_in"),
    ),
)
_MATERIAL = (
    Field(name="description", label="web.material_description"),
    Group(
        inline=True,
        parts=(
            Field(name="tariffCode", label="web.tariff_code", width="short"),
            _state("originCountry", "web.material_origin"),
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
    _money("value", "web.value", "Rules 2.4"),
    _CERTIFICATE,
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
        Choice(name="category", label="web.wholly_category", options=_categories),
        _state("grownIn", "web.wholly_grown"),
        _state("gatheredIn", "web.wholly_gathered"),
        _state("extractedIn", "web.wholly_extracted"),
        _state("bornIn", "web.wholly_born"),
        _state("raisedIn", "web.wholly_raised"),
        _state("obtainedIn", "web.wholly_obtained_in"),
        _state("takenIn", "web.wholly_taken"),
        _state("collectedIn", "web.wholly_collected"),
        _state("vesselCountry", "web.wholly_vessel"),
        _state("chartererCountry", "web.wholly_charterer"),
        _state("craftCountry", "web.wholly_craft"),
        _state("exclusiveRightsOf", "web.wholly_rights"),
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
_ITEM = (
    Field(name="tariffCode", label="web.tariff_code", clause="Rules 2.4", width="medium"),
    Field(name="description", label="web.item_description"),
    _money("exWorksPrice", "web.ex_works_price", "Rules 2.4"),
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
    Codes(
        name="operations", label="web.operations", help="web.operations_help", clause="Rules 3.1"
    ),
    Group(
        title="web.item_more",
        folded=True,
        parts=(
            Codes(name="operationsNotApplicable", label="web.operations_not_applicable", lines=2),
            Codes(name="attested", label="web.facts_attested", lines=2),
            Codes(name="refuted", label="web.facts_refuted", lines=2),
            YesNo(name="withinNamedPart", label="web.within_named_part"),
            Field(name="namedPart", label="web.named_part", width="medium"),
        ),
    ),
    _WHOLLY,
    _EXPERT_ACT,
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
