"""Asking, and certifying, on the strength of another state's certificate (R48)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import CertoriginError, FindingsError, MalformedError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.events.re_export import get_re_export
from certorigin_server.certification.queries import certificate_for
from certorigin_server.certification.sheet import sheet_of
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.returns.events import re_export
from certorigin_server.returns.events.forms import (
    CONFIRMING,
    FINDING,
    REFUSING,
    SENDING_ON,
    parts_of,
)
from certorigin_server.standing.queries import get_certificate
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.certification.sheet import Sheet
    from certorigin_server.users.access import Caller


@for_right(Right.APPLICATION_WRITE)
def find(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Name the certificate with which the goods came, as on the paper."""
    language = language_of(request)
    form = Form.from_post(FINDING, request.POST, language)
    status = 200
    if request.method == "POST":
        data, status = form.to_data(), 422
        try:
            found = re_export.find_base(
                number=str(data.get("number", "")),
                issued_on=date.fromisoformat(str(data.get("date", ""))),
                issued_in=str(data.get("state", "")),
                by=caller.user,
                at=caller.at,
            )
            return redirect("re-export-ask", subject=found.subject)
        except ValueError:
            form.show([Finding("web.re_export_day_missing", "date")])
        except UnknownError:
            form.show([Finding("web.re_export_not_found", "number")])
    context = {"form": form, "help": "web.re_export_find_help", "go": "web.re_export_find"}
    return render(request, "returns/re_export.html", context, status=status)


@for_right(Right.APPLICATION_WRITE)
def ask(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """State which goods go further, to whom and where; declare box 13."""
    language, base = language_of(request), get_certificate(subject)
    re_export.find_base(  # another company's certificate is not to be seen
        number=base.number,
        issued_on=base.certification.date,
        issued_in=base.issued_in,
        by=caller.user,
        at=caller.at,
    )
    context = {"base": base, "help": "web.re_export_help", "go": "web.re_export_go"}
    if request.method != "POST":
        form = Form.from_data(SENDING_ON, parts_of(base), language)
        return render(request, "returns/re_export.html", context | {"form": form})
    form = Form.from_post(SENDING_ON, request.POST, language)
    if form.follow(request.POST.get("order", "ask")):
        return render(request, "returns/re_export.html", context | {"form": form})
    status, refused = 422, ""
    try:
        asked = _ask(caller, subject, form)
    except FindingsError as error:
        form.show([one for one in error.findings if isinstance(one, Finding)])
        refused = say(error.code, error.facts, language)
    except MalformedError as error:
        place = str(error.facts.get("place", ""))
        form.show([Finding(error.code, place, facts=error.facts)])
    except CertoriginError as error:
        status, refused = 409, say(error.code, error.facts, language)
    else:
        messages.success(request, say("web.event_asked", {"number": base.number}, language))
        return redirect("application-show", application=asked)
    context |= {"form": form, "refused": refused}
    return render(request, "returns/re_export.html", context, status=status)


@for_right(Right.CERTIFICATION_CERTIFY)
def make(request: HttpRequest, caller: Caller, asked: int) -> HttpResponse:
    """Show the certificate as it will stand beside its base; certify it, or answer why not."""
    row, language = get_re_export(asked, user=caller.user), language_of(request)
    done = certificate_for(row.application_id)
    if done is not None:
        return redirect("certification-show", subject=done.pk)
    refusing = Form.from_post(REFUSING, request.POST, language)
    confirming = Form.from_post(CONFIRMING, request.POST, language)
    found = re_export.rehearse(asked=row.pk, by=caller.user, at=caller.at)
    status, fault = 200, found.fault
    if request.method == "POST":
        status = 422
        is_refusal = request.POST.get("order") == "refuse"
        if not is_refusal and not confirming.to_data().get("confirmed"):
            confirming.show([Finding("web.certify_unconfirmed", "confirmed")])
        else:
            try:
                return _done(request, caller, row.pk, refusing if is_refusal else None)
            except MalformedError as error:
                refusing.show([Finding(error.code, "reason", facts=error.facts)])
            except CertoriginError as error:
                status, fault = 409, error
    context = {
        "row": row,
        "base": found.base,
        "refusal": getattr(row, "refusal", None),
        "sheet": _sheet(found, language),
        "fault": say(fault.code, fault.facts, language) if fault else "",
        "can_make": found.boxes is not None and found.fault is None,
        "refusing": refusing,
        "confirming": confirming,
    }
    return render(request, "returns/re_export_make.html", context, status=status)


def _ask(caller: Caller, subject: str, form: Form) -> str:
    data = form.to_data()
    said = {name: data.pop(name, "") for name in ("body", "confirmed", "remark")}
    asked = re_export.ask(
        subject=subject,
        body=str(said["body"]),
        terms=data,
        remark=str(said["remark"]),
        confirmed=bool(said["confirmed"]),
        by=caller.user,
        at=caller.at,
    )
    return str(asked.application_id)


def _done(request: HttpRequest, caller: Caller, asked: int, refusing: Form | None) -> HttpResponse:
    language = language_of(request)
    if refusing is not None:
        reason = str(refusing.to_data().get("reason", ""))
        re_export.refuse(asked=asked, reason=reason, by=caller.user, at=caller.at)
        messages.success(request, say("web.event_refusal_kept", {}, language))
        return redirect("certification-list")
    made = re_export.make(asked=asked, by=caller.user, at=caller.at)
    messages.success(request, say("web.certified", {"number": made.number}, language))
    return redirect("certification-show", subject=made.pk)


def _sheet(found: re_export.Rehearsal, language: str) -> Sheet | None:
    """Lay out what would be made, or while it can't be, the certificate on which it would rest."""
    boxes = found.boxes or found.base
    if boxes is None:
        return None
    return sheet_of(
        boxes,
        form=boxes.form,
        number=found.number if found.boxes else boxes.number,
        issued_in=boxes.issued_in,
        criteria=[str(item.criterion or "") for item in boxes.items],
        findings=(),
        language=language,
    )
