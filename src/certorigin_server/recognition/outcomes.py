"""What became of goods declarations, in the words of the trade: for lists, a page at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.recognition.models import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from certorigin_server.recognition.models import GoodsDeclaration

_ACCEPTED, _REFUSED = str(Decision.Outcome.ACCEPTED), str(Decision.Outcome.REFUSED)


def told_declarations(rows: Sequence[GoodsDeclaration]) -> dict[UUID, str]:
    """Return the code of the word for each declaration, as `search` finds it.

    It waits while a certificate that it cites does. Then it is accepted, refused or both, by what
    was decided last about each certificate, under whichever version of it.
    """
    decided = _decided({row.number for row in rows if not _waits(row)})
    return {row.pk: _word(row, decided.get((row.number, row.date), frozenset())) for row in rows}


def _waits(row: GoodsDeclaration) -> bool:
    return any(one.decided_at is None for one in row.citations.all())


def _decided(numbers: set[str]) -> dict[tuple[str, date], frozenset[str]]:
    """Return the outcomes under the declarations of these numbers, by number and day."""
    if not numbers:
        return {}
    last: dict[tuple[str, date], dict[str, str]] = {}
    found = Decision.objects.filter(declaration__number__in=numbers).order_by("decided_at", "pk")
    names = ("declaration__number", "declaration__date", "subject", "outcome")
    for number, day, subject, outcome in found.values_list(*names):
        last.setdefault((number, day), {})[subject] = outcome
    return {place: frozenset(outcomes.values()) for place, outcomes in last.items()}


def _word(row: GoodsDeclaration, outcomes: frozenset[str]) -> str:
    if _waits(row):
        return "web.declaration_undecided"
    if outcomes == {_ACCEPTED}:
        return "web.declaration_accepted"
    if outcomes == {_REFUSED}:
        return "web.declaration_refused"
    if outcomes:
        return "web.declaration_partly"
    return "web.declaration_decided" if row.citations.all() else "web.declaration_without"
