"""Goods wholly obtained in a country (Rules 2.2): each category with the facts that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.assessment.material import RETAIL_PACKING
from certorigin.assessment.step import Outcome, Step, all_met, any_met

if TYPE_CHECKING:
    from certorigin.assessment.agreement import Agreement, Category
    from certorigin.assessment.case import Case
    from certorigin.assessment.material import Material, WhollyObtainedClaim


def try_wholly_obtained(case: Case, agreement: Agreement) -> Step:
    """Decide a claim of "wholly obtained". Without a claim the rule is not met."""
    claim = case.item.wholly_obtained
    if claim is None:
        return Step("wholly_obtained", Outcome.NOT_MET, "2.2", {"claimed": "no"})
    figures = {"category": claim.category}
    category = agreement.categories.get(claim.category)
    if category is None:
        missing = (f"{case.place}.whollyObtained.category",)
        return Step("wholly_obtained", Outcome.UNDETERMINED, "2.2", figures, missing)
    place = f"{case.place}.whollyObtained"
    parts = [_country_fact(name, claim, case.country, place) for name in category.countries]
    if category.any_countries:
        parts.append(_one_country(category, claim, case.country, place))
    parts += [_flag_fact(name, claim, place) for name in category.flags]
    if category.from_such_materials:
        parts.append(_made_from_such(case, agreement))
    outcome = all_met(part.outcome for part in parts)
    return Step("wholly_obtained", outcome, category.clause, figures, parts=tuple(parts))


def _country_fact(name: str, claim: WhollyObtainedClaim, country: str, place: str) -> Step:
    stated = claim.countries.get(name)
    if stated is None:
        return Step("in_country", Outcome.UNDETERMINED, missing=(f"{place}.{name}",))
    outcome = Outcome.MET if stated == country else Outcome.NOT_MET
    return Step("in_country", outcome, figures={"fact": name, "country": stated})


def _one_country(category: Category, claim: WhollyObtainedClaim, country: str, place: str) -> Step:
    stated = [name for name in category.any_countries if name in claim.countries]
    if not stated:
        missing = (f"{place}.{category.any_countries[0]}",)
        return Step("in_country", Outcome.UNDETERMINED, missing=missing)
    parts = tuple(_country_fact(name, claim, country, place) for name in stated)
    return Step("any_of", any_met(part.outcome for part in parts), parts=parts)


def _flag_fact(name: str, claim: WhollyObtainedClaim, place: str) -> Step:
    stated = claim.flags.get(name)
    if stated is None:
        return Step("stated", Outcome.UNDETERMINED, missing=(f"{place}.{name}",))
    return Step("stated", Outcome.MET if stated else Outcome.NOT_MET, figures={"fact": name})


def _made_from_such(case: Case, agreement: Agreement) -> Step:
    """Every material must itself be wholly obtained in the country (2.2 л).

    Packing for retail sale counts towards origin (4.5), but goods are not made of it: with foreign
    packing the Rules do not say whether 2.2 л still holds.
    """
    numbered = [
        (index, one)
        for index, one in enumerate(case.item.materials)
        if one.use in {"", RETAIL_PACKING}
    ]
    if not any(one.use == "" for _, one in numbered):
        missing: tuple[str, ...] = (f"{case.place}.materials",)
        return Step("made_from_such", Outcome.UNDETERMINED, missing=missing)
    answers = [(index, one, _is_such(one, case.country)) for index, one in numbered]
    wrong = [str(index + 1) for index, one, such in answers if such is False and not one.use]
    if wrong:
        return Step("made_from_such", Outcome.NOT_MET, figures={"others": ", ".join(wrong)})
    missing = tuple(
        f"{case.place}.materials[{index}].whollyObtained"
        if such is None
        else f"agreement:{agreement.name}/2.2+4.5"
        for index, _, such in answers
        if such is not True
    )
    outcome = Outcome.UNDETERMINED if missing else Outcome.MET
    return Step(
        "made_from_such", outcome, figures={"materials": str(len(answers))}, missing=missing
    )


def _is_such(material: Material, country: str) -> bool | None:
    if material.origin != country:
        return False
    return material.wholly_obtained
