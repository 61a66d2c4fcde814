"""The algebra of origin rules: small values that can be composed, each with three outcomes.

A rule looks at a case and returns a step: met, not met or undetermined, with its figures and the
facts that it lacked. Open materials (unverified certificates), unknown codes and unknown values are
reckoned with both ways: only what would hold either way is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from certorigin.assessment.exact import exact_sum, exact_text, money_text, percent_text, price_text
from certorigin.assessment.step import Outcome, Step, all_met, any_met

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.assessment.case import Case, Ingredient
    from certorigin.vocabulary.tariff import TariffCode


class Rule(Protocol):
    """What every rule can do."""

    @property
    def clause(self) -> str:
        """Where the rule stands."""

    def evaluate(self, case: Case) -> Step:
        """Decide the case, and show how."""


def is_under(code: TariffCode | None, prefix: str) -> bool | None:
    """Say whether a code lies under a prefix; None when the code has too few digits to tell."""
    if code is None or (len(code.digits) < len(prefix) and prefix.startswith(code.digits)):
        return None
    return code.is_within(prefix)


def is_under_any(code: TariffCode | None, prefixes: Iterable[str]) -> bool | None:
    """Say whether a code lies under one of the prefixes; None when that can't be told."""
    found = {is_under(code, prefix) for prefix in prefixes}
    if True in found:
        return True
    return None if None in found else False


@dataclass(frozen=True)
class Selection:
    """Which materials a limit speaks of: all, those of the product's own heading, or by prefix."""

    kind: str  # "all", "same_heading" or "codes"
    codes: tuple[str, ...] = ()

    def takes(self, ingredient: Ingredient, product: TariffCode) -> bool | None:
        """Say whether the material is meant; None when its code is not known well enough."""
        if self.kind == "all":
            return True
        prefixes = (product.heading,) if self.kind == "same_heading" else self.codes
        return is_under_any(ingredient.code, prefixes)

    def __str__(self) -> str:
        return ", ".join(self.codes) if self.codes else self.kind


ALL = Selection("all")
SAME_HEADING = Selection("same_heading")


@dataclass(frozen=True)
class ChangeOfCode:
    """Every counted material stands in another chapter (2), heading (4) or subheading (6)."""

    digits: int = 4
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Compare the first digits of each material with those of the product."""
        figures = {"digits": str(self.digits), "product": case.product.digits[: self.digits]}
        if len(case.product.digits) < self.digits:
            lacking = (f"{case.place}.tariffCode",)
            return Step("change", Outcome.UNDETERMINED, self.clause, figures, lacking)
        own = case.product.digits[: self.digits]
        finding = _find(case, lambda one: is_under(one.code, own))
        figures["materials"] = str(finding.counted)
        if finding.hits:
            figures["same"] = ", ".join(finding.hits)
        return Step("change", finding.outcome, self.clause, figures, finding.missing)


@dataclass(frozen=True)
class NotFrom:
    """No counted material of these codes is used."""

    codes: tuple[str, ...]
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look for materials of the barred codes."""
        finding = _find(case, lambda one: is_under_any(one.code, self.codes))
        figures = {"codes": ", ".join(self.codes)}
        if finding.hits:
            figures["used"] = ", ".join(finding.hits)
        return Step("not_from", finding.outcome, self.clause, figures, finding.missing)


@dataclass(frozen=True)
class FromCodes:
    """The product is made from materials of these codes.

    Whether further materials may join them (fuel, salt, glue) the text does not say: with any of
    another code the rule stays undetermined until a person attests that they are only auxiliary.
    """

    codes: tuple[str, ...]
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look for counted materials outside the codes, and for at least one material inside."""
        figures = {"codes": ", ".join(self.codes)}
        inside = {is_under_any(one.code, self.codes) for one in case.ingredients}
        outside = _find(case, lambda one: _negate(is_under_any(one.code, self.codes)))
        missing = outside.missing
        if True not in inside and None not in inside:
            return Step("from", Outcome.NOT_MET, self.clause, figures)
        if True in inside and outside.outcome is Outcome.MET:
            return Step("from", Outcome.MET, self.clause, figures)
        if outside.hits:
            figures["others"] = ", ".join(outside.hits)
        if True in inside and not missing:
            if "only_auxiliary_materials_besides" in case.item.attested:
                return Step("from", Outcome.MET, self.clause, figures)
            if "only_auxiliary_materials_besides" in case.item.refuted:
                return Step("from", Outcome.NOT_MET, self.clause, figures)
            missing = (f"{case.place}.attested[only_auxiliary_materials_besides]",)
        missing = missing or tuple(
            one.lacks_code for one in case.ingredients if is_under_any(one.code, self.codes) is None
        )
        return Step("from", Outcome.UNDETERMINED, self.clause, figures, missing)


@dataclass(frozen=True)
class Uses:
    """At least one material of these codes is used, whatever its origin."""

    codes: tuple[str, ...]
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look for a material of the codes."""
        answers = [(one, is_under_any(one.code, self.codes)) for one in case.ingredients]
        figures = {"codes": ", ".join(self.codes)}
        if any(answer for _, answer in answers):
            return Step("uses", Outcome.MET, self.clause, figures)
        missing = tuple(one.lacks_code for one, answer in answers if answer is None)
        outcome = Outcome.UNDETERMINED if missing else Outcome.NOT_MET
        return Step("uses", outcome, self.clause, figures, missing)


