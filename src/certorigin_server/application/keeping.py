"""Applications and their papers, as far as their term of keeping is concerned (R16)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from certorigin_server.application.evidence_folder import path_of, remove_file
from certorigin_server.application.models import (
    Application,
    Declaration,
    Evidence,
    PartyWord,
    Question,
    WorksheetVersion,
)
from certorigin_server.trail.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

GONE = "—"
PAPERS = (
    Papers(WorksheetVersion, "application", {"document": ""}),
    Papers(Evidence, "application", {"name": GONE}),
    Papers(Question, "application", {"text": GONE}),
    Papers(Question, "application", {"answer": GONE}, {"answered_at__isnull": False}),
    Papers(Declaration, "application", {"declarant": GONE, "position": "", "wording": ""}),
)


def cases_unchanged_since(before: datetime) -> QuerySet[Application]:
    """Return the applications whose papers are still there, and that nobody changed since then."""
    rows = Application.objects.filter(destroyed_at=None, changed_at__lt=before)
    return rows.order_by("changed_at", "id")


def lock_cases(names: Iterable[str]) -> QuerySet[Application]:
    """Lock applications whose papers are still there, and return them."""
    rows = Application.objects.select_for_update().filter(pk__in=list(names), destroyed_at=None)
    return rows.order_by("id")


def files_of_cases(applications: Iterable[UUID]) -> dict[UUID, list[tuple[str, int]]]:
    """Return digest and size of every file of some applications."""
    found: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    rows = Evidence.objects.filter(application__in=applications).order_by("digest", "id")
    for application, digest, size in rows.values_list("application", "digest", "size"):
        found[application].append((digest, size))
    return found


def destroy_applications(
    applications: Collection[UUID], *, certified: Collection[UUID], at: datetime
) -> None:
    """Note that the papers of applications are destroyed; call inside the act's transaction.

    The document of one that led to a certificate says what the logs say, and stays for the figures.
    """
    rows = Application.objects.filter(pk__in=applications)
    PartyWord.objects.filter(application__in=applications).delete()
    names = {"parties_key": "", "importer_name": "", "invoice_number": ""}
    rows.update(destroyed_at=at, withdrawal_reason="", **names)
    rows.exclude(pk__in=certified).update(document="")


def files_to_destroy() -> set[str]:
    """Return the digests of files that no case needs which still has its papers."""
    gone = Evidence.objects.exclude(application__destroyed_at=None).values_list("digest", flat=True)
    found = gone.exclude(digest__in=_needed().values("digest")).distinct()
    return {digest for digest in found if path_of(digest).exists()}


def destroy_file(digest: str) -> None:
    """Unlink a file, durably; one that was attached anew in the meantime stays."""
    if _needed().filter(digest=digest).exists():
        return
    remove_file(digest)


def _needed() -> QuerySet[Evidence]:
    return Evidence.objects.filter(application__destroyed_at=None)
