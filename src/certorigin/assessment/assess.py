"""Whether goods originate: every criterion tried in turn, with figures, clause and what it lacked.

Origin and the conditions of preference (Rules 5.1) are two questions; here only the first is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.assessment.case import Case, make_case
from certorigin.assessment.hints import find_hints
from certorigin.assessment.processing import try_cumulation, try_processing
from certorigin.assessment.step import Outcome, Step, any_met
from certorigin.assessment.wholly import try_wholly_obtained
from certorigin.errors import MalformedError
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.criterion import (
    CUMULATED,
    SUFFICIENTLY_PROCESSED,
    WHOLLY_OBTAINED,
    Criterion,
)
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from certorigin.assessment.agreement import Agreement
    from certorigin.assessment.worksheet import Worksheet
    from certorigin.vocabulary.bodies import CertificateReference

FORMAT = "certorigin-assessment/v1"
_SEQUENCE = re.compile(r"[1-9]\d{0,6}")


class Decision(StrEnum):
    """Whether the goods originate in the producing country."""

    ORIGINATING = "originating"
    NOT_ORIGINATING = "not_originating"
    UNDETERMINED = "undetermined"


_DECISIONS = {
    Outcome.MET: Decision.ORIGINATING,
    Outcome.NOT_MET: Decision.NOT_ORIGINATING,
    Outcome.UNDETERMINED: Decision.UNDETERMINED,
}


@dataclass(frozen=True)
class ItemDecision:
    """The decision about one item, its criterion for box 9, and every rule that was tried."""

    sequence: int
    tariff_code: TariffCode
    decision: Decision
    criterion: Criterion | None
    steps: tuple[Step, ...]
    hints: tuple[Finding, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts and rules whose lack kept the item undetermined."""
        if self.decision is not Decision.UNDETERMINED:
            return ()
        names = [name for step in self.steps for name in step.all_missing()]
        return tuple(dict.fromkeys(names))

    @classmethod
    def from_record(cls, record: Record) -> ItemDecision:
        """Read a decision. Raises MalformedError, also when its parts contradict each other."""
        criterion = record.text_or("criterion")
        place = record.at("criterion")
        missing = record.texts("missing")
        item = cls(
            sequence=int(record.text("sequence", pattern=_SEQUENCE)),
            tariff_code=TariffCode.from_text(
                record.text("tariffCode"), place=record.at("tariffCode")
            ),
            decision=Decision(record.choice("outcome", tuple(Decision))),
            criterion=Criterion.from_text(criterion, place=place) if criterion else None,
            steps=record.parts("rules", Step.from_record),
            hints=record.parts("hints", _hint_from_record),
        )
        decided = _DECISIONS[any_met(step.outcome for step in item.steps)]
        originating = item.decision is Decision.ORIGINATING
        if item.decision is not decided or originating is (item.criterion is None):
            raise MalformedError("assessment.contradiction", place=record.at("outcome"))
        if item.missing != missing:
            raise MalformedError("assessment.contradiction", place=record.at("missing"))
        return item

    def to_data(self) -> dict[str, Any]:
        """Write the decision; the inverse of reading."""
        data: dict[str, Any] = {
            "sequence": str(self.sequence),
            "tariffCode": str(self.tariff_code),
            "outcome": str(self.decision),
            "rules": [step.to_data() for step in self.steps],
            "missing": list(self.missing),
            "hints": [hint.to_data() for hint in self.hints],
        }
        return data | ({"criterion": str(self.criterion)} if self.criterion else {})


