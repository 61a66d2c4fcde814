"""A question of the guided questionnaire: one fact that is still needed, and where it belongs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.assessment.material import COUNTRY_FACTS, FLAG_FACTS, VALUE_BASES
from certorigin.assessment.trade import (
    BUSINESS,
    CERTIFICATE,
    DECLARATION,
    FLAGS,
    LOT_FLAGS,
    NATURAL_PERSON,
    STATES,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """The shape of an answer."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    COUNTRY = "country"
    TARIFF_CODE = "tariff_code"
    MONEY = "money"
    DECIMAL = "decimal"
    DAY = "day"
    CATEGORY = "category"
    OPERATIONS = "operations"
    MATERIALS = "materials"
    CERTIFICATE = "certificate"
    EXPERT_ACT = "expert_act"
    RATE = "rate"


@dataclass(frozen=True)
class Question:
    """What is asked: the place of the answer in the worksheet, its shape, and why it matters.

    `stage` orders questions: those of one stage are asked together. With `may_pass` the person can
    say that there is no such thing, or that it is not known.
    """

    place: str
    kind: Kind
    code: str
    clause: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    stage: int = 0
    may_pass: bool = True

    def to_data(self) -> dict[str, Any]:
        """Write the question for machines."""
        return {
            "place": self.place,
            "kind": str(self.kind),
            "code": self.code,
            "clause": self.clause,
            "facts": dict(self.facts),
            "options": list(self.options),
            "mayPass": self.may_pass,
        }


@dataclass(frozen=True)
class _Asked:
    kind: Kind
    code: str
    stage: int
    clause: str = ""
    options: tuple[str, ...] = ()


_COUNTRY_CODES = {
    "bornIn": "ask.born_in",
    "chartererCountry": "ask.charterer",
    "collectedIn": "ask.collected_in",
    "craftCountry": "ask.craft",
    "exclusiveRightsOf": "ask.exclusive_rights",
    "extractedIn": "ask.extracted_in",
    "gatheredIn": "ask.gathered_in",
    "grownIn": "ask.grown_in",
    "obtainedIn": "ask.obtained_in",
    "raisedIn": "ask.raised_in",
    "takenIn": "ask.taken_in",
    "vesselCountry": "ask.vessel",
}
_FLAG_CODES = {
    "onlyForRawMaterial": "ask.only_for_raw_material",
    "onlyFromSeaProducts": "ask.only_from_sea_products",
}
_TRADE_CODES = {
    "exportedFrom": ("ask.exported_from", "5.1 а"),
    "importedInto": ("ask.imported_into", "5.1 а"),
    "sellerResidentOf": ("ask.seller", "5.1 а"),
    "buyerResidentOf": ("ask.buyer", "5.1 а"),
    "ownerResidentOf": ("ask.owner", "5.1 б"),
    "personResidentOf": ("ask.person", "5.1 в"),
    "leavesParties": ("ask.leaves_parties", "5.1 г"),
    "customsControlDocumented": ("ask.customs_control", "5.1 г"),
    "unaltered": ("ask.unaltered", "5.1 г"),
}
_LOT_CODES = {
    "noticeGiven": "ask.lots_notice",
    "specificationGiven": "ask.lots_specification",
    "mistakeDocumented": "ask.lots_mistake",
    "oneCountry": "ask.lots_one_country",
    "oneExporter": "ask.lots_one_exporter",
    "oneCustomsOffice": "ask.lots_one_office",
}

