"""The lists of the first page and of the search: what each role may see, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from certorigin_server.application.queries import search as search_applications
from certorigin_server.certification.outcomes import (
    told_outcomes,
    told_received,
    told_statuses,
)
from certorigin_server.certification.queries import WHOLE_ACT
from certorigin_server.certification.queries import search as search_certificates
from certorigin_server.desk.paging import part_of
from certorigin_server.desk.templatetags.desk import state
from certorigin_server.recognition.outcomes import told_declarations
from certorigin_server.recognition.queries import search as search_declarations
from certorigin_server.standing.queries import search_issued
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin_server.users.queries import User

LONGEST = 25


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    url: str
    number: str
    date: date
    form: str
    parties: str
    status: str


def lists_for(user: User, *, text: str, at: datetime) -> list[tuple[str, list[Row]]]:
    """Return the titled lists that a person's rights allow."""
    rights = rights_of(user, at=at)
    lists = []
    if Right.CERTIFICATION_READ in rights:
        lists.append(("web.certificates", _certificates(user, text, at)))
    if Right.APPLICATION_READ in rights:
        lists.append(("web.applications", _applications(user, text)))
    if Right.RECOGNITION_READ in rights:
        lists.append(("web.received", _received(text, at)))
        if text.strip():
            lists.append(("web.declarations", _declarations(user, text)))
    return lists


def _certificates(user: User, text: str, at: datetime) -> list[Row]:
    found = search_certificates(user, text=text).select_related("application__organisation")
    rows = list(part_of(found.defer(*WHOLE_ACT, "application__document"), 0, LONGEST))
    statuses = told_statuses(rows, on=at.date())
    return [
        Row(
            url=reverse("journey", args=[row.pk]),
            number=row.number,
            date=row.issued_on,
            form=row.form,
            parties=f"{row.application.about} ({state(row.destination)})",
            status=statuses[row.pk],
        )
        for row in rows
    ]


def _applications(user: User, text: str) -> list[Row]:
    rows = list(part_of(search_applications(user, text=text), 0, LONGEST))
    became = told_outcomes(rows)
    return [
        Row(
            url=reverse("application-show", args=[row.pk]),
            number=str(row.pk)[:8],
            date=row.changed_at.date(),
            form=row.form,
            parties=row.about,
            status=became[row.pk],
        )
        for row in rows
    ]


def _received(text: str, at: datetime) -> list[Row]:
    found = search_issued(text, limit=LONGEST, received_by=settings.SYSTEM.installation)
    rows = list(found.defer("raw"))
    told = told_received(rows, on=at.date())
    return [
        Row(
            url=reverse("recognition-certificate", args=[row.subject]),
            number=row.number,
            date=row.issued_on or row.registered_at.date(),
            form=row.form,
            parties=state(row.issued_in),
            status=told[row.subject] or "act.mirrored",
        )
        for row in rows
    ]


def _declarations(user: User, text: str) -> list[Row]:
    rows = list(part_of(search_declarations(user, text=text).defer("document"), 0, LONGEST))
    became = told_declarations(rows)
    return [
        Row(
            url=reverse("recognition-show", args=[row.pk]),
            number=row.number,
            date=row.date,
            form=", ".join(dict.fromkeys(one.form for one in row.citations.all())),
            parties=row.post.name,
            status=became[row.pk],
        )
        for row in rows
    ]
