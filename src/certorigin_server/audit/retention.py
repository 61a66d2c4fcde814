"""Which cases are due, and the destruction of their papers: a protocol and four eyes (R16)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certorigin.audit.retention import Protocol, digest_of_cases
from certorigin.errors import ConflictError, MalformedError, RightError, UnknownError
from certorigin_server.application import keeping as applications
from certorigin_server.audit.models import Destruction
from certorigin_server.audit.shelves import SHELVES
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.trail.services import record
from certorigin_server.users.queries import require_right
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.audit.retention import Case
    from certorigin_server.audit.shelves import Shelf
    from certorigin_server.users.queries import User

# One protocol can be read by a person, and is one transaction.
MOST_CASES = 1000
_AT_ONCE = 200
FIRST = "applications"


def find_due(kind: str = FIRST, *, at: datetime, limit: int = MOST_CASES) -> list[Case]:
    """Return the cases of a kind whose papers may be destroyed, those first that rest longest."""
    shelf = SHELVES[kind]
    before = at - timedelta(days=365 * shelf.years)
    found: list[Case] = []
    rows: list[object] = []
    at_once = min(limit, _AT_ONCE)
    for row in shelf.candidates(before).iterator(chunk_size=at_once):
        rows.append(row)
        if len(rows) == at_once:
            found += _due(shelf, rows, at)
            rows = []
        if len(found) >= limit:
            break
    found += _due(shelf, rows, at)
    return found[:limit]


def open_destructions() -> list[Destruction]:
    """Return what waits for a second administrator."""
    return list(Destruction.objects.filter(confirmed_at=None).select_related("proposed_by"))


def confirmed_destructions() -> QuerySet[Destruction]:
    """Return what was destroyed, newest first."""
    found = Destruction.objects.exclude(confirmed_at=None).order_by("-confirmed_at", "id")
    return found.select_related("proposed_by", "confirmed_by")


def protocol_of(destruction: UUID) -> bytes:
    """Return the sealed protocol of what was destroyed. Raises UnknownError."""
    row = Destruction.objects.filter(pk=destruction).only("protocol").first()
    if row is None or row.protocol is None:
        raise UnknownError("retention.unknown", value=str(destruction))
    return row.protocol.encode()


@transaction.atomic
def propose(kind: str = FIRST, *, reason: str, by: User, at: datetime) -> Destruction:
    """Propose to destroy the papers of everything of a kind that is due.

    Raises RightError, MalformedError (`administration.reason_missing`), UnknownError
    (`retention.nothing_due`).
    """
    require_right(by, Right.USERS_WRITE, at=at)
    if not reason.strip():
        raise MalformedError("administration.reason_missing", place="reason")
    due = find_due(kind, at=at)
    if not due:
        raise UnknownError("retention.nothing_due")
    years = SHELVES[kind].years
    made = Destruction.objects.create(
        kind=kind,
        years=years,
        reason=reason.strip()[:1000],
        cases=orjson.dumps([case.name for case in due]).decode(),
        digest=digest_of_cases(due, years),
        proposed_by=by,
        proposed_at=at,
    )
    facts = {"cases": str(len(due)), "digest": made.digest, "kind": kind}
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
    SHELVES[row.kind].destroy(cases, at)
    row.confirmed_by, row.confirmed_at = by, at
    row.protocol = _protocol(row, cases).seal(get_keyring().named("gateway")).decode()
    row.save()
    facts = {"cases": str(len(cases)), "digest": row.digest, "kind": row.kind}
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


def _due(shelf: Shelf, rows: Sequence[object], at: datetime) -> list[Case]:
    today = timezone.localdate(at)
    return [case for case in shelf.cases(rows) if case.is_due(shelf.years, today=today)]


def _again(row: Destruction, at: datetime) -> list[Case]:
    """Look at the proposed cases once more. Raises ConflictError when something has changed."""
    shelf = SHELVES[row.kind]
    due = _due(shelf, list(shelf.lock(orjson.loads(row.cases))), at)
    if digest_of_cases(due, shelf.years) != row.digest:
        raise ConflictError("retention.overtaken", value=str(row.pk))
    return due


def _protocol(row: Destruction, cases: Sequence[Case]) -> Protocol:
    if row.confirmed_by is None or row.confirmed_at is None:
        raise RuntimeError("a protocol tells who confirmed")
    return Protocol(
        id=row.urn,
        installation=settings.SYSTEM.installation,
        kind=row.kind,
        years=row.years,
        reason=row.reason,
        proposed_by=row.proposed_by.username,
        proposed_at=row.proposed_at,
        confirmed_by=row.confirmed_by.username,
        confirmed_at=row.confirmed_at,
        cases=cases,
    )
