"""The certifying officer's desk: what waits, the certificate as it will stand, and its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from certorigin.assessment.term import term_of
from certorigin.certification.render.page import copy_languages
from certorigin.errors import CertoriginError, MalformedError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding, has_errors
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.record import Record
from certorigin_server.application.queries import draft_of, submitted_at
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.certification import services
from certorigin_server.certification.approval import answer_to, lay_draft
from certorigin_server.certification.case import Terms, open_case
from certorigin_server.certification.events.queries import requests_about
from certorigin_server.certification.events.queries import waiting as waiting_events
from certorigin_server.certification.events.re_export import re_export_of, to_send_on
from certorigin_server.certification.forms import SENDING_BACK, certifying
from certorigin_server.certification.outcomes import told_statuses
from certorigin_server.certification.queries import (
    WHOLE_ACT,
    asked_in_place_of,
    asks_exporter,
    base_of,
    boxes_of,
    certificate_for,
    find_remarks,
    find_void,
    get_visible,
    handover_of,
    needs_two_persons,
    newest_draft,
    principals_of,
    renewals_of,
    stuck_certificates,
    to_certify,
    visible_to,
    why_stuck,
)
from certorigin_server.certification.sheet import Sheet, sheet_of
from certorigin_server.certification.special import NO_EXTRAS, read_extras, unused_numbers
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.findings import Told, read_leniently, tell
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.seal.queries import acts_about
from certorigin_server.seal.shown import seals_on
from certorigin_server.standing.queries import issued_act_of, standing_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.application.queries import Application
    from certorigin_server.certification.case import Base
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.users.access import Caller

    Certify = Callable[..., Certificate]

_ACTS = {
    "Issued": "web.act_issued",
    "Annulled": "web.act_annulled",
    "Replaced": "web.act_replaced",
    "Divided": "web.act_divided",
    "Sold": "web.act_sold",
}
_COPIES = {
    "az": "web.copy_az",
    "be": "web.copy_be",
    "en": "web.copy_en",
    "ru": "web.copy_ru",
}
_ENDS = frozenset({"Annulled", "Replaced"})


@for_right(Right.CERTIFICATION_READ)
def list_certificates(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what waits for a certifying officer, and below it what was issued."""
    waiting = [_waiting(row, caller) for row in to_certify(caller.user)[:200]]
    page = page_of(request, visible_to(caller.user).defer(*WHOLE_ACT))
    rows = list(page)
    statuses = told_statuses(rows, on=caller.at.date())
    context = {
        "waiting": waiting,
        "stuck": stuck_certificates(caller.user)[:50],
        "asked": waiting_events(caller.user)[:50] if _certifies(caller) else (),
        "sent_on": to_send_on(caller.user)[:50] if _certifies(caller) else (),
        "page": page,
        "rows": [(row, statuses[row.pk]) for row in rows],
    }
    return render(request, "certification/list.html", context)


