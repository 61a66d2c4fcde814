"""Taking a certificate back, at the desk of the body that issued it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import ConflictError, RightError, StandingError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.queries import get_visible
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.returns import services
from certorigin_server.returns.forms import ANNULLING, CONFIRMING
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.certification.queries import Certificate
    from certorigin_server.users.access import Caller


@for_right(Right.RETURNS_ANNUL)
def annul(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Ask for the ground, then ask once more, and annul."""
    row = get_visible(subject, user=caller.user)
    if row.body_id != caller.user.organisation_id:
        raise RightError("certification.another_body")
    language = language_of(request)
    form = Form.from_post(ANNULLING, request.POST, language)
    confirming = Form.from_post(CONFIRMING, request.POST, language)
    status, refused, step = 200, "", "ask"
    if request.method == "POST":
        status, step = 422, request.POST.get("order", "ask")
        if not form.to_data().get("ground"):
            form.show([Finding("web.annul_ground_missing", "ground", clause="Rules 9.4")])
            step = "ask"
        elif step != "annul":
            status, step = 200, "annul" if step == "confirm" else "ask"
        elif not confirming.to_data().get("confirmed"):
            confirming.show([Finding("web.annul_unconfirmed", "confirmed")])
        else:
            try:
                return _annulled(request, caller, row, form)
            except (ConflictError, RightError, StandingError) as error:
                status, refused = 409, say(error.code, error.facts, language)
    context = {
        "row": row,
        "form": form,
        "confirming": confirming,
        "is_confirming": step == "annul",
        "refused": refused,
    }
    return render(request, "returns/annul.html", context, status=status)


def _annulled(request: HttpRequest, caller: Caller, row: Certificate, form: Form) -> HttpResponse:
    data = form.to_data()
    services.annul(
        subject=row.pk,
        ground=str(data["ground"]),
        remark=str(data.get("remark", "")),
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
    facts = {"number": row.number}
    messages.success(request, say("web.annulled", facts, language_of(request)))
    return redirect("certification-show", subject=row.pk)
