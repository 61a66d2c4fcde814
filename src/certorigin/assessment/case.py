"""A case: the facts of one item as the rules look at them, with each material weighed.

A material weighs as *foreign* (from elsewhere, or of unknown origin), as *originating* (of the
producing country, or of another party with a verified certificate: Rules 2.5), or as *open* when
its certificate is named but nobody has verified it. Rules reckon with open materials both ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from certorigin.assessment.exact import exact
from certorigin.assessment.material import ACCESSORY, NEUTRAL, TRANSPORT_PACKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certorigin.assessment.material import Material
    from certorigin.assessment.worksheet import ItemWorksheet, Rate
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.quantity import Money
    from certorigin.vocabulary.tariff import TariffCode


# What is no part of the goods, or follows them: it does not count (Rules 4.3 to 4.5).
_APART = frozenset({NEUTRAL, TRANSPORT_PACKING, ACCESSORY})


class Weight(StrEnum):
    """How a material counts."""

    FOREIGN = "foreign"
    ORIGINATING = "originating"
    OPEN = "open"


class Counting(StrEnum):
    """Which materials a condition of the agreement's list speaks of (domain.md 2.11)."""

    FOREIGN = "foreign"
    ALL = "all"


@dataclass(frozen=True)
class Ingredient:
    """A material with its weight, and its value in the currency of the price where known."""

    number: int
    code: TariffCode | None
    weight: Weight
    value: Fraction | None
    lacks_weight: tuple[str, ...] = ()
    lacks_value: tuple[str, ...] = ()
    lacks_code: str = ""
    from_party: bool = False
    without_certificate: bool = False


@dataclass(frozen=True)
class Case:
    """One item before the rules. `place` is the item's place in the worksheet."""

    place: str
    country: str
    item: ItemWorksheet
    ingredients: tuple[Ingredient, ...]
    counting: Counting = Counting.FOREIGN

    @property
    def product(self) -> TariffCode:
        """The code of the goods."""
        return self.item.tariff_code

    @property
    def price(self) -> Fraction | None:
        """The ex-works price, exactly."""
        price = self.item.ex_works_price
        return None if price is None else exact(price.amount)

    def under(self, counting: Counting) -> Case:
        """Return the same case under another reading of which materials count."""
        return replace(self, counting=counting)

    def counted(self) -> Iterable[tuple[Ingredient, bool]]:
        """Yield the materials that may count, and whether they surely do."""
        for ingredient in self.ingredients:
            if self.counting is Counting.ALL or ingredient.weight is Weight.FOREIGN:
                yield ingredient, True
            elif ingredient.weight is Weight.OPEN:
                yield ingredient, False


@dataclass(frozen=True)
class Surroundings:
    """What all items of a worksheet have in common."""

    country: str
    parties: frozenset[str]
    form: str
    rates: tuple[Rate, ...]
    verified: Mapping[CertificateReference, bool]
    counting: Counting = Counting.FOREIGN
    suppliers: Mapping[Material, bool] = field(default_factory=dict)

    def case(self, item: ItemWorksheet, place: str, *, trust_parties: bool = False) -> Case:
        """Return the case of an item."""
        case = make_case(
            item,
            place=place,
            country=self.country,
            parties=self.parties,
            form=self.form,
            rates=self.rates,
            verified=self.verified,
            suppliers=self.suppliers,
            trust_parties=trust_parties,
        )
        return case.under(self.counting)

    def alone(self) -> Surroundings:
        """Return the same without the other parties: only the country's own materials are its."""
        return replace(self, parties=frozenset())


def make_case(
    item: ItemWorksheet,
    *,
    place: str,
    country: str,
    parties: frozenset[str],
    form: str,
    rates: tuple[Rate, ...],
    verified: Mapping[CertificateReference, bool],
    suppliers: Mapping[Material, bool] | None = None,
    trust_parties: bool = False,
) -> Case:
    """Weigh every material of an item.

    `verified` says of a certificate whether its standing was found good; one that is not in it is
    open. `suppliers` says the same of materials with a supplier's declaration. `trust_parties`
    answers "what if every material of another party had its certificate".
    """
    ingredients = []
    for index, material in enumerate(item.materials):
        if material.use in _APART:
            continue
        where = f"{place}.materials[{index}]"
        weight, lacks, bare = weigh(
            material,
            place=where,
            country=country,
            parties=parties,
            form=form,
            verified=verified,
            suppliers=suppliers,
        )
        if trust_parties and material.origin in parties - {country}:
            weight, lacks, bare = Weight.ORIGINATING, (), False
        value, lacks_value = value_of(material, weight, where, item.ex_works_price, rates)
        ingredients.append(
            Ingredient(
                number=index + 1,
                code=material.tariff_code,
                weight=weight,
                value=value,
                lacks_weight=lacks,
                lacks_value=lacks_value,
                lacks_code=f"{where}.tariffCode",
                from_party=material.origin in parties and material.origin != country,
                without_certificate=bare,
            )
        )
    return Case(place=place, country=country, item=item, ingredients=tuple(ingredients))


def weigh(
    material: Material,
    *,
    place: str,
    country: str,
    parties: frozenset[str],
    form: str,
    verified: Mapping[CertificateReference, bool],
    suppliers: Mapping[Material, bool] | None = None,
) -> tuple[Weight, tuple[str, ...], bool]:
    """Return the weight, the facts that it lacks, and whether only a certificate is wanting."""
    if material.origin == country:
        return _weigh_own(material, place, suppliers or {})
    if material.origin not in parties:
        return Weight.FOREIGN, (), False
    reference = material.certificate
    if reference is None or reference.form != form:
        return Weight.FOREIGN, (), True
    if reference.issued_in != material.origin:
        # A substitute certificate may be issued elsewhere (Rules 8.4): a person must look.
        return Weight.OPEN, (f"{place}.certificate.issuingCountry",), False
    good = verified.get(reference)
    if good is None:
        return Weight.OPEN, (f"{place}.certificate",), False
    return (Weight.ORIGINATING if good else Weight.FOREIGN), (), not good


def _weigh_own(
    material: Material, place: str, suppliers: Mapping[Material, bool]
) -> tuple[Weight, tuple[str, ...], bool]:
    """Weigh a material of the producing country: by its supplier's declaration, if it names one."""
    if material.supplier is None:
        return Weight.ORIGINATING, (), False
    stands = suppliers.get(material)
    if stands is None:
        return Weight.OPEN, (f"{place}.supplierDeclaration",), False
    return (Weight.ORIGINATING if stands else Weight.FOREIGN), (), False


def value_of(
    material: Material, weight: Weight, place: str, price: Money | None, rates: tuple[Rate, ...]
) -> tuple[Fraction | None, tuple[str, ...]]:
    """Return the value in the currency of the price, or the facts that are lacking for it."""
    if material.value is None:
        return None, (f"{place}.value",)
    if weight is not Weight.ORIGINATING and material.value_basis is None:
        return None, (f"{place}.valueBasis",)  # R36; Rules 2.4
    if price is None:
        return None, ()  # the missing price is named by the rule that needs it
    amount = exact(material.value.amount)
    if material.value.currency == price.currency:
        return amount, ()
    for rate in rates:
        pair = (rate.source_currency, rate.target_currency)
        factor = exact(rate.rate) / exact(rate.per)
        if pair == (material.value.currency, price.currency):
            return amount * factor, ()
        if pair == (price.currency, material.value.currency):
            return amount / factor, ()
    return None, (f"rates[{material.value.currency}/{price.currency}]",)
