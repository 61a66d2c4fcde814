"""Reading assessments: what waits, what was decided, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Assessment as Reasons
from certorigin.assessment.assess import assess
from certorigin.assessment.fit import check_fit
from certorigin.errors import UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.standing.standing import StandingStatus
from certorigin_server.application.queries import (
    draft_of,
    get_visible,
    latest_versions,
    submitted_at,
    undecided,
    visible_to,
)
from certorigin_server.assessment.models import Assessment, Reopening
from certorigin_server.assessment.term import term_of
from certorigin_server.standing.queries import find_issued, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.assessment.worksheet import Worksheet
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.finding import Finding
    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import User

_GOOD = frozenset({StandingStatus.VALID, StandingStatus.USED_UP})
_BAD = frozenset({StandingStatus.ANNULLED, StandingStatus.REPLACED})


@dataclass(frozen=True)
class Waiting:
    """An application on the work list, with the last day of the national term.

    `last` is the newest attempt, which stayed open; `worksheet_version` is 0 where nobody has yet
    stated the facts of production.
    """

    application: Application
    worksheet_version: int
    due: date
    is_overdue: bool
    last: Assessment | None


def work_list(user: User, *, at: datetime, limit: int = 200) -> list[Waiting]:
    """Return what waits for a decision of the person's body, longest waiting first (R51)."""
    applications = list(undecided(user)[:limit])
    attempts = _last_attempts(application.pk for application in applications)
    term, today = term_of(settings.SYSTEM.state), timezone.localdate(at)
    facts = latest_versions(applications)
    waiting = []
    for application in applications:
        due = term.due(timezone.localdate(submitted_at(application)))
        version, last = facts.get(application.pk, 0), attempts.get(application.pk)
        waiting.append(Waiting(application, version, due, today > due, last))
    return waiting


def latest_visible(application: UUID, *, user: User) -> Assessment:
    """Return the newest assessment of an application that a person may see. Raises UnknownError."""
    row = get_visible(application, user=user)
    found = _newest().filter(application=row.pk).last()
    if found is None:
        raise UnknownError("assessment.none_yet", application=str(application))
    return found


def decision_of(application: UUID) -> Assessment | None:
    """Return the assessment that decided an application, or None; not one opened again."""
    return _deciding().filter(application=application).first()


def last_reopening(application: UUID) -> Reopening | None:
    """Return why the last decision on an application was opened again, or None if none was."""
    found = Reopening.objects.filter(assessment__application=application)
    return found.select_related("opened_by").order_by("opened_at", "id").last()


def round_of(application: UUID) -> int:
    """Return the round of attempts that is under way: one more than decisions opened again."""
    return 1 + Reopening.objects.filter(assessment__application=application).count()


def found_to_originate(user: User) -> QuerySet[Application]:
    """Return the applications that a person may see and whose goods were found to originate."""
    found = _deciding().filter(decision=Assessment.Decision.ORIGINATING)
    return visible_to(user).filter(pk__in=found.values("application"))


def reasons_of(assessment: Assessment) -> Reasons:
    """Read the reasons and figures of an assessment."""
    return Reasons.from_data(parse_strict(assessment.document.encode()))


def attempts_at(application: Application) -> QuerySet[Assessment]:
    """Return every attempt to decide on an application, the newest first."""
    return _newest().filter(application=application.pk).order_by("-decided_at", "-id")


def is_open(application: Application) -> bool:
    """Say whether an application was handed in and waits for its decision."""
    return application.status == application.Status.SUBMITTED and application.decided_at is None


def judge(worksheet: Worksheet, *, at: datetime) -> Reasons:
    """Say what the library decides on these facts now; nothing is stored. Raises MalformedError."""
    return assess(
        worksheet,
        agreement=get_agreement(worksheet.agreement),
        at=timezone.localdate(at),
        verified=verified_certificates(worksheet, at=at),
    )


def find_misfits(worksheet: Worksheet, application: Application) -> tuple[Finding, ...]:
    """Return where facts of production speak of other goods than the application."""
    return tuple(check_fit(worksheet, draft_of(application), issued_in=settings.SYSTEM.state))


def verified_certificates(
    worksheet: Worksheet, *, at: datetime
) -> Mapping[CertificateReference, bool]:
    """Look up the certificates that a worksheet names for its materials (R39).

    One that the register does not know, or knows without an answer, is left out: it stays open.
    """
    named = {
        material.certificate
        for item in worksheet.items
        for material in item.all_materials()
        if material.certificate is not None
    }
    found = {}
    for reference in named:
        rows = find_issued(
            number=reference.number,
            issued_on=reference.date,
            issued_in=reference.issued_in,
            form=reference.form,
        )
        status = standing_of(rows[0].subject, at=at).status if len(rows) == 1 else None
        if status in _GOOD or status in _BAD:
            found[reference] = status in _GOOD
    return found


def _deciding() -> QuerySet[Assessment]:
    """Find the attempts that decided and still do."""
    decided = Assessment.objects.exclude(decision=Assessment.Decision.UNDETERMINED)
    return decided.filter(reopening=None)


def _newest() -> QuerySet[Assessment]:
    return Assessment.objects.select_related("worksheet", "decided_by").order_by("decided_at", "id")


def _last_attempts(applications: Iterable[UUID]) -> dict[UUID, Assessment]:
    found = _newest().filter(application__in=list(applications))
    return {attempt.application_id: attempt for attempt in found}
