"""Pages of acts of examination: those of an exporter, recording one, citing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from certorigin.assessment.examination import ActDocument
from certorigin.errors import ConflictError
from certorigin.terminal.sentences import say
from certorigin_server.application.evidence_queries import evidence_of
from certorigin_server.application.queries import draft_of, get_visible, latest_worksheet
from certorigin_server.assessment import act_services
from certorigin_server.assessment.act_queries import acts_for
from certorigin_server.assessment.case_forms import act_layout
from certorigin_server.assessment.views import may_decide
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.findings import read_leniently
from certorigin_server.desk.forms import Form
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.queries import Application
    from certorigin_server.users.access import Caller


@for_right(Right.ASSESSMENT_READ)
def show_acts(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """List the acts of the exporter, from whichever case they come; officers record others."""
    row = get_visible(application, user=caller.user)
    if row.organisation_id != caller.user.organisation_id:
        record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    if not _may_record(row, caller):
        return _page(request, caller, row, None)
    layout = act_layout(evidence_of(row))
    if request.method != "POST":
        return _page(
            request, caller, row, Form.from_data(layout, _suggested(row), language_of(request))
        )
    form = Form.from_post(layout, request.POST, language_of(request))
    if form.follow(request.POST.get("order", "")):
        return _page(request, caller, row, form)
    data = form.to_data()
    evidence = str(data.pop("evidence", ""))
    reading = read_leniently(data, ActDocument.from_data)
    form.show(reading.faults)
    if reading.document is None or reading.faults:
        return _page(request, caller, row, form, status=422)
    try:
        act_services.record_act(
            application=row.pk,
            act=reading.document,
            evidence=UUID(evidence) if evidence in _files(row) else None,
            by=caller.user,
            at=caller.at,
        )
    except ConflictError as error:
        told = say(error.code, error.facts, language_of(request))
        return _page(request, caller, row, form, status=409, refused=told)
    messages.success(request, say("web.act_recorded", {}, language_of(request)))
    return redirect("assessment-acts", application=row.pk)


@require_POST
@for_right(Right.ASSESSMENT_DECIDE)
def cite(request: HttpRequest, caller: Caller, application: UUID, act: UUID) -> HttpResponse:
    """Cite an act for an item, as new facts of production."""
    item, version = (request.POST.get(name, "") for name in ("item", "version"))
    act_services.cite_act(
        application=application,
        act=act,
        item=_number(item),
        version=_number(version),
        by=caller.user,
        at=caller.at,
    )
    messages.success(request, say("web.act_cited", {"number": item}, language_of(request)))
    return redirect("assessment-worksheet", application=application)


@require_POST
@for_right(Right.ASSESSMENT_DECIDE)
def withdraw(request: HttpRequest, caller: Caller, act: UUID) -> HttpResponse:
    """Withdraw an act."""
    gone = act_services.withdraw_act(act=act, by=caller.user, at=caller.at)
    facts = {"act": gone.number}
    messages.success(request, say("web.act_withdrawn", facts, language_of(request)))
    return redirect("assessment-acts", application=gone.application_id)


def _page(
    request: HttpRequest,
    caller: Caller,
    row: Application,
    form: Form | None,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    facts = latest_worksheet(row)
    context = {
        "row": row,
        "acts": acts_for(row, at=caller.at),
        "form": form,
        "refused": refused,
        "may_withdraw": form is not None,
        "cite": facts is not None and may_decide(row, caller),
        "version": facts.version if facts else 0,
        "items": draft_of(row).items,
    }
    return render(request, "assessment/acts.html", context, status=status)


def _may_record(row: Application, caller: Caller) -> bool:
    rights = rights_of(caller.user, at=caller.at)
    return Right.ASSESSMENT_DECIDE in rights and row.body_id == caller.user.organisation_id


def _suggested(row: Application) -> dict[str, Any]:
    goods = []
    for item in draft_of(row).items:
        code = {"tariffCode": str(item.tariff_code)} if item.tariff_code else {}
        goods.append({"description": item.description} | code)
    return {"goods": goods}


def _files(row: Application) -> set[str]:
    return {str(one.pk) for one in evidence_of(row)}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else -1
