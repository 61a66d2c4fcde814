"""Which materials a condition names: by code, by words that no code can tell, or by both.

Whether words fit a material a person says, material by material: the fact of the third material is
`material_3_is_unprinted_fabric`, and the worksheet attests or refutes it. The figures are then
reckoned, never vouched for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from certorigin.assessment.rule import Selection, is_under, is_under_any
from certorigin.assessment.rule_sets.text import slug

if TYPE_CHECKING:
    from certorigin.assessment.case import Case, Ingredient
    from certorigin.vocabulary.tariff import TariffCode

# Sugar as a material: what is surely sugar, and where sugars of other kinds may stand.
_SURELY_SUGAR = ("1701",)
_PERHAPS_SUGAR = ("17", "1806", "2106")


@dataclass(frozen=True)
class Named(Selection):
    """Materials of these codes. With words, only those of them that the words fit.

    `same` is the number of digits that such a material shares with the product (0: it need not);
    `sugar` adds the material sugar. `fitting` and `other` are the materials, by number, of which a
    person said whether the words fit.
    """

    words: str = ""
    same: int = 0
    sugar: bool = False
    fitting: frozenset[int] = frozenset()
    other: frozenset[int] = frozenset()

    def takes(self, ingredient: Ingredient, product: TariffCode) -> bool | None:
        """Say whether the material is meant; None when that can't be told."""
        by_code = self._by_code(ingredient, product)
        if self.sugar:
            sugar = self._said(ingredient, _is_sugar(ingredient.code))
            return any_of([by_code, sugar])
        return all_of([by_code, self._said(ingredient, None)]) if self.words else by_code

    def asked_of(self, case: Case) -> tuple[Named, Case]:
        """Return the selection with what the worksheet says of words, and the case that asks."""
        fact = "sugar" if self.sugar else self.words
        if not fact:
            return self, case
        facts = {one.number: fact_of(one, fact) for one in case.ingredients}
        asked = replace(
            self,
            fitting=frozenset(n for n, name in facts.items() if name in case.item.attested),
            other=frozenset(n for n, name in facts.items() if name in case.item.refuted),
        )
        ingredients = tuple(
            replace(one, lacks_code=f"{case.place}.attested[{facts[one.number]}]")
            if asked.takes(one, case.product) is None and self._asks(one, case.product)
            else one
            for one in case.ingredients
        )
        return asked, replace(case, ingredients=ingredients)

    def _asks(self, ingredient: Ingredient, product: TariffCode) -> bool:
        """Say whether a person can tell, rather than a code that is lacking."""
        return (
            ingredient.code is not None if self.sugar else bool(self._by_code(ingredient, product))
        )

    def _by_code(self, ingredient: Ingredient, product: TariffCode) -> bool | None:
        answers: list[bool | None] = []
        if self.same:
            own = product.digits[: self.same]
            answers.append(is_under(ingredient.code, own) if len(own) == self.same else None)
        if self.codes:
            answers.append(is_under_any(ingredient.code, self.codes))
        return all_of(answers) if answers else not self.sugar

    def _said(self, ingredient: Ingredient, unsaid: bool | None) -> bool | None:  # noqa: FBT001 - an answer
        if ingredient.number in self.fitting:
            return True
        return False if ingredient.number in self.other else unsaid

    def __str__(self) -> str:
        parts = [self.words, "sugar" if self.sugar else "", ", ".join(self.codes)]
        parts.append({4: "same_heading", 6: "same_subheading"}.get(self.same, ""))
        return " ".join(part for part in parts if part) or "all"


def named(codes: tuple[str, ...] = (), words: str = "", *, same: int = 0) -> Named:
    """Name materials by codes, words or likeness to the product."""
    return Named("codes" if codes else "all", codes, words, same)


def sugar_and(codes: tuple[str, ...]) -> Named:
    """Name sugar, together with materials of these codes."""
    return Named("codes" if codes else "all", codes, sugar=True)


def fact_of(ingredient: Ingredient, words: str) -> str:
    """Name the fact that words fit a material."""
    return f"material_{ingredient.number}_is_{slug(words, 58)}"


def _is_sugar(code: TariffCode | None) -> bool | None:
    if is_under_any(code, _SURELY_SUGAR):
        return True
    return False if is_under_any(code, _PERHAPS_SUGAR) is False else None


def all_of(answers: list[bool | None]) -> bool | None:
    """Join answers of which each must be yes."""
    if False in answers:
        return False
    return None if None in answers else True


def any_of(answers: list[bool | None]) -> bool | None:
    """Join answers of which one yes is enough."""
    if True in answers:
        return True
    return None if None in answers else False
