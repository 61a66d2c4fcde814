"""The questions about applications that every act asks, their SQL written once (`prepared.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import UUIDField

from certorigin_server.application.models import Application, Declaration
from certorigin_server.prepared import Prepared

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.prepared import Slot


def with_papers() -> QuerySet[Application]:
    """Leave out those whose papers were destroyed: there is nothing to show (R16)."""
    return Application.objects.filter(destroyed_at=None)


def _one(application: Slot) -> QuerySet[Application]:
    rows = with_papers().select_related("organisation", "body", "power__agent")
    return rows.filter(pk=application).order_by()


def _locked(application: Slot) -> QuerySet[Application]:
    return with_papers().select_for_update().filter(pk=application).order_by()


def _locked_with_body(applications: list[UUID]) -> QuerySet[Application]:
    rows = with_papers().select_related("body")
    return rows.select_for_update(of=("self",)).filter(pk__in=applications).order_by("pk")


def _declarations(application: Slot) -> QuerySet[Declaration]:
    found = Declaration.objects.filter(application=application)
    return found.select_related("principal", "power__agent", "confirmed_by")


def _confirmations(applications: list[UUID]) -> QuerySet[Declaration]:
    found = Declaration.objects.filter(application__pk__in=applications)
    return found.only("application", "digest", "confirmed_at", "position")


one = Prepared(_one, application=UUIDField())
locked = Prepared(_locked, application=UUIDField())
locked_with_body = Prepared(_locked_with_body, applications=UUIDField())
declarations = Prepared(_declarations, application=UUIDField())
confirmations = Prepared(_confirmations, applications=UUIDField())
