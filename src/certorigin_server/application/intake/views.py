"""The page on which an application begins: from a file, pasted rows, or an earlier consignment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from certorigin.errors import MalformedError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.application.forms import START
from certorigin_server.application.intake.services import begin_from_file
from certorigin_server.application.queries import visible_to
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.findings import tell
from certorigin_server.desk.forms import Form
from certorigin_server.users.power_queries import principals_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller

_EARLIER = 5
_PASTED = "rows.csv"


@for_right(Right.APPLICATION_WRITE)
def start(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Begin an application from an invoice; what was pasted stays when it can't be read."""
    if request.method != "POST":
        form = Form.from_data(START, {}, language_of(request))
        return _page(request, caller, {"form": form})
    form = Form.from_post(START, request.POST, language_of(request))
    said, file = form.to_data(), request.FILES.get("file")
    pasted = str(said.get("rows") or "").encode()
    given = {name: str(said.get(name) or "") for name in ("currency", "packing")}
    if file is None and not pasted:
        return _refused(request, caller, form, Finding("intake.nothing_given", ""))
    try:
        row, read, kept = begin_from_file(
            raw=file.read() if file is not None else pasted,
            name=(file.name if file is not None else None) or _PASTED,
            by=caller.user,
            at=caller.at,
            behalf=request.POST.get("behalf", "")[:60],
            **given,
        )
    except MalformedError as error:
        return _refused(request, caller, form, Finding(error.code, "", facts=error.facts))
    facts = {"count": str(len(read.application.items))}
    messages.success(request, say("web.intake_begun", facts, language_of(request)))
    query = {"read": str(kept.pk)} if kept else {}
    asked = urlencode(query | {name: text for name, text in given.items() if text})
    return redirect(f"{reverse('application-edit', args=[row.pk])}?{asked}")


def _refused(request: HttpRequest, caller: Caller, form: Form, why: Finding) -> HttpResponse:
    faults = tell([why], language_of(request))
    return _page(request, caller, {"form": form, "faults": faults}, status=422)


def _page(
    request: HttpRequest, caller: Caller, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    earlier = visible_to(caller.user).exclude(submitted_at=None).order_by("-changed_at", "id")
    principals = principals_of(caller.user, at=caller.at)
    context |= {
        "earlier": earlier.select_related("organisation")[:_EARLIER],
        "principals": principals if principals[1:] else [],
    }
    return render(request, "application/start.html", context, status=status)
