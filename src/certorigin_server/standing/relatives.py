"""Which certificates a certificate comes from, and which came from it, as both logs say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import Replacement
from certorigin_server.standing.models import RegisteredAct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from certorigin.standing.fold import Standing

BEFORE, AFTER = "web.event_from", "web.event_followed"
# Whoever reads the one that was made sees that what it stands on is annulled (R48).
BEFORE_ANNULLED = "web.event_from_annulled"


class Relative(NamedTuple):
    """Another certificate: whether it came before or after (a code), and how people name it."""

    what: str
    subject: str
    number: str
    date: date | None


def relatives_of(standing: Standing | None) -> list[Relative]:
    """Return where a certificate comes from and what came from it, as of its standing.

    A cause names the one before (R46 to R48); `Replaced` and `Divided` name those after it.
    """
    if standing is None or standing.issued is None:
        return []
    causes = [cause.act for cause in standing.issued.act.causes]
    rows = RegisteredAct.objects.filter(act__in=causes, kind=str(Kind.ISSUED), void="")
    named = list(rows.defer("raw"))
    annulled = set(
        RegisteredAct.objects.filter(
            subject__in=[row.subject for row in named], kind=str(Kind.ANNULLED), void=""
        ).values_list("subject", flat=True)
    )
    before = [
        Relative(
            BEFORE_ANNULLED if row.subject in annulled else BEFORE,
            row.subject,
            row.number,
            row.issued_on,
        )
        for row in named
    ]
    return [*dict.fromkeys(before), *dict.fromkeys(_after(standing))]


def _after(standing: Standing) -> Iterator[Relative]:
    for ending in standing.endings:
        if isinstance(ending.body, Replacement):
            body = ending.body
            yield Relative(AFTER, body.by_subject, body.by.number, body.by.date)
    for part in standing.parts:
        if part.entry.act.subject == standing.subject:
            taker = part.body.substitute
            yield Relative(AFTER, part.body.substitute_subject, taker.number, taker.date)
