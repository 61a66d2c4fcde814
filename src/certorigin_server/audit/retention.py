"""Which cases are due, and the destruction of their papers: a protocol and four eyes (R16)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certorigin.audit.retention import Case, Protocol, digest_of_cases
from certorigin.errors import ConflictError, MalformedError, RightError, UnknownError
from certorigin_server.application import keeping as applications
from certorigin_server.assessment import keeping as assessments
from certorigin_server.audit.models import Destruction
from certorigin_server.certification import keeping as certificates
from certorigin_server.returns.queries import asked_about
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.standing.queries import last_days
from certorigin_server.trail.services import record
from certorigin_server.users.queries import require_right
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import User

# One protocol can be read by a person, and is one transaction.
MOST_CASES = 1000
_AT_ONCE = 200
_PAPERS = (*applications.PAPERS, *assessments.PAPERS, *certificates.PAPERS)


def find_due(*, at: datetime, limit: int = MOST_CASES) -> list[Case]:
    """Return the cases whose papers may be destroyed, those first that rest longest."""
    years, today = settings.SYSTEM.keep_years, timezone.localdate(at)
    before = at - timedelta(days=365 * years)
    found: list[Case] = []
    rows: list[Application] = []
    for row in applications.cases_unchanged_since(before).iterator(chunk_size=_AT_ONCE):
        rows.append(row)
        if len(rows) == _AT_ONCE:
            found += _due(rows, years, today)
            rows = []
        if len(found) >= limit:
            break
    found += _due(rows, years, today)
    return found[:limit]


def cases_of(rows: Sequence[Application]) -> Iterator[Case]:
    """Return the cases of some applications: their certificates, days, files, open matters."""
    names = [row.pk for row in rows]
    certified = certificates.certificates_of_cases(names)
    files = applications.files_of_cases(names)
    subjects = [subject for found in certified.values() for subject, _ in found]
    acts, asked = last_days(subjects), asked_about(subjects)
    appealed, dossiers = assessments.appealed(names), assessments.dossiers_until(names)
    for row in rows:
        own = certified.get(row.pk, [])
        moments = [row.changed_at, row.submitted_at, row.decided_at, row.withdrawn_at]
        moments += [acts.get(subject) for subject, _ in own]
        days = [timezone.localdate(moment) for moment in moments if moment is not None]
        days += [day for _, day in own]
        days += [dossiers[row.pk]] if row.pk in dossiers else []
        matters = {
            "retention.undecided": row.status == row.Status.SUBMITTED and row.decided_at is None,
            "retention.to_certify": row.to_certify_since is not None,
            "retention.appealed": row.pk in appealed,
            "retention.asked_about": any(subject in asked for subject, _ in own),
        }
        yield Case(
            name=row.urn,
            certificates=tuple(subject for subject, _ in own),
            days=tuple(days),
            files=tuple(files.get(row.pk, [])),
            open_matters=tuple(code for code, holds in matters.items() if holds),
        )


def open_destructions() -> list[Destruction]:
    """Return what waits for a second administrator."""
    return list(Destruction.objects.filter(confirmed_at=None))


@transaction.atomic
def propose(*, reason: str, by: User, at: datetime) -> Destruction:
    """Propose to destroy the papers of everything that is due.

    Raises RightError, MalformedError (`administration.reason_missing`), UnknownError
    (`retention.nothing_due`).
    """
    require_right(by, Right.USERS_WRITE, at=at)
    if not reason.strip():
        raise MalformedError("administration.reason_missing", place="reason")
    due = find_due(at=at)
    if not due:
        raise UnknownError("retention.nothing_due")
    years = settings.SYSTEM.keep_years
    made = Destruction.objects.create(
        years=years,
        reason=reason.strip()[:1000],
        cases=orjson.dumps([case.name for case in due]).decode(),
        digest=digest_of_cases(due, years),
        proposed_by=by,
        proposed_at=at,
    )
    facts = {"cases": str(len(due)), "digest": made.digest}
    record(by=by.username, at=at, action="retention.proposed", subject=made.urn, **facts)
    return made


@transaction.atomic
def confirm(*, destruction: UUID, by: User, at: datetime) -> Destruction:
    """Confirm a destruction: words in the database go now, files in `destroy_files` right after it.

    Who confirmed may ask again and gets what was sealed.
    Raises UnknownError (`retention.unknown`), RightError (`administration.four_eyes`),
    ConflictError (`retention.done`; `retention.overtaken` where a case is not due any more or got
    another file: then it is proposed anew).
    """
    require_right(by, Right.USERS_WRITE, at=at)
    row = Destruction.objects.select_for_update().filter(pk=destruction).first()
    if row is None:
        raise UnknownError("retention.unknown", value=str(destruction))
    if row.proposed_by_id == by.pk:
        raise RightError("administration.four_eyes")
    if row.confirmed_by_id == by.pk:
        return row  # the files or the protocol's copy are still to do
    if row.confirmed_at is not None:
        raise ConflictError("retention.done", value=str(destruction))
    cases = _again(row, at)
    names = [_uuid(case) for case in cases]
    for papers in _PAPERS:
        papers.destroy(names)
    certified = [_uuid(case) for case in cases if case.certificates]
    applications.destroy_applications(names, certified=certified, at=at)
    row.confirmed_by, row.confirmed_at = by, at
    row.protocol = _protocol(row, cases).seal(get_keyring().named("gateway")).decode()
    row.save()
    facts = {"cases": str(len(cases)), "digest": row.digest}
    record(by=by.username, at=at, action="retention.destroyed", subject=row.urn, **facts)
    return row


def destroy_files() -> int:
    """Unlink the files that no case needs any more; a crash in between is made good by repeating.

    Papers of the same bytes that another case still needs stay.
    """
    found = applications.files_to_destroy()
    for digest in sorted(found):
        applications.destroy_file(digest)
    return len(found)


def _due(rows: Sequence[Application], years: int, today: date) -> list[Case]:
    return [case for case in cases_of(rows) if case.is_due(years, today=today)]


def _again(row: Destruction, at: datetime) -> list[Case]:
    """Look at the proposed cases once more. Raises ConflictError when something has changed."""
    names = [name.removeprefix("urn:uuid:") for name in orjson.loads(row.cases)]
    found = list(applications.lock_cases(names))
    due = _due(found, row.years, timezone.localdate(at))
    if digest_of_cases(due, row.years) != row.digest:
        raise ConflictError("retention.overtaken", value=str(row.pk))
    return due


def _protocol(row: Destruction, cases: Sequence[Case]) -> Protocol:
    if row.confirmed_by is None or row.confirmed_at is None:
        raise RuntimeError("a protocol tells who confirmed")
    return Protocol(
        id=row.urn,
        installation=settings.SYSTEM.installation,
        years=row.years,
        reason=row.reason,
        proposed_by=row.proposed_by.username,
        proposed_at=row.proposed_at,
        confirmed_by=row.confirmed_by.username,
        confirmed_at=row.confirmed_at,
        cases=cases,
    )


def _uuid(case: Case) -> UUID:
    return UUID(case.name.removeprefix("urn:uuid:"))