@dataclass(frozen=True)
class Assessment:
    """The decisions about all items of a worksheet, under an edition of an agreement, on a day."""

    agreement: str
    edition: date
    production_country: str
    at: date
    items: tuple[ItemDecision, ...]

    @property
    def decision(self) -> Decision:
        """The worst of the items: one that does not originate goes before one undetermined."""
        found = {item.decision for item in self.items}
        for decision in (Decision.NOT_ORIGINATING, Decision.UNDETERMINED):
            if decision in found:
                return decision
        return Decision.ORIGINATING

    @classmethod
    def from_record(cls, record: Record) -> Assessment:
        """Read an assessment. Raises MalformedError."""
        record.choice("format", (FORMAT,))
        country = record.text("productionCountry")
        assessment = cls(
            agreement=record.text("agreement"),
            edition=record.day("edition"),
            production_country=country_from_text(country, place=record.at("productionCountry")),
            at=record.day("at"),
            items=record.parts("items", ItemDecision.from_record),
        )
        stated = record.choice("outcome", tuple(Decision))
        if not assessment.items or stated != assessment.decision:
            raise MalformedError("assessment.contradiction", place=record.at("outcome"))
        return assessment

    @classmethod
    def from_data(cls, data: object) -> Assessment:
        """Read a whole document to its last member. Raises MalformedError."""
        record = Record(data)
        assessment = cls.from_record(record)
        record.finish()
        return assessment

    def to_data(self) -> dict[str, Any]:
        """Write the assessment; the inverse of reading."""
        return {
            "format": FORMAT,
            "agreement": self.agreement,
            "edition": self.edition.isoformat(),
            "productionCountry": self.production_country,
            "at": self.at.isoformat(),
            "outcome": str(self.decision),
            "items": [item.to_data() for item in self.items],
        }


def assess(
    worksheet: Worksheet,
    *,
    agreement: Agreement,
    at: date,
    verified: Mapping[CertificateReference, bool] | None = None,
) -> Assessment:
    """Decide the origin of every item of a worksheet by an agreement's rules on a day.

    `verified` says of the certificates for materials whether their standing was found good; one
    that is not in it leaves its material open (R39). Raises MalformedError when the worksheet was
    made for another agreement, or for production in a state that is not a party to it.
    """
    if worksheet.agreement != agreement.name:
        raise MalformedError(
            "assessment.other_agreement", place="agreement", value=worksheet.agreement
        )
    if worksheet.production_country not in agreement.parties:
        raise MalformedError(
            "assessment.not_a_party", place="productionCountry", value=worksheet.production_country
        )

    def case_of(index: int, *, trust_parties: bool) -> Case:
        return make_case(
            worksheet.items[index],
            place=f"items[{index}]",
            country=worksheet.production_country,
            parties=agreement.parties,
            form=agreement.certificate_form,
            rates=worksheet.rates,
            verified=verified or {},
            trust_parties=trust_parties,
        ).under(agreement.counting)

    items = []
    for index in range(len(worksheet.items)):
        case, helps = case_of(index, trust_parties=False), False
        decided = _decide(case, agreement, at)
        if decided.criterion is None and any(one.without_certificate for one in case.ingredients):
            supposed = _decide(case_of(index, trust_parties=True), agreement, at)
            helps = supposed.criterion is not None
        items.append(replace(decided, hints=find_hints(decided.steps, case, helps=helps)))
    return Assessment(
        agreement=agreement.name,
        edition=agreement.edition,
        production_country=worksheet.production_country,
        at=at,
        items=tuple(items),
    )


def _decide(case: Case, agreement: Agreement, at: date) -> ItemDecision:
    """Try wholly obtained, cumulation and sufficient processing; the first that is met is cited."""
    steps = (
        try_wholly_obtained(case, agreement),
        try_cumulation(case, agreement),
        try_processing(case, agreement, at=at),
    )
    criteria = (
        Criterion(WHOLLY_OBTAINED),
        Criterion(CUMULATED),
        Criterion(SUFFICIENTLY_PROCESSED, case.product.heading),
    )
    met = [
        criterion
        for criterion, step in zip(criteria, steps, strict=True)
        if step.outcome is Outcome.MET
    ]
    return ItemDecision(
        sequence=case.item.sequence,
        tariff_code=case.product,
        decision=_DECISIONS[any_met(step.outcome for step in steps)],
        criterion=met[0] if met else None,
        steps=steps,
    )


def _hint_from_record(record: Record) -> Finding:
    facts = record.value("facts")
    if not isinstance(facts, dict) or not all(isinstance(fact, str) for fact in facts.values()):
        raise MalformedError("record.not_an_object", place=record.at("facts"))
    return Finding(
        code=record.text("code"),
        place=record.text("place"),
        grade=Grade(record.choice("grade", tuple(Grade))),
        clause=record.text("clause"),
        facts=facts,
    )
