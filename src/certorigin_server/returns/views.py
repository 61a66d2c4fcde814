"""Taking a certificate back, and issuing another in its place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from certorigin.errors import CertoriginError, ConflictError, RightError, StandingError
from certorigin.returns.replacement import REASONS
from certorigin.terminal.sentences import say
from certorigin.vocabulary.calendar import start_of_day
from certorigin.vocabulary.finding import Finding
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.certification.queries import certificate_for, get_visible, handover_of
from certorigin_server.certification.views import answer_case
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.returns import services
from certorigin_server.returns.forms import ANNULLING, CONFIRMING, REPLACING
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.standing.queries import standing_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.certification.queries import Certificate
    from certorigin_server.users.access import Caller


@for_right(Right.RETURNS_ANNUL, fresh=True)
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
        faults = _faults(form)
        if faults:
            form.show(faults)
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
        "standing": standing_of(row.pk, at=caller.at),
        "handover": handover_of(row),
    }
    return render(request, "returns/annul.html", context, status=status)


@require_POST
@for_right(Right.RETURNS_ANNUL, fresh=True)
def renew(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Prepare anew an annulment or replacement that can't be sealed."""
    row, language = get_visible(subject, user=caller.user), language_of(request)
    if row.body_id != caller.user.organisation_id:
        raise RightError("certification.another_body")
    try:
        services.renew_end(subject=row.pk, by=caller.user, at=caller.at)
    except CertoriginError as error:
        messages.error(request, say(error.code, error.facts, language))
    else:
        messages.success(request, say("web.end_renewed", {}, language))
    return redirect("certification-show", subject=row.pk)


@for_right(Right.APPLICATION_WRITE)
def replace(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Ask for the reason, and begin an application for a certificate in place of this one."""
    row, language = get_visible(subject, user=caller.user), language_of(request)
    form = Form.from_post(REPLACING, request.POST, language)
    status, refused = 200, ""
    if request.method == "POST":
        reason = str(form.to_data().get("reason", ""))
        if reason not in REASONS:
            form.show([Finding("web.replace_reason_missing", "reason", clause="Rules 8.3")])
            status = 422
        else:
            try:
                made = services.ask_replacement(
                    subject=row.pk, reason=reason, by=caller.user, at=caller.at
                )
            except (ConflictError, StandingError) as error:
                status, refused = 409, say(error.code, error.facts, language)
            else:
                facts = {"number": row.number}
                messages.success(request, say("web.replace_begun", facts, language))
                return redirect("application-edit", application=made.pk)
    context = {"row": row, "form": form, "refused": refused}
    return render(request, "returns/replace.html", context, status=status)


@for_right(Right.CERTIFICATION_CERTIFY, fresh=True)
def certify(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show the certificate in place of another as it will stand, and certify it."""
    row = get_application(application, user=caller.user)
    if certificate_for(row.pk) is not None:
        return answer_case(request, caller, row)
    base = services.verified_base(row.pk, at=caller.at)
    return answer_case(request, caller, row, base=base, act=services.certify_in_place)


def _faults(form: Form) -> list[Finding]:
    """What lacks before the second question is asked."""
    data, faults = form.to_data(), []
    if not data.get("ground"):
        faults.append(Finding("web.annul_ground_missing", "ground", clause="Rules 9.4"))
    try:
        _effective(data)
    except ValueError:
        facts = {"place": "effective", "value": str(data["effective"])[:40]}
        faults.append(Finding("day.malformed", "effective", facts=facts))
    return faults


def _effective(data: dict[str, object]) -> datetime | None:
    """Return since when the annulment is said to hold, or None for now. Raises ValueError."""
    if not data.get("effective"):
        return None
    return start_of_day(date.fromisoformat(str(data["effective"])), settings.SYSTEM.state)


def _annulled(request: HttpRequest, caller: Caller, row: Certificate, form: Form) -> HttpResponse:
    data = form.to_data()
    services.annul(
        subject=row.pk,
        ground=str(data["ground"]),
        remark=str(data.get("remark", "")),
        effective=_effective(data),
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
    facts = {"number": row.number}
    messages.success(request, say("web.annulled", facts, language_of(request)))
    return redirect("certification-show", subject=row.pk)
