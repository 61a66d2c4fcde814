"""Reading what was attached to applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin_server.application.models import Application, Evidence
from certorigin_server.application.queries import visible_to

if TYPE_CHECKING:
    from uuid import UUID

    from certorigin_server.users.queries import User


def evidence_of(application: Application) -> list[Evidence]:
    """Return the files of an application that were not taken out, in the order of attaching."""
    return list(application.evidence.filter(removed_at=None).select_related("added_by"))


def get_evidence(evidence: UUID, *, user: User) -> Evidence:
    """Return a file's record. Raises UnknownError (`evidence.unknown`) also for hidden ones."""
    found = (
        Evidence.objects.select_related("application__organisation")
        .filter(pk=evidence, application__in=visible_to(user))
        .first()
    )
    if found is None:
        raise UnknownError("evidence.unknown", evidence=str(evidence))
    return found


def may_attach(application: Application) -> bool:
    """Say whether files can still be attached: until the decision, not after a withdrawal."""
    is_open = application.status in {Application.Status.DRAFT, Application.Status.SUBMITTED}
    return is_open and application.decided_at is None
