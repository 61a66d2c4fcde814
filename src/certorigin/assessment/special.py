"""Special cases of section 4: sets (4.1, 4.6), and goods that travel in several lots (4.2)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from certorigin.assessment.case import Weight, value_of, weigh
from certorigin.assessment.exact import exact_sum, exact_text, money_text, percent_text, price_text
from certorigin.assessment.step import Outcome, Step, all_met
from certorigin.assessment.trade import MISTAKE
from certorigin.standing.validity import months_later

if TYPE_CHECKING:
    from collections.abc import Callable

    from certorigin.assessment.agreement import Agreement
    from certorigin.assessment.case import Case, Surroundings
    from certorigin.assessment.trade import Lots
    from certorigin.assessment.worksheet import ItemWorksheet, SetElement

_WEIGHED = {
    Weight.ORIGINATING: Outcome.MET,
    Weight.FOREIGN: Outcome.NOT_MET,
    Weight.OPEN: Outcome.UNDETERMINED,
}


def try_set(
    case: Case,
    agreement: Agreement,
    around: Surroundings,
    *,
    decide: Callable[[ItemWorksheet, str], Step],
) -> Step:
    """Decide a set: each element by itself; those that do not originate within the limit (4.6).

    `decide` answers for an element with facts of production of its own.
    """
    parts: list[Step] = []
    surely: list[Fraction] = []
    perhaps: list[Fraction] = []
    missing: list[str] = []
    known = True
    for index, element in enumerate(case.item.elements):
        place = f"{case.place}.elements[{index}]"
        part = _element(element, place, around, decide)
        parts.append(part)
        if part.outcome is Outcome.MET:
            continue
        value, lacks = _value(element, place, case, around)
        missing += [*lacks, *part.missing]
        if value is None:
            known = False
            continue
        (surely if part.outcome is Outcome.NOT_MET else perhaps).append(value)
    sure = exact_sum(surely)
    most = sure + exact_sum(perhaps) if known else None
    return _limited(case, agreement, sure, most, tuple(missing), tuple(parts))


def _limited(
    case: Case,
    agreement: Agreement,
    surely: Fraction,
    at_most: Fraction | None,
    missing: tuple[str, ...],
    parts: tuple[Step, ...],
) -> Step:
    figures = {"limit": exact_text(agreement.set_limit * 100)}
    figures |= price_text(case.item.ex_works_price)
    if all(part.outcome is Outcome.MET for part in parts):
        return Step("set", Outcome.MET, "4.1", figures, parts=parts)
    if case.price is None:
        missing = (f"{case.place}.exWorksPrice", *missing)
        return Step("set", Outcome.UNDETERMINED, "4.6", figures, missing, parts)
    allowed = agreement.set_limit * case.price
    figures |= {"value": money_text(surely), "share": percent_text(surely / case.price)}
    if surely > allowed:
        figures["excess"] = money_text(surely - allowed)
        return Step("set", Outcome.NOT_MET, "4.6", figures, parts=parts)
    if at_most is not None and at_most <= allowed:
        figures["room"] = money_text(allowed - at_most)
        return Step("set", Outcome.MET, "4.6", figures, parts=parts)
    return Step("set", Outcome.UNDETERMINED, "4.6", figures, missing, parts)


def _element(
    element: SetElement,
    place: str,
    around: Surroundings,
    decide: Callable[[ItemWorksheet, str], Step],
) -> Step:
    if element.production is not None:
        return decide(element.production, place)
    weight, lacks, _ = weigh(
        element.bought,
        place=place,
        country=around.country,
        parties=around.parties,
        form=around.form,
        verified=around.verified,
        suppliers=around.suppliers,
    )
    figures = {"weight": str(weight)}
    return Step("element", _WEIGHED[weight], "4.1", figures, lacks)


def _value(
    element: SetElement, place: str, case: Case, around: Surroundings
) -> tuple[Fraction | None, tuple[str, ...]]:
    """Return what the element is worth in the set; 4.6 asks for no particular basis."""
    price = case.item.ex_works_price
    return value_of(element.bought, Weight.ORIGINATING, place, price, around.rates)


def try_lots(case: Case, lots: Lots, agreement: Agreement) -> Step:
    """Ask whether lots may be looked at as one good (4.2). If not, each lot is goods of its own."""
    place = f"{case.place}.lots"
    facts = {
        "noticeGiven": lots.notice_given,
        "oneCountry": lots.one_country,
        "oneExporter": lots.one_exporter,
        "oneCustomsOffice": lots.one_customs_office,
    }
    if lots.cause == MISTAKE:
        facts["mistakeDocumented"] = lots.mistake_documented
    else:
        facts["specificationGiven"] = lots.specification_given
    parts = [_stated(name, held, place) for name, held in facts.items()]
    parts.append(_in_time(lots, agreement, place))
    outcome = all_met(part.outcome for part in parts)
    if outcome is Outcome.NOT_MET:
        missing = (f"{place}[each lot as an item of its own]",)
        return Step("lots", Outcome.UNDETERMINED, "4.2", {}, missing, tuple(parts))
    return Step("lots", outcome, "4.2", parts=tuple(parts))


def _stated(name: str, held: bool | None, place: str) -> Step:  # noqa: FBT001 - the fact itself
    if held is None:
        return Step("stated", Outcome.UNDETERMINED, "4.2", {"fact": name}, (f"{place}.{name}",))
    return Step("stated", Outcome.MET if held else Outcome.NOT_MET, "4.2", {"fact": name})


def _in_time(lots: Lots, agreement: Agreement, place: str) -> Step:
    missing = tuple(
        f"{place}.{name}"
        for name, day in (
            ("declarationAccepted", lots.declaration_accepted),
            ("lastLot", lots.last_lot),
        )
        if day is None
    )
    if lots.declaration_accepted is None or lots.last_lot is None:
        return Step("lots_in_time", Outcome.UNDETERMINED, "4.2", {}, missing)
    end = months_later(lots.declaration_accepted, agreement.lots_months)
    outcome = Outcome.MET if lots.last_lot <= end else Outcome.NOT_MET
    figures = {"last": lots.last_lot.isoformat(), "until": end.isoformat()}
    return Step("lots_in_time", outcome, "4.2", figures)
