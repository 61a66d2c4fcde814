"""The machine interface of applications where it tells what became of them: the list and one.

They stand beside the others of the first stop, and are here because a certificate is known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Schema

from certorigin_server.application.api import (
    PAGE_SIZE,
    ApplicationOut,
    ApplicationRow,
    router,
    row_of,
    whole,
)
from certorigin_server.application.queries import get_visible, search
from certorigin_server.certification.outcomes import outcomes_of
from certorigin_server.desk.paging import part_on
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["router"]


class Applications(Schema):
    """A page of applications."""

    applications: list[ApplicationRow]


@router.get("", response=Applications)
def list_applications(
    request: HttpRequest, status: Text = "", text: Text = "", page: Page = "1"
) -> Applications:
    """List the applications that the caller may see, newest change first."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    found = list(part_on(search(caller.user, status=status, text=text), page, PAGE_SIZE))
    became = outcomes_of(found)
    told = [row_of(one).model_copy(update={"outcome": became[one.pk]}) for one in found]
    return Applications(applications=told)


@router.get("/{application}", response=ApplicationOut)
def get_application(request: HttpRequest, application: UUID) -> ApplicationOut:
    """Show one application with its findings, and what became of it."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    row = get_visible(application, user=caller.user)
    shown = whole(row, request, caller)
    return shown.model_copy(update={"outcome": outcomes_of([row])[row.pk]})
