"""What every look-up asks of the register: each question with an index of its own, prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, CharField, DateField, Q

from certorigin.vocabulary.acts import Kind
from certorigin_server.prepared import Prepared
from certorigin_server.standing.models import RegisteredAct

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from certorigin_server.prepared import Slot

# More than these never share a number: a longer answer would be a list of somebody's papers.
MOST_FOUND = 20


def issued(received_by: str | Slot = "") -> QuerySet[RegisteredAct]:
    """Return the certificates that count; with `received_by`, those of other installations."""
    found = RegisteredAct.objects.filter(kind=str(Kind.ISSUED), void="")
    return found.exclude(publisher=received_by) if received_by else found


def publishers_beside(own: str) -> list[str]:
    """Return who else published certificates, by one step through an index for each."""
    found: list[str] = []
    last = ""
    while True:
        after = issued().filter(publisher__gt=last).order_by("publisher")
        following = after.values_list("publisher", flat=True).first()
        if following is None:
            return [one for one in found if one != own]
        found.append(following)
        last = following


def _numbered(key: Slot, received_by: Slot | str = "", **wanted: Slot) -> QuerySet[RegisteredAct]:
    found = issued(received_by).filter(number_key=key, **wanted)
    return found.order_by("issued_on", "origin", "index")[:MOST_FOUND]


def _about(subject: Slot, **known: Slot) -> QuerySet[RegisteredAct]:
    rows = RegisteredAct.objects.filter(subject=subject, void="")
    return rows.exclude(**known).order_by("registered_at", "pk")


def _perhaps_about(subject: Slot) -> QuerySet[RegisteredAct]:
    counts = Q(void="") | Q(void__endswith="_unknown")
    rows = RegisteredAct.objects.filter(counts, subject=subject)
    return rows.order_by("registered_at", "pk")


def _claims(key: Slot, day: Slot) -> QuerySet[RegisteredAct]:
    rows = issued().filter(number_key=key, issued_on=day)
    return rows.order_by("registered_at", "pk")


def _issue_of(subject: Slot, **publisher: Slot) -> QuerySet[RegisteredAct]:
    return issued().filter(subject=subject, **publisher).order_by("origin", "index")[:1]


_text = CharField()
numbered = Prepared(
    _numbered, key=_text, issued_on=DateField(), issued_in=_text, form=_text, received_by=_text
)
about = Prepared(_about, subject=_text, pk=BigIntegerField())
perhaps_about = Prepared(_perhaps_about, subject=_text)
claims = Prepared(_claims, key=_text, day=DateField())
issue_of = Prepared(_issue_of, subject=_text, publisher=_text)