@dataclass(frozen=True)
class Share:
    """The value of the selected materials is at most a share of the ex-works price (2.4 в)."""

    limit: Fraction
    of: Selection = ALL
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Add up exactly, with and without what is open, and compare with the limit."""
        surely, at_most, missing = self._bounds(case)
        price = case.price
        figures = {"of": str(self.of), "limit": exact_text(self.limit * 100)}
        figures |= price_text(case.item.ex_works_price)
        if price is None:
            nothing = at_most == 0
            missing = () if nothing else (f"{case.place}.exWorksPrice", *missing)
            outcome = Outcome.MET if nothing else Outcome.UNDETERMINED
            return Step("share", outcome, self.clause, figures, missing)
        allowed = self.limit * price
        figures |= {"value": money_text(surely), "share": percent_text(surely / price)}
        if surely > allowed:
            figures["excess"] = money_text(surely - allowed)
            return Step("share", Outcome.NOT_MET, self.clause, figures)
        if at_most is not None and at_most <= allowed:
            figures["room"] = money_text(allowed - at_most)
            if at_most != surely:
                figures |= {"atMost": money_text(at_most)}
            return Step("share", Outcome.MET, self.clause, figures)
        if at_most is not None:
            figures |= {"atMost": money_text(at_most)}
        return Step("share", Outcome.UNDETERMINED, self.clause, figures, missing)

    def _bounds(self, case: Case) -> tuple[Fraction, Fraction | None, tuple[str, ...]]:
        """Return what surely counts, what may count at most (None: unknown), what is lacking."""
        surely: list[Fraction] = []
        perhaps: list[Fraction] = []
        known = True
        missing: list[str] = []
        takes = _once_for_each_code(lambda one: self.of.takes(one, case.product))
        for ingredient, sure in case.counted():
            taken = takes(ingredient)
            if taken is False:
                continue
            if not sure:
                missing.extend(ingredient.lacks_weight)
            if taken is None:
                missing.append(ingredient.lacks_code)
            if ingredient.value is None:
                known = False
                missing.extend(ingredient.lacks_value)
                continue
            (surely if sure and taken else perhaps).append(ingredient.value)
        sure_sum = exact_sum(surely)
        return sure_sum, (sure_sum + exact_sum(perhaps) if known else None), tuple(missing)


@dataclass(frozen=True)
class Operations:
    """Every one of these operations was carried out in the producing country.

    A conditional one may be declared not applicable ("where the design provides for it").
    """

    required: tuple[str, ...]
    conditional: tuple[str, ...] = ()
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Compare the operations of the worksheet with those that are required."""
        if case.item.operations is None:
            missing: tuple[str, ...] = (f"{case.place}.operations",)
            return Step("operations", Outcome.UNDETERMINED, self.clause, {}, missing)
        done = set(case.item.operations)
        lacking = [code for code in self.required if code not in done]
        unclear = [
            code
            for code in self.conditional
            if code not in done and code not in case.item.not_applicable
        ]
        total = len(self.required) + len(self.conditional)
        figures = {"required": str(total), "done": str(total - len(lacking) - len(unclear))}
        if lacking:
            figures["lacking"] = ", ".join(lacking)
            return Step("operations", Outcome.NOT_MET, self.clause, figures)
        missing = tuple(f"{case.place}.operations[{code}]" for code in unclear)
        outcome = Outcome.UNDETERMINED if unclear else Outcome.MET
        return Step("operations", outcome, self.clause, figures, missing)


