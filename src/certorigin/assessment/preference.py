"""The conditions of preference (Rules 5.1): a question of their own, asked of the consignment.

Goods that fail one of them originate all the same; they get a certificate of general form (R43).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from certorigin.assessment.exact import exact, exact_text, money_text
from certorigin.assessment.step import Outcome, all_met, figures_of
from certorigin.assessment.trade import DECLARATION, NATURAL_PERSON, Trade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin.assessment.agreement import Agreement
    from certorigin.assessment.worksheet import Rate
    from certorigin.vocabulary.record import Record

CRITERIA, DOCUMENT = "criteria_met", "document_given"
_TRADE, _USD = "trade", "USD"


@dataclass(frozen=True)
class PreferenceCondition:
    """A condition of 5.1: whether it holds, what it asks, and what it still lacks."""

    code: str
    outcome: Outcome
    clause: str
    asked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_deferred(self) -> bool:
        """Whether the Rules let the fact follow after issue (8.5, 8.6)."""
        return "later" in self.figures

    @property
    def stops(self) -> bool:
        """Whether it bars the agreement's own form: one of 5.1 а to г that fails."""
        return self.outcome is Outcome.NOT_MET and self.code not in {CRITERIA, DOCUMENT}

    @property
    def is_open(self) -> bool:
        """Whether the form still waits for a fact about this condition."""
        waits = self.outcome is Outcome.UNDETERMINED and not self.is_deferred
        return waits and self.code not in {CRITERIA, DOCUMENT}

    @classmethod
    def from_record(cls, record: Record) -> PreferenceCondition:
        """Read a condition. Raises MalformedError."""
        return cls(
            code=record.text("code"),
            outcome=Outcome(record.choice("held", tuple(Outcome))),
            clause=record.text("clause"),
            asked=record.texts("asked"),
            missing=record.texts("missing"),
            figures=figures_of(record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the condition; the inverse of reading."""
        return {
            "code": self.code,
            "held": str(self.outcome),
            "clause": self.clause,
            "figures": dict(self.figures),
            "asked": list(self.asked),
            "missing": list(self.missing),
        }


def find_conditions(
    trade: Trade | None, *, criteria: Outcome, agreement: Agreement, rates: tuple[Rate, ...]
) -> tuple[PreferenceCondition, ...]:
    """Answer every condition of 5.1. `criteria`: whether the goods meet theirs (5.1 д)."""
    facts = trade or Trade()
    return (
        _contract(facts, agreement.parties),
        _resident(
            "owner_is_resident", "5.1 б", "ownerResidentOf", facts.owner_resident_of, agreement
        ),
        _person(facts, agreement),
        _territory(facts),
        PreferenceCondition(CRITERIA, criteria, "5.1 д"),
        _document(facts, agreement, rates),
    )


def _contract(trade: Trade, parties: frozenset[str]) -> PreferenceCondition:
    """5.1 а. A natural person who carries goods of his own has no contract: 5.1 в speaks of him."""
    code, clause = "contract_between_parties", "5.1 а"
    ways = {"exportedFrom": trade.exported_from, "importedInto": trade.imported_into}
    sides = {
        "sellerResidentOf": trade.seller_resident_of,
        "buyerResidentOf": trade.buyer_resident_of,
    }
    figures = {}
    if trade.carried_by == NATURAL_PERSON and sides == dict.fromkeys(sides):
        sides, figures = {}, {"applies": "5.1 в"}
    outcome = all_met((_two_parties(ways, parties), _two_parties(sides, parties)))
    missing = _unstated(ways | sides)
    if trade.contract_later and outcome is not Outcome.NOT_MET and missing:
        figures = {"later": trade.contract_later}
    return PreferenceCondition(code, outcome, clause, _places(ways | sides), missing, figures)


def _two_parties(named: dict[str, str | None], parties: frozenset[str]) -> Outcome:
    """Two states that must be parties and not the same; none asked is met."""
    stated = [state for state in named.values() if state is not None]
    if any(state not in parties for state in stated) or len(set(stated)) < len(stated):
        return Outcome.NOT_MET
    return Outcome.MET if len(stated) == len(named) else Outcome.UNDETERMINED


def _resident(
    code: str, clause: str, member: str, state: str | None, agreement: Agreement
) -> PreferenceCondition:
    asked = _places({member: state})
    if state is None:
        return PreferenceCondition(code, Outcome.UNDETERMINED, clause, asked, asked)
    outcome = Outcome.MET if state in agreement.parties else Outcome.NOT_MET
    return PreferenceCondition(code, outcome, clause, asked, (), {"country": state})


def _person(trade: Trade, agreement: Agreement) -> PreferenceCondition:
    """5.1 в applies only to goods that a natural person carries."""
    code, clause = "carried_by_resident", "5.1 в"
    if not trade.carried_by:
        asked = ("trade.carriedBy",)
        return PreferenceCondition(code, Outcome.UNDETERMINED, clause, asked, asked)
    if trade.carried_by == NATURAL_PERSON:
        return _resident(code, clause, "personResidentOf", trade.person_resident_of, agreement)
    return PreferenceCondition(
        code, Outcome.MET, clause, ("trade.carriedBy",), (), {"applies": "no"}
    )


def _territory(trade: Trade) -> PreferenceCondition:
    """5.1 г: never outside the parties, or only under customs control and unaltered."""
    code, clause = "territory_not_left", "5.1 г"
    leaves = {"leavesParties": trade.leaves_parties}
    if trade.leaves_parties is False:
        return PreferenceCondition(code, Outcome.MET, clause, _places(leaves))
    facts = {
        "customsControlDocumented": trade.customs_control_documented,
        "unaltered": trade.unaltered,
    }
    if trade.leaves_parties is None:
        missing = _places(leaves)
        return PreferenceCondition(
            code, Outcome.UNDETERMINED, clause, _places(leaves | facts), missing
        )
    missing = _unstated(facts)
    outcome = Outcome.UNDETERMINED if missing else Outcome.MET
    if False in facts.values():
        outcome, missing = Outcome.NOT_MET, ()
    return PreferenceCondition(code, outcome, clause, _places(leaves | facts), missing)


def _document(trade: Trade, agreement: Agreement, rates: tuple[Rate, ...]) -> PreferenceCondition:
    """5.1 е: a certificate, or for little value a declaration of origin (6.2)."""
    asked = _places({"document": trade.document, "consignmentValue": trade.consignment_value})
    limit = agreement.declaration_limit
    figures = {"limit_value": exact_text(limit), "currency": _USD}
    value = _in_dollars(trade, rates)
    if value is not None:
        figures |= {"value": money_text(value)}
        figures["declaration_enough"] = "yes" if value <= limit else "no"
    if not trade.document:
        return PreferenceCondition(
            DOCUMENT, Outcome.UNDETERMINED, "5.1 е", asked, asked[:1], figures
        )
    if trade.document != DECLARATION:
        return PreferenceCondition(DOCUMENT, Outcome.MET, "5.1 е", asked, (), figures)
    if value is None:
        lacks = asked[1] if trade.consignment_value is None else f"rates[/{_USD}]"
        return PreferenceCondition(DOCUMENT, Outcome.UNDETERMINED, "6.2", asked, (lacks,), figures)
    outcome = Outcome.MET if value <= limit else Outcome.NOT_MET
    return PreferenceCondition(DOCUMENT, outcome, "6.2", asked, (), figures)


def _in_dollars(trade: Trade, rates: tuple[Rate, ...]) -> Fraction | None:
    """The value in dollars, by a rate of the worksheet (6.2: of the day of the declaration)."""
    money = trade.consignment_value
    if money is None:
        return None
    if money.currency == _USD:
        return exact(money.amount)
    for rate in rates:
        factor = exact(rate.rate) / exact(rate.per)
        if (rate.source_currency, rate.target_currency) == (money.currency, _USD):
            return exact(money.amount) * factor
        if (rate.target_currency, rate.source_currency) == (money.currency, _USD):
            return exact(money.amount) / factor
    return None


def _places(named: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(f"{_TRADE}.{member}" for member in named)


def _unstated(named: Mapping[str, object]) -> tuple[str, ...]:
    return _places({member: value for member, value in named.items() if value is None})
