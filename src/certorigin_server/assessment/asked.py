"""Which attempts decided and still do: asked by every act that rests on a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import UUIDField

from certorigin_server.assessment.models import Assessment
from certorigin_server.prepared import Prepared

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.prepared import Slot


def deciding() -> QuerySet[Assessment]:
    """Find the attempts that decided and still do."""
    decided = Assessment.objects.exclude(decision=Assessment.Decision.UNDETERMINED)
    return decided.filter(reopening=None)


def deciding_with_officer(applications: list[UUID]) -> QuerySet[Assessment]:
    """Find those of some applications, with who decided; a question may be built on it."""
    found = deciding().select_related("decided_by__organisation")
    return found.filter(application__pk__in=applications)


def _decisions(application: Slot) -> QuerySet[Assessment]:
    return deciding().filter(application=application)[:1]


decisions = Prepared(_decisions, application=UUIDField())
