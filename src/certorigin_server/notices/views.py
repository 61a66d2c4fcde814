"""What a person was told, and how they want to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import FindingsError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_person, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import join
from certorigin_server.desk.paging import page_of
from certorigin_server.notices import services
from certorigin_server.notices.forms import CHOICES
from certorigin_server.notices.kinds import KIND_LABELS, How, Kind
from certorigin_server.notices.queries import choices_of, mailbox_of, notices_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller


@for_person
def list_notices(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what a person was told, newest first; mark all as read."""
    if request.POST.get("order") == "read":
        services.mark_read(user=caller.user, at=caller.at)
        return redirect("notices")
    page = page_of(request, notices_of(caller.user))
    for row in page.object_list:
        row.label = KIND_LABELS[Kind(row.occasion.kind)]
    return render(request, "notices/list.html", {"page": page})


@for_person
def open_notice(request: HttpRequest, caller: Caller, notice: int) -> HttpResponse:
    """Go where a notice leads; it counts as read from now on. Raises UnknownError."""
    del request
    row = notices_of(caller.user).filter(pk=notice).first()
    if row is None:
        raise UnknownError("notices.unknown", notice=str(notice))
    services.mark_read(user=caller.user, at=caller.at, notice=row.pk)
    return redirect(row.occasion.path)


@for_person
def choose(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show and change how a person is written to."""
    user, language = caller.user, language_of(request)
    status = 200
    if request.method == "POST":
        form = Form.from_post(CHOICES, request.POST, language)
        try:
            _save(form, caller)
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
            status = 422
        else:
            messages.success(request, say("web.notice_saved", {}, language))
            return redirect("notice-choices")
    else:
        mailbox = mailbox_of(user)
        kinds = {str(kind): str(how) for kind, how in choices_of(user).items()}
        data = {"address": mailbox.address if mailbox else "", "kinds": kinds}
        form = Form.from_data(CHOICES, data, language)
    context = {
        "form": form,
        "mailbox": mailbox_of(user),
        "has_server": bool(settings.SYSTEM.mail.server),
    }
    return render(request, "notices/choices.html", context, status=status)


def _save(form: Form, caller: Caller) -> None:
    """Keep what was chosen, and begin to confirm a new address. Raises FindingsError."""
    data = form.to_data()
    asked = data.get("kinds") or {}
    ways = {str(one) for one in How}
    wrong = [join("kinds", kind) for kind in Kind if asked.get(str(kind)) not in ways]
    if wrong:
        findings = [Finding("notices.no_way", place) for place in wrong]
        raise FindingsError("notices.refused", findings)
    chosen = {kind: How(asked[str(kind)]) for kind in Kind}
    services.set_address(address=str(data.get("address", "")), by=caller.user, at=caller.at)
    services.choose(chosen=chosen, by=caller.user, at=caller.at)


@for_person
def confirm(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take the link of a letter as proof that the address is the person's. Raises UnknownError."""
    word = request.POST.get("word", "")
    if request.method == "POST":
        services.confirm_address(word=word[:1_000], by=caller.user, at=caller.at)
        messages.success(request, say("web.notice_confirmed", {}, language_of(request)))
        return redirect("notice-choices")
    return render(request, "notices/confirm.html", {"word": request.GET.get("word", "")[:1_000]})
