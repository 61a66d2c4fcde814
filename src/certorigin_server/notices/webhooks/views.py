"""The addresses of programs that are told what happens, and how each delivery went."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import FindingsError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.notices.forms import WEBHOOK
from certorigin_server.notices.kinds import KIND_LABELS, Kind
from certorigin_server.notices.webhooks import services
from certorigin_server.notices.webhooks.queries import deliveries_to, endpoints_of, get_endpoint
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.notices.webhooks.models import Endpoint
    from certorigin_server.users.access import Caller

STATUS_CODES = {
    "waiting": "webhook.status.waiting",
    "done": "webhook.status.done",
    "failed": "webhook.status.failed",
}


@for_right(Right.WEBHOOKS_WRITE)
def list_webhooks(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the addresses and register one; its secret is shown this once."""
    language, status, secret = language_of(request), 200, ""
    form = Form.from_post(WEBHOOK, request.POST, language)
    if request.method == "POST":
        data = form.to_data()
        kinds = [one for one, ticked in (data.get("kinds") or {}).items() if ticked is True]
        try:
            _, secret = services.register(
                url=str(data.get("url", "")), kinds=kinds, by=caller.user, at=caller.at
            )
            form = Form(WEBHOOK, language)
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
            status = 422
    rows = [_shown(row) for row in endpoints_of(caller.user)]
    context = {"form": form, "rows": rows, "secret": secret}
    return render(request, "notices/webhooks.html", context, status=status)


@for_right(Right.WEBHOOKS_WRITE)
def show(request: HttpRequest, caller: Caller, endpoint: int) -> HttpResponse:
    """Show an address with its deliveries, and carry out what its buttons order."""
    row = get_endpoint(endpoint, user=caller.user)
    order, _, what = request.POST.get("order", "").partition(":")
    secret = ""
    if request.method == "POST" and order:
        by, at = caller.user, caller.at
        if order == "again":
            services.send_again(delivery=_uuid(what), by=by, at=at)
        elif order == "on":
            services.switch_on(endpoint=row.pk, by=by, at=at)
        elif order == "remove":
            services.remove(endpoint=row.pk, by=by, at=at)
            return redirect("webhooks")
        elif order == "secret":
            secret = services.new_secret(endpoint=row.pk, by=by, at=at)
        if not secret:
            messages.success(request, say("web.webhook_ordered", {}, language_of(request)))
            return redirect("webhook-show", endpoint=row.pk)
    page = page_of(request, deliveries_to(row))
    for one in page.object_list:
        one.label = KIND_LABELS[Kind(one.occasion.kind)]
        one.status_code = STATUS_CODES[one.status]
    context = {"row": _shown(row), "page": page, "secret": secret}
    return render(request, "notices/webhook.html", context)


def _shown(row: Endpoint) -> dict[str, object]:
    """An address with the labels of its kinds and its status."""
    is_off, is_failing = row.switched_off_at is not None, row.failing_since is not None
    status = "webhook.is_on"
    if is_off or is_failing:
        status = "webhook.is_off_now" if is_off else "webhook.is_failing"
    labels = [KIND_LABELS[Kind(kind)] for kind in row.kinds.split()]
    return {"row": row, "labels": labels, "status": status, "is_off": is_off}


def _uuid(text: str) -> UUID:
    """Read the id of a delivery. Raises UnknownError (`webhook.unknown`)."""
    try:
        return UUID(text)
    except ValueError:
        raise UnknownError("webhook.unknown", webhook=text[:40]) from None
