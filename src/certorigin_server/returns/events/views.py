"""Asking for what is made from a certificate, making it, and recording contracts of sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import CertoriginError, FindingsError, MalformedError, RightError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.record import Record
from certorigin_server.certification.events.queries import EVENT_TITLES, get_request
from certorigin_server.certification.queries import boxes_of, get_visible
from certorigin_server.certification.sheet import sheet_of
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.returns.events import services
from certorigin_server.returns.events.forms import (
    CONFIRMING,
    HELPS,
    REASON_CODES,
    REFUSING,
    SELLING,
    asking,
    stated,
)
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.certification.queries import Certificate
    from certorigin_server.certification.sheet import Sheet
    from certorigin_server.users.access import Caller


@for_right(Right.APPLICATION_WRITE)
def ask(request: HttpRequest, caller: Caller, subject: str, event: str) -> HttpResponse:
    """Ask, as the exporter, for a duplicate, a substitute or a correction."""
    return _asked(request, caller, get_visible(subject, user=caller.user), event)


@for_right(Right.CERTIFICATION_CERTIFY)
def enter(request: HttpRequest, caller: Caller, subject: str, event: str) -> HttpResponse:
    """Enter, as an officer, what was asked for on paper or what the body found itself."""
    row = get_visible(subject, user=caller.user)
    if row.body_id != caller.user.organisation_id:
        raise RightError("certification.another_body")
    return _asked(request, caller, row, event)


@for_right(Right.CERTIFICATION_CERTIFY)
def make(request: HttpRequest, caller: Caller, asked: int) -> HttpResponse:
    """Show what was asked for as it will stand; make it, or answer why not."""
    row, language = get_request(asked, user=caller.user), language_of(request)
    if hasattr(row, "made"):
        return redirect("certification-show", subject=row.made.pk)
    refusing = Form.from_post(REFUSING, request.POST, language)
    confirming = Form.from_post(CONFIRMING, request.POST, language)
    found = services.rehearse(request=row.pk, by=caller.user, at=caller.at)
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
        "title": row.title,
        "reason": REASON_CODES.get(row.reason, ""),
        "refusal": getattr(row, "refusal", None),
        "sheet": _sheet(found, language),
        "fault": say(fault.code, fault.facts, language) if fault else "",
        "can_make": found.boxes is not None and found.fault is None,
        "refusing": refusing,
        "confirming": confirming,
    }
    return render(request, "returns/event_make.html", context, status=status)


@for_right(Right.CERTIFICATION_CERTIFY)
def sell(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Record the contract of goods that left for sale or for an exhibition."""
    row, language = get_visible(subject, user=caller.user), language_of(request)
    if row.body_id != caller.user.organisation_id:
        raise RightError("certification.another_body")
    form = Form.from_post(SELLING, request.POST, language)
    status, refused = 200, ""
    if request.method == "POST":
        status = 422
        try:
            record = Record(form.to_data())
            contract = record.part("contract", DocumentReference.from_record)
            buyer = record.part("buyer", Party.from_record)
            services.record_sale(
                subject=row.pk, contract=contract, buyer=buyer, by=caller.user, at=caller.at
            )
        except MalformedError as error:
            form.show([_beside(error)])
        except CertoriginError as error:
            status, refused = 409, say(error.code, error.facts, language)
        else:
            messages.success(request, say("web.event_sold", {"number": row.number}, language))
            return redirect("certification-show", subject=row.pk)
    context = {"row": row, "form": form, "refused": refused, "title": "web.event_sale"}
    context |= {"help": "web.event_sale_help", "go": "web.event_sale"}
    return render(request, "returns/event_ask.html", context, status=status)


def _asked(request: HttpRequest, caller: Caller, row: Certificate, event: str) -> HttpResponse:
    language, boxes = language_of(request), boxes_of(row)
    layout = asking(event)
    if request.method != "POST":
        filled = stated(event, boxes) if event != "duplicate" else {}
        form = Form.from_data(layout, filled, language)
        return _asking_page(request, row, event, form)
    form = Form.from_post(layout, request.POST, language)
    order = request.POST.get("order", "ask")
    if form.follow(order):
        return _asking_page(request, row, event, form)
    data = form.to_data()
    reason, remark = str(data.pop("reason", "")), str(data.pop("remark", ""))
    if not reason:
        form.show([Finding("web.event_reason_missing", "reason")])
        return _asking_page(request, row, event, form, status=422)
    try:
        services.ask(
            subject=row.pk,
            event=event,
            reason=reason,
            remark=remark,
            terms=data,
            by=caller.user,
            at=caller.at,
        )
    except FindingsError as error:
        form.show([one for one in error.findings if isinstance(one, Finding)])
        refused = say(error.code, error.facts, language)
        return _asking_page(request, row, event, form, status=422, refused=refused)
    except MalformedError as error:
        form.show([_beside(error)])
        return _asking_page(request, row, event, form, status=422)
    except CertoriginError as error:
        refused = say(error.code, error.facts, language)
        return _asking_page(request, row, event, form, status=409, refused=refused)
    messages.success(request, say("web.event_asked", {"number": row.number}, language))
    return redirect("certification-show", subject=row.pk)


def _asking_page(
    request: HttpRequest,
    row: Certificate,
    event: str,
    form: Form,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {"row": row, "form": form, "refused": refused}
    context |= {"title": EVENT_TITLES[event], "help": HELPS[event], "go": "web.event_go"}
    return render(request, "returns/event_ask.html", context, status=status)


def _done(request: HttpRequest, caller: Caller, asked: int, refusing: Form | None) -> HttpResponse:
    language = language_of(request)
    if refusing is not None:
        reason = str(refusing.to_data().get("reason", ""))
        services.refuse(request=asked, reason=reason, by=caller.user, at=caller.at)
        messages.success(request, say("web.event_refusal_kept", {}, language))
        return redirect("certification-list")
    made = services.make(request=asked, by=caller.user, at=caller.at)
    messages.success(request, say("web.certified", {"number": made.number}, language))
    return redirect("certification-show", subject=made.pk)


def _sheet(found: services.Rehearsal, language: str) -> Sheet:
    """Lay out what would be made, or while it can't be, the certificate from which it is asked."""
    boxes = found.boxes or boxes_of(found.row.base)
    return sheet_of(
        boxes,
        form=boxes.form,
        number=found.number,
        issued_in=boxes.issued_in,
        criteria=[str(item.criterion or "") for item in boxes.items],
        findings=(),
        language=language,
    )


def _beside(error: MalformedError) -> Finding:
    return Finding(error.code, str(error.facts.get("place", "")), facts=error.facts)
