"""Reading conditions, rates, and what goods of a declaration of origin are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import FindingsError
from certorigin.recognition.preference import Condition, Found, Judged, Rate, judge_worth
from certorigin.vocabulary.finding import Finding
from certorigin_server.recognition.preference.models import ConditionNote, ExchangeRate

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from certorigin.recognition.declaration import GoodsDeclaration as Declaration
    from certorigin_server.recognition.models import GoodsDeclaration


def notes_on(row: GoodsDeclaration) -> QuerySet[ConditionNote]:
    """Return what was found under every version of a declaration, oldest first."""
    found = ConditionNote.objects.filter(declaration__number=row.number, declaration__date=row.date)
    return found.select_related("noted_by")


def newest_notes(row: GoodsDeclaration) -> list[tuple[Condition, ConditionNote | None]]:
    """Return each condition with what was found last about it."""
    last = {note.condition: note for note in notes_on(row)}
    return [(condition, last.get(str(condition))) for condition in Condition]


def unmet(row: GoodsDeclaration) -> list[Condition]:
    """Return the conditions that customs found not to be met."""
    return [one for one, note in newest_notes(row) if note and note.found == Found.NOT_MET]


def require_conditions(row: GoodsDeclaration, override: str) -> None:
    """Let nobody grant a preference without a reason whose condition was found not to be met.

    Raises FindingsError (`conditions.not_met`; R19, R42).
    """
    missed = unmet(row)
    if missed and not override.strip():
        facts = {"conditions": ", ".join(missed)}
        found = Finding("conditions.not_met", "override", clause="Rules 5.1", facts=facts)
        raise FindingsError(found.code, [found], **facts)


def rates() -> QuerySet[ExchangeRate]:
    """Return every rate, newest day first."""
    return ExchangeRate.objects.select_related("entered_by")


def rates_between(first: date, last: date) -> list[ExchangeRate]:
    """Return the rates of some days; of one day the older entry first."""
    return list(
        ExchangeRate.objects.filter(day__range=(first, last)).order_by("-day", "-entered_at", "-pk")
    )[::-1]


def worth_of(row: GoodsDeclaration, declaration: Declaration) -> Judged | None:
    """Judge goods that rest on declarations of origin, at the rates of the declaration's day."""
    known: dict[str, ExchangeRate] = {}
    for rate in ExchangeRate.objects.filter(day=row.date).order_by("entered_at", "pk"):
        known[rate.currency] = rate
    told = [Rate(one.currency, one.day, one.units, one.price) for one in known.values()]
    dollar = known.get("USD")
    own = dollar.price_currency if dollar else ""
    told = [rate for rate in told if known[rate.currency].price_currency == own]
    return judge_worth(declaration, told, own_currency=own)