@for_right(Right.CERTIFICATION_CERTIFY, fresh=True)
def certify(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show the certificate as it will stand, and certify it."""
    row = get_application(application, user=caller.user)
    if base_of(row.pk) is not None and certificate_for(row.pk) is None:
        return redirect("returns-certify", application=row.pk)
    return answer_case(request, caller, row)


def answer_case(
    request: HttpRequest,
    caller: Caller,
    row: Application,
    *,
    base: Base | None = None,
    act: Certify = services.certify,
) -> HttpResponse:
    """Answer the page on which a case is certified, or its draft laid before the exporter.

    `act` certifies; the stop of returns gives one of its own, with the base that it verified.
    """
    done = certificate_for(row.pk)
    if done is not None:
        return redirect("certification-show", subject=done.pk)
    language = language_of(request)
    principals = principals_of(caller.user, at=caller.at)
    reserved = [one.number for one in unused_numbers(row.body)[:100]] if row.body else []
    form = Form.from_post(certifying(principals, reserved), request.POST, language)
    exported, faults = _exported(form)
    extras, said = read_extras(form.to_data())
    faults += said
    named = {one.username: one for one in principals}
    acted_for = named.get(str(form.to_data().get("acted_for", "")))
    terms = Terms(exported, acted_for, base, NO_EXTRAS if said else extras)
    rehearsed = services.rehearse(application=row.pk, by=caller.user, at=caller.at, terms=terms)
    status = 200
    if request.method == "POST":
        order = request.POST.get("order", "certify")
        if order == "lay" and not (faults or has_errors(rehearsed.findings)):
            return _laid(request, caller, row, terms)
        if order != "lay" and not form.to_data().get("confirmed"):
            faults.append(Finding("web.certify_unconfirmed", "confirmed"))
        if order != "lay" and not (faults or rehearsed.hindrance or has_errors(rehearsed.findings)):
            return _certified(request, caller, row, act, terms)
        form.show(faults)
        status = 409 if rehearsed.hindrance else 422
    else:
        record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    context = {
        "row": row,
        "form": form,
        "base": base,
        "sheet": _rehearsed_sheet(rehearsed, language),
        "hindrance": _tell_one(rehearsed.hindrance, language),
        "is_stopped": has_errors(rehearsed.findings),
        **_approval_facts(row),
        "is_one_enough": row.body is not None and not needs_two_persons(row.body),
    }
    return render(request, "certification/certify.html", context, status=status)


@for_right(Right.CERTIFICATION_CERTIFY)
def send_back(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Ask for the reason, and send the case back to the assessing officers."""
    row = get_application(application, user=caller.user)
    done = certificate_for(row.pk)
    if done is not None:
        return redirect("certification-show", subject=done.pk)
    language = language_of(request)
    form = Form.from_post(SENDING_BACK, request.POST, language)
    open_case(row.pk, by=caller.user, at=caller.at)
    status = 200
    if request.method == "POST":
        try:
            reason = str(form.to_data().get("reason", ""))
            services.send_back(application=row.pk, reason=reason, by=caller.user, at=caller.at)
        except MalformedError as error:
            form.show([Finding(error.code, "reason", facts=error.facts)])
            status = 422
        else:
            messages.success(request, say("web.sent_back", {}, language))
            return redirect("certification-list")
    return render(
        request, "certification/send_back.html", {"row": row, "form": form}, status=status
    )


@for_right(Right.CERTIFICATION_READ)
def show(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Show a certificate, and how far its acts are on their way."""
    row = get_visible(subject, user=caller.user)
    if not request.headers.get("HX-Request"):
        record_read(by=caller.user.username, at=caller.at, subject=subject)
    language = language_of(request)
    boxes = boxes_of(row)
    acts = [(_ACTS.get(act.kind, "web.act_other"), act) for act in acts_about(subject)]
    standing = standing_of(subject, at=caller.at) if issued_act_of(subject) else None
    void = find_void(row)
    own_base = base_of(row.application_id)
    context = {
        "row": row,
        "acts": acts,
        "is_on_its_way": any(
            act.mirrored_at is None and act.set_aside_at is None for _, act in acts
        ),
        "is_ended": any(act.kind in _ENDS and act.set_aside_at is None for _, act in acts),
        "standing": f"standing.status.{standing.status}" if standing else "",
        "void": say(void.code, void.facts, language) if void else "",
        "stuck": _stuck(row, caller, language),
        "renewals": renewals_of(row),
        "handover": handover_of(row),
        "has_paper": boxes.medium != "electronic-only",
        "base": own_base.base if own_base else None,
        "asked": row.asked,
        "re_export": re_export_of(row.application_id),
        "requests": requests_about(subject),
        "awaits_contract": standing is not None and standing.awaits_contract,
        "asked_instead": [
            (one, certificate_for(one.application_id)) for one in asked_in_place_of(subject)
        ],
        "copies": [
            (get_form(row.form).language, "web.copy_own"),
            *((one, _COPIES[one]) for one in copy_languages(row.form)),
        ],
        "has_status": bool(settings.SYSTEM.publish.status_url),
        "seals": seals_on(row.act.sealed.encode()) if row.act.sealed else [],
        "sheet": _sheet(row, boxes, language),
    }
    return render(request, "certification/show.html", context)


@require_POST
@for_right(Right.CERTIFICATION_CERTIFY, fresh=True)
def renew(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Prepare a certificate anew whose act can't be sealed."""
    row = get_visible(subject, user=caller.user)
    language = language_of(request)
    try:
        services.renew(subject=row.pk, by=caller.user, at=caller.at)
    except CertoriginError as error:
        messages.error(request, say(error.code, error.facts, language))
    else:
        messages.success(request, say("web.renewed", {"number": row.number}, language))
    return redirect("certification-show", subject=row.pk)


def _certified(
    request: HttpRequest, caller: Caller, row: Application, act: Certify, terms: Terms
) -> HttpResponse:
    certificate = act(application=row.pk, by=caller.user, at=caller.at, terms=terms)
    facts = {"number": certificate.number}
    messages.success(request, say("web.certified", facts, language_of(request)))
    return redirect("certification-show", subject=certificate.pk)


def _laid(request: HttpRequest, caller: Caller, row: Application, terms: Terms) -> HttpResponse:
    lay_draft(application=row.pk, by=caller.user, at=caller.at, terms=terms)
    messages.success(request, say("web.draft_laid", {}, language_of(request)))
    return redirect(request.path)


def _approval_facts(row: Application) -> dict[str, object]:
    """What the officer sees of the exporter's approval, where the body's rules ask for it."""
    if row.body is None or not asks_exporter(row.body):
        return {"asks_exporter": False}
    draft = newest_draft(row.pk)
    return {
        "asks_exporter": True,
        "draft": draft,
        "answer": answer_to(draft) if draft else None,
    }


def _stuck(row: Certificate, caller: Caller, language: str) -> str:
    """Say why a certificate is not sealed, as the trust list has it now."""
    if row.act.status != "stuck":
        return ""
    fault = why_stuck(row, at=caller.at)
    return say(fault.code, fault.facts, language) if fault else say("act.stuck", {}, language)


def _exported(form: Form) -> tuple[DocumentReference | None, list[Finding]]:
    """Read the document of an export that has taken place, with every fault beside its field."""
    data = form.to_data()
    if "exported" not in data:
        return None, []
    reading = read_leniently({"exported": data["exported"]}, _read_exported)
    return reading.document, list(reading.faults)


def _read_exported(data: dict[str, Any]) -> DocumentReference:
    record = Record(data)
    if not record.has("exported"):
        raise MalformedError("record.member_missing", place="exported")
    return record.part("exported", DocumentReference.from_record)


def _rehearsed_sheet(rehearsed: services.Rehearsal, language: str) -> Sheet:
    """Lay out the certificate; while findings stop it, what the application would put into it."""
    return sheet_of(
        rehearsed.boxes or draft_of(rehearsed.row),
        form=rehearsed.row.form,
        number=rehearsed.number,
        issued_in=settings.SYSTEM.state,
        criteria=[str(item.criterion or "") for item in rehearsed.reasons.items],
        findings=rehearsed.findings,
        language=language,
    )


def _sheet(row: Certificate, boxes: Boxes, language: str) -> Sheet:
    return sheet_of(
        boxes,
        form=boxes.form,
        number=boxes.number,
        issued_in=boxes.issued_in,
        criteria=[str(item.criterion or "") for item in boxes.items],
        findings=find_remarks(row),
        language=language,
    )


def _tell_one(finding: Finding | None, language: str) -> Told | None:
    return tell([finding], language)[0] if finding else None


def _waiting(row: Application, caller: Caller) -> dict[str, Any]:
    due = term_of(settings.SYSTEM.state).due(timezone.localdate(submitted_at(row)))
    return {
        "row": row,
        "due": due,
        "is_overdue": timezone.localdate(caller.at) > due,
        "is_own": row.body_id == caller.user.organisation_id,
    }


def _certifies(caller: Caller) -> bool:
    return Right.CERTIFICATION_CERTIFY in rights_of(caller.user, at=caller.at)
