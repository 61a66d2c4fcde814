"""Rules that the published rule sets need beside those of `certorigin.assessment.rule`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from certorigin.assessment.case import Case, Weight
from certorigin.assessment.exact import exact, exact_text, percent_text
from certorigin.assessment.rule import ChangeOfCode, Rule, Share, is_under
from certorigin.assessment.rule_sets.named import Named, all_of, fact_of
from certorigin.assessment.step import Outcome, Step

if TYPE_CHECKING:
    from certorigin.assessment.case import Ingredient


@dataclass(frozen=True)
class RuleSetCase(Case):
    """A case with the same facts reckoned by the price free on board, where that is known."""

    on_board: Case | None = None


@dataclass(frozen=True)
class AnyHeading:
    """Materials of any code: only a manufacture is asked, more than the least operations."""

    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look for an operation that is not of the least ones."""
        done = case.item.operations or ()
        further = [code for code in done if not code.startswith("minimal.")]
        if further:
            return Step("any_heading", Outcome.MET, self.clause, {"done": ", ".join(further)})
        missing = (f"{case.place}.operations",)
        return Step("any_heading", Outcome.UNDETERMINED, self.clause, missing=missing)


@dataclass(frozen=True)
class ChangeBut:
    """Every counted material changes its code, but for named ones that may keep it."""

    digits: int
    but: Named
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look for materials that keep the code and are not those that may."""
        plain = ChangeOfCode(self.digits, self.clause).evaluate(case)
        own = case.product.digits[: self.digits]
        if plain.outcome is Outcome.MET or len(own) < self.digits:
            return plain
        but, asked = self.but.asked_of(case)

        def wrong(one: Ingredient) -> bool | None:
            may = but.takes(one, case.product)
            return all_of([is_under(one.code, own), None if may is None else not may])

        figures = {"digits": str(self.digits), "product": own, "but": str(self.but)}
        return _none_may("change", asked, wrong, (self.clause, figures, "same"))


@dataclass(frozen=True)
class NotOf:
    """No counted material is one of the named ones."""

    named: Named
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look for materials that are barred, and for those that may be."""
        barred, asked = self.named.asked_of(case)
        figures = {"codes": str(self.named)}
        return _none_may(
            "not_from",
            asked,
            lambda one: barred.takes(one, case.product),
            (self.clause, figures, "used"),
        )


def _none_may(
    rule: str, case: Case, wrong: _Question, told: tuple[str, dict[str, str], str]
) -> Step:
    """Look for counted materials that break a rule: none may."""
    clause, figures, label = told
    hits: list[str] = []
    missing: list[str] = []
    for ingredient, sure in case.counted():
        found = wrong(ingredient)
        if found and sure:
            hits.append(str(ingredient.number))
        elif found is not False:
            missing += [ingredient.lacks_code] if found is None else []
            missing += [] if sure else list(ingredient.lacks_weight)
    if hits:
        return Step(rule, Outcome.NOT_MET, clause, figures | {label: ", ".join(hits)})
    outcome = Outcome.UNDETERMINED if missing else Outcome.MET
    return Step(rule, outcome, clause, figures, tuple(missing))


@dataclass(frozen=True)
class MadeFrom:
    """The goods are made from the named materials, or from what goes before them.

    Codes alone never refute it: a material of an earlier stage is allowed too, and auxiliary ones
    need no mention. Of what stands outside the codes a person says whether it is such.
    """

    named: Named
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look for counted materials that are neither named nor said to be allowed beside."""
        meant, asked = self.named.asked_of(case)
        others: list[str] = []
        missing: list[str] = []
        for one, _ in asked.counted():
            taken = meant.takes(one, case.product)
            fact = fact_of(one, "allowed_beside_or_before")
            if taken or fact in case.item.attested:
                continue
            others.append(str(one.number))
            if fact in case.item.refuted and taken is False:
                figures = {"codes": str(self.named), "others": str(one.number)}
                return Step("from", Outcome.NOT_MET, self.clause, figures)
            missing += [one.lacks_code] if taken is None else []
            missing.append(f"{case.place}.attested[{fact}]")
        figures = {"codes": str(self.named)} | ({"others": ", ".join(others)} if others else {})
        outcome = Outcome.UNDETERMINED if others else Outcome.MET
        return Step("from", outcome, self.clause, figures, tuple(missing))


@dataclass(frozen=True)
class ObtainedMaterials:
    """All materials that are named, if any is used, are wholly obtained in the country.

    Where this is `alone` all that a rule asks, goods without any such material meet it in words
    only: nothing is decided then.
    """

    named: Named
    alone: bool = False
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look at every named material, the originating ones too."""
        meant, asked = self.named.asked_of(case)
        hits: list[str] = []
        missing: list[str] = []
        used = False
        for one in asked.ingredients:
            taken, obtained = meant.takes(one, case.product), _is_obtained(one, case)
            used = used or taken is not False
            if taken is False or obtained:
                continue
            if taken and obtained is False:
                hits.append(str(one.number))
            missing += [one.lacks_code] if taken is None else []
            if obtained is None:
                missing.append(f"{case.place}.materials[{one.number - 1}].whollyObtained")
        figures = {"of": str(self.named)}
        if hits:
            figures["others"] = ", ".join(hits)
            return Step("obtained_materials", Outcome.NOT_MET, self.clause, figures)
        own = any(case.product.is_within(code) for code in self.named.codes)
        if not used and (own or self.alone):
            # Goods of the very codes without a material of them: something was left out.
            missing.append(f"{case.place}.materials")
        outcome = Outcome.UNDETERMINED if missing else Outcome.MET
        return Step("obtained_materials", outcome, self.clause, figures, tuple(missing))


