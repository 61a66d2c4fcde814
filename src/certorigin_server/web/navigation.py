"""Where a person can go: one entry for each desk, shown to those who have its right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Desk:
    """A desk: the right that opens it, the name of its address, the code of its title."""

    right: Right
    address: str
    title: str


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation, as a page shows it."""

    url: str
    title: str
    is_here: bool


# In the order of the journey.
DESKS = (
    Desk(Right.APPLICATION_READ, "application-list", "web.applications"),
    Desk(Right.APPLICATION_WRITE, "supplier-list", "web.suppliers"),
    Desk(Right.COMPANY_READ, "company", "web.company"),
    Desk(Right.ASSESSMENT_DECIDE, "assessment-list", "web.assessment"),
    Desk(Right.CERTIFICATION_CERTIFY, "certification-list", "web.certification"),
    Desk(Right.CERTIFICATION_JOURNAL, "blanks", "web.blanks"),
    Desk(Right.FEES_READ, "fees", "web.fees"),
    Desk(Right.FEES_RULE, "fees-schedules", "web.fee_schedules"),
    Desk(Right.CERTIFICATION_READ, "answers-list", "web.requests_received"),
    Desk(Right.MIRROR_READ, "mirror-watch", "web.exchange"),
    Desk(Right.STATISTICS_READ, "statistics", "web.statistics"),
    Desk(Right.TRAIL_READ, "audit", "web.audit"),
    Desk(Right.ADMINISTRATION_READ, "administration", "web.administration"),
    Desk(Right.RECOGNITION_READ, "recognition-list", "web.declarations"),
    Desk(Right.RECOGNITION_READ, "recognition-received", "web.received"),
    Desk(Right.RECOGNITION_READ, "requests-list", "web.requests"),
    Desk(Right.RECOGNITION_RATE, "recognition-rates", "web.rates"),
    Desk(Right.WEBHOOKS_WRITE, "webhooks", "web.webhooks"),
)
# What every role uses, before issue and at import.
EVERYBODYS = (
    ("guidance-start", "web.ask"),
    ("guidance-rules", "web.acceptance"),
    ("tariff-search", "web.tariff_find"),
)


def navigation_for(rights: Iterable[Right], path: str) -> list[Entry]:
    """Return the entries for somebody's rights; the start page is everybody's."""
    held = frozenset(rights)
    entries = [Entry("/", "web.start", path == "/")]
    for desk in DESKS:
        if desk.right in held:
            url = reverse(desk.address)
            entries.append(Entry(url, desk.title, path.startswith(url)))
    for address, title in EVERYBODYS:
        url = reverse(address)
        entries.append(Entry(url, title, path.startswith(url)))
    return entries
