"""Whether goods originate by the rule sets of an agreement, and by which rule.

What the file does not hold is not decided here: the agreement's list of insufficient operations,
its general tolerance, its cumulation, direct transport. A hint says so.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Decision
from certorigin.assessment.case import Case, Weight, make_case
from certorigin.assessment.rule import AllOf, AnyOf, Rule, Unreadable
from certorigin.assessment.rule_sets.rule_set import Reading, RuleSet, RuleSets
from certorigin.assessment.rule_sets.rules import EveryReading, RuleSetCase
from certorigin.assessment.step import Outcome, Step, any_met
from certorigin.assessment.wholly import try_wholly_obtained
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from certorigin.assessment.worksheet import ItemWorksheet, Worksheet

FORMAT = "certorigin-rule-set-decision/v1"
WHOLLY, SPECIFIC = "WO", "PSR"

# Categories of "wholly obtained" that every agreement knows alike; the others (ships, sea-bed,
# waste, space) depend on definitions that a file of rule sets does not hold.
_COMMON = frozenset(
    ("natural_resources", "plants", "live_animals", "animal_products", "hunting_and_fishing")
)
_DECISIONS = {
    Outcome.MET: Decision.ORIGINATING,
    Outcome.NOT_MET: Decision.NOT_ORIGINATING,
    Outcome.UNDETERMINED: Decision.UNDETERMINED,
}


@dataclass(frozen=True)
class RuleSetDecision:
    """The decision about one item: its criterion, every rule tried, the sets that cover it."""

    sequence: int
    tariff_code: TariffCode
    decision: Decision
    criterion: str
    steps: tuple[Step, ...]
    sets: tuple[RuleSet, ...]
    hints: tuple[Finding, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts and rules whose lack kept the item undetermined."""
        if self.decision is not Decision.UNDETERMINED:
            return ()
        return tuple(dict.fromkeys(name for step in self.steps for name in step.all_missing()))

    def to_data(self) -> dict[str, Any]:
        """Write the decision in the shape of an item of an assessment."""
        data: dict[str, Any] = {
            "sequence": str(self.sequence),
            "tariffCode": str(self.tariff_code),
            "outcome": str(self.decision),
            "rules": [step.to_data() for step in self.steps],
            "missing": list(self.missing),
            "hints": [hint.to_data() for hint in self.hints],
            "ruleSets": [
                {"name": one.name, "heading": one.heading, "subdivision": one.subdivision.strip()}
                for one in self.sets
            ],
        }
        return data | ({"criterion": self.criterion} if self.criterion else {})


def decide(
    rule_sets: RuleSets, worksheet: Worksheet, *, code: TariffCode | None = None
) -> tuple[RuleSetDecision, ...]:
    """Decide every item of a worksheet by an agreement's rule sets.

    With `code`, the items are examined as goods of that code. Materials of other countries than
    that of production count as foreign: who cumulates with whom a file of rule sets does not say.
    """
    return tuple(
        _decide_item(rule_sets, worksheet, index, code) for index in range(len(worksheet.items))
    )


def _decide_item(
    rule_sets: RuleSets, worksheet: Worksheet, index: int, code: TariffCode | None
) -> RuleSetDecision:
    item = worksheet.items[index]
    if code is not None and not item.tariff_code.is_within(code.digits):
        item = replace(item, tariff_code=code)
    case = _case_of(worksheet, item, index)
    sets = rule_sets.sets_for(item.tariff_code) if len(item.tariff_code.digits) >= 6 else ()
    steps = (_try_wholly(case), _try_sets(case, rule_sets, sets))
    met = [
        name
        for name, step in zip((WHOLLY, SPECIFIC), steps, strict=True)
        if step.outcome is Outcome.MET
    ]
    note = Finding(
        "agreement.general_provisions", case.place, Grade.NOTE, "", {"agreement": rule_sets.name}
    )
    return RuleSetDecision(
        sequence=item.sequence,
        tariff_code=item.tariff_code,
        decision=_DECISIONS[any_met(step.outcome for step in steps)],
        criterion=met[0] if met else "",
        steps=steps,
        sets=sets,
        hints=(note,),
    )