def _is_obtained(ingredient: Ingredient, case: Case) -> bool | None:
    if ingredient.weight is Weight.FOREIGN:
        return False
    if ingredient.weight is Weight.OPEN:
        return None
    return case.item.materials[ingredient.number - 1].wholly_obtained


@dataclass(frozen=True)
class ValueLimit:
    """The value of what is named is at most a share of the price, ex works or free on board.

    The price free on board is never less than the price ex works: a limit that is kept by the
    lesser price is kept.
    """

    limit: Fraction
    of: Named
    on_board: bool = False
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Reckon by the price that the rule names."""
        of, asked = self.of.asked_of(case)
        share = Share(self.limit, of, self.clause)
        if not self.on_board:
            return share.evaluate(asked)
        known = case.on_board if isinstance(case, RuleSetCase) else None
        if known is not None:
            _, asked = self.of.asked_of(known.under(case.counting))
            return _by_price(share.evaluate(asked), "free_on_board")
        step = _by_price(share.evaluate(asked), "ex_works")
        if step.outcome is Outcome.MET:
            return step
        missing = (f"{case.place}.freeOnBoardPrice", *step.missing)
        return replace(step, outcome=Outcome.UNDETERMINED, missing=missing)


def _by_price(step: Step, basis: str) -> Step:
    return replace(step, figures={**step.figures, "price_basis": basis})


@dataclass(frozen=True)
class WeightLimit:
    """The weight of the named materials is at most a share of the weight of the product.

    With `each`, the limit is for every material by itself.
    """

    limit: Fraction
    of: Named
    each: bool = False
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Add up the net weights, with and without what is open."""
        of, asked = self.of.asked_of(case)
        surely, at_most, known = Fraction(0), Fraction(0), True
        missing: list[str] = []
        for one, sure in asked.counted():
            taken = of.takes(one, case.product)
            weight = case.item.materials[one.number - 1].net_weight
            if taken is False:
                continue
            missing += [] if sure else list(one.lacks_weight)
            missing += [] if taken else [one.lacks_code]
            if weight is None:
                known = False
                missing.append(f"{case.place}.materials[{one.number - 1}].netWeight")
                continue
            heaviest = max if self.each else _sum
            at_most = heaviest(at_most, exact(weight))
            surely = heaviest(surely, exact(weight)) if sure and taken else surely
        return self._compare(case, surely, at_most if known else None, missing)

    def _compare(
        self, case: Case, surely: Fraction, at_most: Fraction | None, missing: list[str]
    ) -> Step:
        figures = {"of": str(self.of), "limit": exact_text(self.limit * 100)}
        figures["net_weight"] = exact_text(surely)
        if at_most == 0:
            return Step("weight", Outcome.MET, self.clause, figures)
        if case.item.net_weight is None:
            lacks = (f"{case.place}.netWeight", *missing)
            return Step("weight", Outcome.UNDETERMINED, self.clause, figures, lacks)
        total = exact(case.item.net_weight)
        figures |= {
            "product_weight": exact_text(total),
            "share": percent_text(surely / total),
        }
        if surely > self.limit * total:
            return Step("weight", Outcome.NOT_MET, self.clause, figures)
        if at_most is not None and at_most <= self.limit * total:
            return Step("weight", Outcome.MET, self.clause, figures)
        return Step("weight", Outcome.UNDETERMINED, self.clause, figures, tuple(missing))


def _sum(one: Fraction, other: Fraction) -> Fraction:
    return one + other


@dataclass(frozen=True)
class EveryReading:
    """A text that can be read in several ways: only what every reading decides is decided."""

    readings: tuple[Rule, ...]
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Evaluate every reading."""
        parts = tuple(rule.evaluate(case) for rule in self.readings)
        found = {part.outcome for part in parts}
        outcome = found.pop() if len(found) == 1 else Outcome.UNDETERMINED
        return Step("every_reading", outcome, self.clause, parts=parts)


if TYPE_CHECKING:
    from collections.abc import Callable

    _Question = Callable[[Ingredient], bool | None]
