"""Alarms about sign-in: an administrator looks at each and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from certorigin.errors import RightError
from certorigin.terminal.sentences import say
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.paging import page_of
from certorigin_server.signin.events import note_alarm
from certorigin_server.signin.queries import alarms
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller


@for_right(Right.ADMINISTRATION_READ)
def list_alarms(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what happened around people's sign-in, newest first."""
    context = {"page": page_of(request, alarms()), "own": caller.user.pk}
    return render(request, "administration/alarms.html", context)


@require_POST
@for_right(Right.USERS_WRITE)
def note(request: HttpRequest, caller: Caller, event: int) -> HttpResponse:
    """Note that one looked at an alarm. Raises UnknownError."""
    try:
        note_alarm(event=event, by=caller.user, at=caller.at)
    except RightError as error:
        messages.error(request, say(error.code, error.facts, language_of(request)))
    return redirect("administration-alarms")
