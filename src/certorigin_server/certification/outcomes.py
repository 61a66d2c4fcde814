"""What became of applications, in the words of the trade: for lists, a page of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin.standing.validity import months_later
from certorigin.vocabulary.form import get_form
from certorigin_server.certification.events.re_export import asked_among
from certorigin_server.certification.journal import ENDINGS
from certorigin_server.certification.models import Certificate
from certorigin_server.seal.queries import endings_of
from certorigin_server.standing.queries import last_words_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from certorigin_server.application.queries import Application
    from certorigin_server.standing.queries import RegisteredAct

# How an outcome is told; the others as they are called under `application.`.
_TOLD = {"refused": "assessment.refused"}
_LAST_WORDS = {
    "Annulled": "journal.status.annulled",
    "Replaced": "journal.status.replaced",
    "Utilised": "web.accepted_by_customs",
    "PreferenceRestored": "web.accepted_by_customs",
    "Refused": "web.refused_by_customs",
}


def outcomes_of(rows: Sequence[Application]) -> dict[UUID, str]:
    """Return what became of each application: its status until a body decided about it.

    Then `to_certify`, `certified`, `annulled`, `replaced` or `refused`: who decides against the
    goods refuses by that.
    """
    decided = [row for row in rows if row.decided_at is not None]
    found = {row.pk: row.status for row in rows}
    found |= {row.pk: "to_certify" for row in decided if row.to_certify_since is not None}
    found |= _certified([row.pk for row in decided])
    left = [row.pk for row in decided if found[row.pk] == row.status]
    return found | _without(left)


def _without(applications: Sequence[UUID]) -> dict[UUID, str]:
    """Return what became of those that were decided and neither certified nor to be certified."""
    if not applications:
        return {}
    found = dict.fromkeys(applications, "refused")
    # What rests on another state's certificate is handed in as decided, and waits for its own.
    return found | dict.fromkeys(asked_among(applications), "to_certify")


def told_outcomes(rows: Sequence[Application]) -> dict[UUID, str]:
    """Return the code of the word for what became of each application."""
    found = outcomes_of(rows)
    return {one: _TOLD.get(outcome, f"application.{outcome}") for one, outcome in found.items()}


def told_statuses(rows: Sequence[Certificate], *, on: date) -> dict[str, str]:
    """Return the code of the word for each certificate of ours.

    That is what ended it, else what the other state's customs answered, else that its term is over
    (Rules 6.4), else how far its act is.
    """
    subjects = [row.pk for row in rows]
    words = last_words_among(subjects) | endings_of(subjects)
    return {row.pk: _told(words, row.pk, row, on=on) or f"act.{row.act.status}" for row in rows}


def told_received(rows: Iterable[RegisteredAct], *, on: date) -> dict[str, str]:
    """Return the same of certificates that were received, or nothing where nothing came of one."""
    rows = list(rows)
    words = last_words_among(row.subject for row in rows)
    return {row.subject: _told(words, row.subject, row, on=on) for row in rows}


def _told(
    words: Mapping[str, str], subject: str, row: Certificate | RegisteredAct, *, on: date
) -> str:
    if subject in words:
        return _LAST_WORDS[words[subject]]
    return told_term(row.form, row.issued_on, on=on)


def told_term(form: str, issued_on: date | None, *, on: date) -> str:
    """Return the code of the word for a certificate whose months are over on a day, or nothing.

    A duplicate's term began with that of the original, so its own may be over before (Rules 8.2).
    """
    try:
        months = get_form(form).validity_months
    except UnknownError:
        return ""
    is_over = issued_on is not None and months_later(issued_on, months) < on
    return "standing.status.expired" if is_over else ""


def _certified(applications: Sequence[UUID]) -> dict[UUID, str]:
    """Return what the certificates of those are that have one."""
    if not applications:
        return {}
    found = Certificate.objects.filter(application__in=applications, event="").order_by()
    subjects = dict(found.values_list("application", "pk"))
    ends = endings_of(subjects.values())
    return {one: ENDINGS.get(ends.get(pk, ""), "certified") for one, pk in subjects.items()}
