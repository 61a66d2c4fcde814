"""What became of applications, in the words of the trade: for lists, a page of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.certification.events.re_export import asked_among
from certorigin_server.certification.journal import ENDINGS
from certorigin_server.certification.models import Certificate
from certorigin_server.seal.queries import endings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from certorigin_server.application.queries import Application

# How an outcome is told; the others as they are called under `application.`.
_TOLD = {"refused": "assessment.refused"}
_ENDED = {"Annulled": "journal.status.annulled", "Replaced": "journal.status.replaced"}


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


def told_statuses(rows: Sequence[Certificate]) -> dict[str, str]:
    """Return the code of the word for each certificate: what ended it, else its act's way."""
    ended = told_endings(endings_of(row.pk for row in rows))
    return {row.pk: ended.get(row.pk, f"act.{row.act.status}") for row in rows}


def told_endings(ends: Mapping[str, str]) -> dict[str, str]:
    """Return the codes of the words for the kinds of acts that ended certificates."""
    return {subject: _ENDED[kind] for subject, kind in ends.items()}


def _certified(applications: Sequence[UUID]) -> dict[UUID, str]:
    """Return what the certificates of those are that have one."""
    if not applications:
        return {}
    found = Certificate.objects.filter(application__in=applications, event="").order_by()
    subjects = dict(found.values_list("application", "pk"))
    ends = endings_of(subjects.values())
    return {one: ENDINGS.get(ends.get(pk, ""), "certified") for one, pk in subjects.items()}
