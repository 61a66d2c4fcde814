"""The decision as a document: what was decided for each item, why, and which form can be issued."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.assessment.preference import PreferenceCondition
from certorigin.assessment.step import Outcome, Step, any_met
from certorigin.errors import MalformedError
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from datetime import date

FORMAT = "certorigin-assessment/v1"
# What can be issued: the agreement's own form by its name, the general one, or not known.
GENERAL, OPEN = "general", "undetermined"

_SEQUENCE = re.compile(r"[1-9]\d{0,6}")
_FORM = re.compile(r"[A-Za-z0-9-]{2,20}")


class Decision(StrEnum):
    """Whether the goods originate in the producing country."""

    ORIGINATING = "originating"
    NOT_ORIGINATING = "not_originating"
    UNDETERMINED = "undetermined"


DECISIONS = {
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
    form: str = OPEN
    general: Step | None = None

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
            form=record.text("form", pattern=_FORM) if record.has("form") else OPEN,
            general=record.part_or_none("general", Step.from_record),
        )
        decided = DECISIONS[any_met(step.outcome for step in item.steps)]
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
            "form": self.form,
        }
        data |= {"criterion": str(self.criterion)} if self.criterion else {}
        return data | ({"general": self.general.to_data()} if self.general else {})


@dataclass(frozen=True)
class Assessment:
    """The decisions about all items of a worksheet, under an edition of an agreement, on a day."""

    agreement: str
    edition: date
    production_country: str
    at: date
    items: tuple[ItemDecision, ...]
    conditions: tuple[PreferenceCondition, ...] = ()

    @property
    def form(self) -> str:
        """The form for all items together: not known goes before general, general before its own.

        Goods of one consignment may need two certificates; each item says which one it can have.
        """
        forms = [item.form for item in self.items]
        return next((form for form in (OPEN, GENERAL) if form in forms), forms[0])

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
            conditions=record.parts("preference_conditions", PreferenceCondition.from_record),
        )
        stated = record.choice("outcome", tuple(Decision))
        if not assessment.items or stated != assessment.decision:
            raise MalformedError("assessment.contradiction", place=record.at("outcome"))
        if record.has("form") and record.text("form") != assessment.form:
            raise MalformedError("assessment.contradiction", place=record.at("form"))
        for index, item in enumerate(assessment.items):
            if item.form != form_for(item, assessment.conditions, name=item.form):
                place = f"{record.at('items')}[{index}].form"
                raise MalformedError("assessment.contradiction", place=place)
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
            "preference_conditions": [one.to_data() for one in self.conditions],
            "form": self.form,
        }


def form_for(item: ItemDecision, conditions: tuple[PreferenceCondition, ...], *, name: str) -> str:
    """Return the form that an item can have; `name` is that of the agreement (R43; note to 5.1)."""
    if not any(condition.stops for condition in conditions):
        if item.decision is Decision.ORIGINATING:
            known = conditions and not any(condition.is_open for condition in conditions)
            return name if known and name not in {GENERAL, OPEN} else OPEN
        if item.decision is Decision.UNDETERMINED:
            return OPEN
    general = item.general is not None and item.general.outcome is Outcome.MET
    return GENERAL if general else OPEN


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