@dataclass(frozen=True)
class AnyOperation:
    """At least one of these operations was carried out in the producing country."""

    codes: tuple[str, ...]
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look for one of the operations in the worksheet."""
        figures = {"codes": ", ".join(self.codes)}
        if case.item.operations is None:
            missing = (f"{case.place}.operations",)
            return Step("any_operation", Outcome.UNDETERMINED, self.clause, figures, missing)
        done = [code for code in self.codes if code in case.item.operations]
        if done:
            figures["done"] = ", ".join(done)
        outcome = Outcome.MET if done else Outcome.NOT_MET
        return Step("any_operation", outcome, self.clause, figures)


@dataclass(frozen=True)
class Attested:
    """A fact that only a person can attest, such as "made in a specialised plant"."""

    fact: str
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Look whether the worksheet attests or refutes the fact."""
        figures = {"fact": self.fact}
        if self.fact in case.item.attested:
            return Step("attested", Outcome.MET, self.clause, figures)
        if self.fact in case.item.refuted:
            return Step("attested", Outcome.NOT_MET, self.clause, figures)
        missing = (f"{case.place}.attested[{self.fact}]",)
        return Step("attested", Outcome.UNDETERMINED, self.clause, figures, missing)


@dataclass(frozen=True)
class Unreadable:
    """A rule that exists, but whose text we do not have: nothing can be decided by it."""

    name: str
    clause: str = ""

    def evaluate(self, case: Case) -> Step:  # noqa: ARG002 - nothing in the case can help
        """Say which rule is lacking."""
        return Step("unreadable", Outcome.UNDETERMINED, self.clause, {}, (self.name,))


@dataclass(frozen=True)
class Asks:
    """A rule that looks at the goods another way, for which a member of the worksheet is needed."""

    member: str
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Ask for the member."""
        missing = (f"{case.place}.{self.member}",)
        return Step("asks", Outcome.UNDETERMINED, self.clause, {}, missing)


@dataclass(frozen=True)
class AllOf:
    """Every part must be met."""

    rules: tuple[Rule, ...]
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Evaluate every part, so that all faults are shown at once."""
        parts = tuple(rule.evaluate(case) for rule in self.rules)
        outcome = all_met(part.outcome for part in parts)
        return Step("all_of", outcome, self.clause, parts=parts)


@dataclass(frozen=True)
class AnyOf:
    """One part is enough."""

    rules: tuple[Rule, ...]
    clause: str = ""

    def evaluate(self, case: Case) -> Step:
        """Evaluate every part, so that every way is shown."""
        parts = tuple(rule.evaluate(case) for rule in self.rules)
        outcome = any_met(part.outcome for part in parts)
        return Step("any_of", outcome, self.clause, parts=parts)


@dataclass(frozen=True)
class _Search:
    outcome: Outcome
    counted: int
    hits: tuple[str, ...]
    missing: tuple[str, ...]


def _find(case: Case, hit: _Hit) -> _Search:
    """Look for counted materials that break a rule: none may."""
    hits: list[str] = []
    missing: list[str] = []
    broken, counted = False, 0
    look = _once_for_each_code(hit)
    for ingredient, sure in case.counted():
        counted += 1
        found = look(ingredient)
        if found is False:
            continue
        if found:
            hits.append(str(ingredient.number))
        else:
            missing.append(ingredient.lacks_code)
        if not sure:
            missing.extend(ingredient.lacks_weight)
        broken = broken or (sure and found is True)
    if broken:
        return _Search(Outcome.NOT_MET, counted, tuple(hits), ())
    outcome = Outcome.UNDETERMINED if missing else Outcome.MET
    return _Search(outcome, counted, tuple(hits), tuple(missing))


def _once_for_each_code(hit: _Hit) -> _Hit:
    """Ask once for each code, however many materials have it: the answer depends on it alone."""
    known: dict[str, bool | None] = {}

    def look(ingredient: Ingredient, /) -> bool | None:
        digits = "" if ingredient.code is None else ingredient.code.digits
        if digits not in known:
            known[digits] = hit(ingredient)
        return known[digits]

    return look


def _negate(answer: bool | None) -> bool | None:  # noqa: FBT001 - it is what is negated
    return None if answer is None else not answer


class _Hit(Protocol):
    def __call__(self, ingredient: Ingredient, /) -> bool | None: ...