# What each member is asked by. The key is its place with `/`, without numbers and item.
_ASKED: dict[str, _Asked] = {
    "agreement": _Asked(Kind.CHOICE, "ask.agreement", 1),
    "productionCountry": _Asked(Kind.COUNTRY, "ask.production_country", 0),
    "tariffCode": _Asked(Kind.TARIFF_CODE, "ask.tariff_code", 0, "2.4"),
    "whollyObtained": _Asked(Kind.CATEGORY, "ask.wholly_obtained", 10, "2.2"),
    "whollyObtained/category": _Asked(Kind.CATEGORY, "ask.wholly_obtained", 10, "2.2"),
    "withinNamedPart": _Asked(Kind.YES_NO, "ask.within_named_part", 20, "2.4"),
    "namedPart": _Asked(Kind.CHOICE, "ask.named_part", 21, "2.4"),
    "materials": _Asked(Kind.MATERIALS, "ask.materials", 30, "2.4"),
    "materials/tariffCode": _Asked(Kind.TARIFF_CODE, "ask.material_code", 31, "2.4 а"),
    "materials/whollyObtained": _Asked(Kind.YES_NO, "ask.material_wholly", 31, "2.2 л"),
    "operations": _Asked(Kind.OPERATIONS, "ask.operations", 40, "3.1"),
    "operations[]": _Asked(Kind.YES_NO, "ask.operation", 41, "2.4"),
    "attested[]": _Asked(Kind.YES_NO, "ask.attested", 42, "2.4"),
    "exWorksPrice": _Asked(Kind.MONEY, "ask.ex_works_price", 50, "2.4 в"),
    "freeOnBoardPrice": _Asked(Kind.MONEY, "ask.free_on_board_price", 50),
    "materials/value": _Asked(Kind.MONEY, "ask.material_value", 50, "2.4 в"),
    "elements/value": _Asked(Kind.MONEY, "ask.element_value", 50, "4.6"),
    "materials/valueBasis": _Asked(Kind.CHOICE, "ask.value_basis", 50, "2.4 в", VALUE_BASES),
    "netWeight": _Asked(Kind.DECIMAL, "ask.net_weight", 50),
    "materials/netWeight": _Asked(Kind.DECIMAL, "ask.material_net_weight", 50),
    "rates[]": _Asked(Kind.RATE, "ask.rate", 51, "2.4 в"),
    "materials/certificate": _Asked(Kind.CERTIFICATE, "ask.certificate", 60, "2.3"),
    "elements/certificate": _Asked(Kind.CERTIFICATE, "ask.element_certificate", 60, "2.3"),
    "expertAct": _Asked(Kind.EXPERT_ACT, "ask.expert_act", 61, "2.6"),
    "expertAct/confirmsNecessaryComponents": _Asked(Kind.YES_NO, "ask.expert_confirms", 61, "2.6"),
    "lots/declarationAccepted": _Asked(Kind.DAY, "ask.lots_accepted", 70, "4.2"),
    "lots/lastLot": _Asked(Kind.DAY, "ask.lots_last", 70, "4.2"),
    "trade/carriedBy": _Asked(
        Kind.CHOICE, "ask.carried_by", 80, "5.1 в", (BUSINESS, NATURAL_PERSON)
    ),
    "trade/document": _Asked(Kind.CHOICE, "ask.document", 81, "5.1 е", (CERTIFICATE, DECLARATION)),
    "trade/consignmentValue": _Asked(Kind.MONEY, "ask.consignment_value", 81, "6.2"),
}
_ASKED |= {
    f"whollyObtained/{name}": _Asked(Kind.COUNTRY, _COUNTRY_CODES[name], 11, "2.2")
    for name in COUNTRY_FACTS
}
_ASKED |= {
    f"whollyObtained/{name}": _Asked(Kind.YES_NO, _FLAG_CODES[name], 11, "2.2")
    for name in FLAG_FACTS
}
_ASKED |= {
    f"trade/{name}": _Asked(Kind.COUNTRY, _TRADE_CODES[name][0], 80, _TRADE_CODES[name][1])
    for name in STATES.values()
}
_ASKED |= {
    f"trade/{name}": _Asked(Kind.YES_NO, _TRADE_CODES[name][0], 80, _TRADE_CODES[name][1])
    for name in FLAGS.values()
}
_ASKED |= {
    f"lots/{name}": _Asked(Kind.YES_NO, _LOT_CODES[name], 70, "4.2") for name in LOT_FLAGS.values()
}

_ITEM = re.compile(r"items\[(\d{1,4})\]\.")
_PRODUCTION = re.compile(r"elements\[\d{1,5}\]\.production\.")
_NUMBER = re.compile(r"(materials|elements)\[(\d{1,5})\]")
_NAMED = re.compile(r"(operations|attested|rates)\[([A-Za-z0-9_./-]{1,80})\]")
_START = frozenset(["agreement", "productionCountry", "tariffCode"])


def question_at(place: str) -> Question | None:
    """Return the question whose answer belongs at a place; None where nobody can be asked."""
    facts: dict[str, str] = {}
    rest = place
    item = _ITEM.match(rest)
    if item:
        facts["item"] = str(int(item[1]) + 1)
        rest = _PRODUCTION.sub("", rest[item.end() :])
    numbered = _NUMBER.search(rest)
    if numbered:
        facts["number"] = str(int(numbered[2]) + 1)
        rest = rest.replace(numbered[0], numbered[1])
    named = _NAMED.fullmatch(rest)
    if named:
        facts["what"] = named[2]
        rest = f"{named[1]}[]"
    elif rest.endswith("[]"):  # a name is missing between the brackets
        return None
    rest = rest.replace(".", "/")
    asked = _ASKED.get(rest)
    if asked is None or bool(item) is _stands_alone(rest):
        return None
    if asked.kind is Kind.RATE:
        source, _, target = facts["what"].partition("/")
        if not source or not target:
            return None
        facts |= {"from": source, "to": target}
    return Question(
        place=place,
        kind=asked.kind,
        code=asked.code,
        clause=asked.clause,
        facts=facts,
        options=asked.options,
        stage=asked.stage,
        may_pass=rest not in _START,
    )


def _stands_alone(name: str) -> bool:
    """Say whether a member belongs to the whole worksheet, not to an item."""
    whole = ("trade/", "rates[")
    return name in {"agreement", "productionCountry"} or name.startswith(whole)