def _case_of(worksheet: Worksheet, item: ItemWorksheet, index: int) -> RuleSetCase:
    def made(priced: ItemWorksheet) -> Case:
        return make_case(
            priced,
            place=f"items[{index}]",
            country=worksheet.production_country,
            parties=frozenset({worksheet.production_country}),
            form="",
            rates=worksheet.rates,
            verified={},
        )

    on_board = item.free_on_board_price
    whole = made(item)
    return RuleSetCase(
        **{one.name: getattr(whole, one.name) for one in fields(whole)},
        on_board=made(replace(item, ex_works_price=on_board)) if on_board else None,
    )


def _try_wholly(case: Case) -> Step:
    """Decide a claim of "wholly obtained"; beside foreign materials it is not believed unseen."""
    step = try_wholly_obtained(case, get_agreement("CIS-2009"))
    step = replace(step, clause="")
    claim = case.item.wholly_obtained
    if claim is None or step.outcome is not Outcome.MET:
        return step
    foreign = [str(one.number) for one in case.ingredients if one.weight is not Weight.ORIGINATING]
    if claim.category in _COMMON and not foreign:
        return step
    place = "materials" if foreign else "whollyObtained.category"
    missing = (*step.missing, f"{case.place}.{place}")
    return replace(step, outcome=Outcome.UNDETERMINED, missing=missing)


def _try_sets(case: Case, rule_sets: RuleSets, sets: tuple[RuleSet, ...]) -> Step:
    """Apply the sets that cover the code: the one that is named, or all when they agree."""
    undetermined = Outcome.UNDETERMINED
    named = [one for one in sets if one.name == case.item.named_part]
    if len(case.product.digits) < 6:
        return Step("rule_sets", undetermined, missing=(f"{case.place}.tariffCode",))
    if not sets:
        missing = (f"agreement:{rule_sets.name}/{case.product.digits[:6]}",)
        return Step("rule_sets", undetermined, missing=missing)
    if not case.item.materials:
        return Step("rule_sets", undetermined, missing=(f"{case.place}.materials",))
    if not _is_beyond_minimal(case):
        return Step("rule_sets", undetermined, missing=(f"{case.place}.operations",))
    tried = named or list(sets)
    parts = tuple(_try_set(case, rule_sets, one) for one in tried)
    found = {part.outcome for part in parts}
    if len(found) > 1 or (all(one.is_part for one in tried) and not named):
        names = {"sets": ", ".join(one.name for one in sets)}
        missing = (f"{case.place}.namedPart",)
        return Step("rule_sets", undetermined, "", names, missing, parts)
    return Step("rule_sets", found.pop(), parts=parts)


def _is_beyond_minimal(case: Case) -> bool:
    """Say whether something may have been done that is more than the least operations."""
    operations = case.item.operations
    return operations is None or any(not one.startswith("minimal.") for one in operations)


def _try_set(case: Case, rule_sets: RuleSets, one: RuleSet) -> Step:
    step = rule_of(rule_sets, one).evaluate(case)
    figures = {"set": one.name}
    return Step("rule_set", step.outcome, one.heading, figures, parts=(step,))


def rule_of(rule_sets: RuleSets, one: RuleSet) -> Rule:
    """Join the rules of a set.

    Alternatives are written "A; B; or C": only the last is marked. Where no such list is seen, the
    rules are read in both ways.
    """
    heads = [rule for rule in one.rules if rule.operator != "continues"]
    made = tuple(
        rule.rule
        if rule.reading is Reading.EXECUTED and rule.rule is not None
        else Unreadable(f"agreement:{rule_sets.name}/{one.name}/{index + 1}", rule.text)
        for index, rule in enumerate(heads)
    )
    if len(made) == 1:
        return made[0]
    operators = [rule.operator for rule in heads[1:]]
    if operators[-1:] == ["or"] and "and" not in operators and not _is_broken(operators):
        return AnyOf(made)
    if made and all(operator == "and" for operator in operators):
        return AllOf(made)
    return EveryReading((AllOf(made), AnyOf(made)))


def _is_broken(operators: list[str]) -> bool:
    """Say whether unmarked rules come again after a marked one: then there is no one list."""
    first = operators.index("or")
    return "" in operators[first:]
