"""The certifying officer's desk: what waits, the certificate as it will stand, and its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from certorigin.errors import MalformedError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding, has_errors
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.record import Record
from certorigin_server.application.queries import draft_of, submitted_at
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.assessment.term import term_of
from certorigin_server.certification import services
from certorigin_server.certification.forms import CERTIFYING
from certorigin_server.certification.queries import (
    boxes_of,
    certificate_for,
    find_remarks,
    get_visible,
    to_certify,
    visible_to,
)
from certorigin_server.certification.sheet import Sheet, sheet_of
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.findings import Told, read_leniently, tell
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.seal.queries import acts_about
from certorigin_server.standing.queries import issued_act_of, standing_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.queries import Application
    from certorigin_server.users.access import Caller

_ACTS = {"Issued": "web.act_issued", "Annulled": "web.act_annulled"}


@for_right(Right.CERTIFICATION_READ)
def list_certificates(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what waits for a certifying officer, and below it what was issued."""
    waiting = [_waiting(row, caller) for row in to_certify(caller.user)[:200]]
    context = {"waiting": waiting, "page": page_of(request, visible_to(caller.user))}
    return render(request, "certification/list.html", context)


@for_right(Right.CERTIFICATION_CERTIFY)
def certify(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show the certificate as it will stand, and certify it."""
    row = get_application(application, user=caller.user)
    done = certificate_for(row.pk)
    if done is not None:
        return redirect("certification-show", subject=done.pk)
    language = language_of(request)
    form = Form.from_post(CERTIFYING, request.POST, language)
    exported, faults = _exported(form)
    rehearsed = services.rehearse(
        application=row.pk, by=caller.user, at=caller.at, exported=exported
    )
    status = 200
    if request.method == "POST":
        if not form.to_data().get("confirmed"):
            faults.append(Finding("web.certify_unconfirmed", "confirmed"))
        if not (faults or rehearsed.hindrance or has_errors(rehearsed.findings)):
            return _certified(request, caller, row, exported)
        form.show(faults)
        status = 409 if rehearsed.hindrance else 422
    else:
        record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    context = {
        "row": row,
        "form": form,
        "sheet": _rehearsed_sheet(rehearsed, language),
        "hindrance": _tell_one(rehearsed.hindrance, language),
        "is_stopped": has_errors(rehearsed.findings),
    }
    return render(request, "certification/certify.html", context, status=status)


@for_right(Right.CERTIFICATION_READ)
def show(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Show a certificate, and how far its acts are on their way."""
    row = get_visible(subject, user=caller.user)
    if not request.headers.get("HX-Request"):
        record_read(by=caller.user.username, at=caller.at, subject=subject)
    boxes, language = boxes_of(row), language_of(request)
    acts = [(_ACTS.get(act.kind, "web.act_other"), act) for act in acts_about(subject)]
    standing = standing_of(subject, at=caller.at) if issued_act_of(subject) else None
    context = {
        "row": row,
        "acts": acts,
        "is_on_its_way": any(act.mirrored_at is None for _, act in acts),
        "is_ended": any(act.kind == "Annulled" for _, act in acts),
        "standing": f"standing.status.{standing.status}" if standing else "",
        "sheet": sheet_of(
            boxes,
            form=boxes.form,
            number=boxes.number,
            issued_in=boxes.issued_in,
            criteria=[str(item.criterion or "") for item in boxes.items],
            findings=find_remarks(row),
            language=language,
        ),
    }
    return render(request, "certification/show.html", context)


def _certified(
    request: HttpRequest, caller: Caller, row: Application, exported: DocumentReference | None
) -> HttpResponse:
    certificate = services.certify(
        application=row.pk, by=caller.user, at=caller.at, exported=exported
    )
    facts = {"number": certificate.number}
    messages.success(request, say("web.certified", facts, language_of(request)))
    return redirect("certification-show", subject=certificate.pk)


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
