"""Whether goods originate: every criterion tried in turn, with figures, clause and what it lacked.

Origin and the conditions of preference (Rules 5.1) are two questions with two answers; together
they say which form of certificate can be issued.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.assessment.case import Surroundings
from certorigin.assessment.decision import (
    DECISIONS,
    FORMAT,
    Assessment,
    Decision,
    ItemDecision,
    form_for,
)
from certorigin.assessment.general import determine_general
from certorigin.assessment.hints import find_hints
from certorigin.assessment.preference import PreferenceCondition, find_conditions
from certorigin.assessment.processing import try_cumulation, try_processing
from certorigin.assessment.special import try_lots, try_set
from certorigin.assessment.step import Outcome, Step, any_met
from certorigin.assessment.wholly import try_wholly_obtained
from certorigin.errors import MalformedError
from certorigin.vocabulary.criterion import (
    CUMULATED,
    SUFFICIENTLY_PROCESSED,
    WHOLLY_OBTAINED,
    Criterion,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from certorigin.assessment.agreement import Agreement
    from certorigin.assessment.case import Case
    from certorigin.assessment.material import Material
    from certorigin.assessment.worksheet import ItemWorksheet, Worksheet
    from certorigin.vocabulary.bodies import CertificateReference

__all__ = [
    "FORMAT",
    "Assessment",
    "Decision",
    "ItemDecision",
    "PreferenceCondition",
    "assess",
]

_CRITERIA = {
    Decision.ORIGINATING: Outcome.MET,
    Decision.NOT_ORIGINATING: Outcome.NOT_MET,
    Decision.UNDETERMINED: Outcome.UNDETERMINED,
}


def assess(
    worksheet: Worksheet,
    *,
    agreement: Agreement,
    at: date,
    verified: Mapping[CertificateReference, bool] | None = None,
    suppliers: Mapping[Material, bool] | None = None,
) -> Assessment:
    """Decide the origin of every item of a worksheet by an agreement's rules on a day.

    `verified` says of the certificates for materials whether their standing was found good; one
    that is not in it leaves its material open (R39). `suppliers` says the same of materials that
    name a supplier's declaration (`supplier.judge_backing`). Raises MalformedError when the
    worksheet was made for another agreement, or for production in a state that is no party to it.
    """
    if worksheet.agreement != agreement.name:
        raise MalformedError(
            "assessment.other_agreement", place="agreement", value=worksheet.agreement
        )
    if worksheet.production_country not in agreement.parties:
        raise MalformedError(
            "assessment.not_a_party", place="productionCountry", value=worksheet.production_country
        )

    around = Surroundings(
        country=worksheet.production_country,
        parties=agreement.parties,
        form=agreement.certificate_form,
        rates=worksheet.rates,
        verified=verified or {},
        counting=agreement.counting,
        suppliers=suppliers or {},
    )
    court = _Court(agreement, at)
    places = [(item, f"items[{index}]") for index, item in enumerate(worksheet.items)]
    items = [court.decide(item, place, around) for item, place in places]
    whole = Assessment(
        agreement=agreement.name,
        edition=agreement.edition,
        production_country=worksheet.production_country,
        at=at,
        items=tuple(items),
    )
    conditions = find_conditions(
        worksheet.trade,
        criteria=_CRITERIA[whole.decision],
        agreement=agreement,
        rates=worksheet.rates,
    )
    formed = [
        court.give_form(found, item, place, around, conditions)
        for found, (item, place) in zip(items, places, strict=True)
    ]
    return replace(whole, items=tuple(formed), conditions=conditions)


class _Court:
    """The rules of an agreement on a day, and the ways to try them on an item."""

    def __init__(self, agreement: Agreement, at: date) -> None:
        self.agreement = agreement
        self.at = at

    def decide(self, item: ItemWorksheet, place: str, around: Surroundings) -> ItemDecision:
        """Decide an item, and find what would change the answer."""
        case, helps = around.case(item, place), False
        decided = self._decide(case, around)
        if decided.criterion is None and any(one.without_certificate for one in case.ingredients):
            supposed = self._decide(around.case(item, place, trust_parties=True), around)
            helps = supposed.criterion is not None
        return replace(decided, hints=find_hints(decided.steps, case, self.agreement, helps=helps))

    def give_form(
        self,
        found: ItemDecision,
        item: ItemWorksheet,
        place: str,
        around: Surroundings,
        conditions: tuple[PreferenceCondition, ...],
    ) -> ItemDecision:
        """Say which certificate can be issued; the general form where the own one falls."""
        if found.decision is Decision.NOT_ORIGINATING or any(part.stops for part in conditions):
            found = replace(found, general=self.general(item, place, around))
        form = form_for(found, conditions, name=self.agreement.certificate_form)
        return replace(found, form=form)

    def general(self, item: ItemWorksheet, place: str, around: Surroundings) -> Step:
        """Decide for a certificate of general form, without the other parties."""
        alone = around.alone()
        case = alone.case(item, place)
        return determine_general(case, self._steps(case, alone), self.agreement)

    def _decide(self, case: Case, around: Surroundings) -> ItemDecision:
        """Try the criteria of box 9; the first that is met is cited."""
        steps = self._steps(case, around)
        letters = (
            Criterion(WHOLLY_OBTAINED),
            Criterion(CUMULATED),
            Criterion(SUFFICIENTLY_PROCESSED, case.product.heading),
        )
        met = [
            letter
            for letter, step in zip(letters, steps, strict=False)
            if step.outcome is Outcome.MET
        ]
        return ItemDecision(
            sequence=case.item.sequence,
            tariff_code=case.product,
            decision=DECISIONS[any_met(step.outcome for step in steps)],
            criterion=met[0] if met else None,
            steps=steps,
        )

    def _steps(self, case: Case, around: Surroundings) -> tuple[Step, ...]:
        """Try the three criteria in turn; lots must first count as one good."""
        lots = case.item.lots and try_lots(case, case.item.lots, self.agreement)
        if lots and lots.outcome is not Outcome.MET:
            return (lots,)
        if case.item.elements:
            last = try_set(case, self.agreement, around, decide=self._element(around))
        else:
            last = try_processing(case, self.agreement, at=self.at)
        if lots:
            last = replace(last, parts=(lots, *last.parts))
        wholly = try_wholly_obtained(case, self.agreement)
        return wholly, try_cumulation(case, self.agreement), last

    def _element(self, around: Surroundings) -> Callable[[ItemWorksheet, str], Step]:
        """Return how an element of a set is decided: by the same three criteria."""

        def decide(item: ItemWorksheet, place: str) -> Step:
            steps = self._steps(around.case(item, f"{place}.production"), around)
            outcome = any_met(step.outcome for step in steps)
            missing = tuple(dict.fromkeys(name for step in steps for name in step.all_missing()))
            figures = {"code": str(item.tariff_code)}
            kept = missing if outcome is Outcome.UNDETERMINED else ()
            return Step("element", outcome, "4.1", figures, kept, parts=steps)

        return decide
