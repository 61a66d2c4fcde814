"""The pages of batches: a table read with all its faults, its way, the sample, the orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from certorigin.assessment.batch_list import HEAD
from certorigin.assessment.goods_list import COLUMNS
from certorigin.errors import FaultsError, MalformedError, StandingError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.application.power import wording_of
from certorigin_server.application.queries import USUAL_FORM
from certorigin_server.batches import services
from certorigin_server.batches.forms import CONFIRMATION, TABLE
from certorigin_server.batches.models import Batch
from certorigin_server.batches.queries import (
    CERTIFY,
    DECIDE,
    WORK,
    counts_of,
    faults_of,
    get_batch,
    looks_of,
    remarks_of,
    visible_to,
)
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.findings import tell
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import is_trader, rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller

_UPLOAD = "batches/new.html"
# At which stage which order can be given, and by whom.
_ORDERS = {
    Batch.Stage.SUBMITTED: (DECIDE, Right.ASSESSMENT_DECIDE),
    Batch.Stage.DECIDED: (CERTIFY, Right.CERTIFICATION_CERTIFY),
}


@for_right(Right.APPLICATION_READ)
def list_batches(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the batches that the person may see, the newest first."""
    return render(request, "batches/list.html", {"page": page_of(request, visible_to(caller.user))})


@for_right(Right.APPLICATION_WRITE)
def upload(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take a table of consignments, or show every fault of it by its line."""
    language = language_of(request)
    form = Form.from_post(TABLE, request.POST, language)
    context: dict[str, Any] = {"form": form, "head": HEAD, "columns": COLUMNS}
    if request.method != "POST":
        context["form"] = Form.from_data(TABLE, {"form": USUAL_FORM}, language)
        return render(request, _UPLOAD, context)
    file = request.FILES.get("file")
    if file is None:
        told = _told([Finding("web.evidence_none_chosen", "")], language)
        return render(request, _UPLOAD, context | {"faults": told}, status=422)
    try:
        made = services.take(
            raw=file.read(),
            name=str(file.name),
            form=str(form.to_data().get("form") or ""),
            by=caller.user,
            at=caller.at,
        )
    except FaultsError as error:
        found = [one for one in error.findings if isinstance(one, Finding)]
        return render(request, _UPLOAD, context | {"faults": _told(found, language)}, status=422)
    except MalformedError as error:
        found = [Finding(error.code, error.facts.get("place", ""), facts=error.facts)]
        return render(request, _UPLOAD, context | {"faults": _told(found, language)}, status=422)
    return redirect("batch-show", batch=made.pk)


@for_right(Right.APPLICATION_READ)
def show(request: HttpRequest, caller: Caller, batch: UUID) -> HttpResponse:
    """Show how far a batch is, what could not be carried on, and what has to be looked at."""
    return _page(request, caller, get_batch(batch, user=caller.user))


@require_POST
@for_right(Right.APPLICATION_WRITE)
def confirm(request: HttpRequest, caller: Caller, batch: UUID) -> HttpResponse:
    """Confirm a batch and hand it in, put it away, or try again what was held up."""
    row = get_batch(batch, user=caller.user)
    form = Form.from_post(CONFIRMATION, request.POST, language_of(request))
    said, what = form.to_data(), request.POST.get("order")
    if what == "confirm" and not said.get("body"):
        form.show([Finding("web.body_missing", "body", clause="Rules 7.4, box 12")])
        return _page(request, caller, row, form=form, status=422)
    try:
        if what == "discard":
            services.discard(batch=row.pk, by=caller.user, at=caller.at)
        elif what == "again":
            services.try_again(batch=row.pk, by=caller.user, at=caller.at)
        else:
            services.confirm(
                batch=row.pk,
                body=str(said.get("body", "")),
                confirmed=bool(said.get("confirmed")),
                by=caller.user,
                at=caller.at,
            )
    except MalformedError as error:
        form.show([Finding(error.code, "confirmed", facts=error.facts)])
        return _page(request, caller, row, form=form, status=422)
    return redirect("batch-show", batch=row.pk)


@require_POST
@for_right(Right.ASSESSMENT_DECIDE)
def decide(request: HttpRequest, caller: Caller, batch: UUID) -> HttpResponse:
    """Note what was looked at, or order that all of a batch be decided."""
    return _ordered(request, caller, batch, DECIDE)


@require_POST
@for_right(Right.CERTIFICATION_CERTIFY)
def certify(request: HttpRequest, caller: Caller, batch: UUID) -> HttpResponse:
    """Note what was looked at, or order that all of a batch be certified."""
    return _ordered(request, caller, batch, CERTIFY)


def _ordered(request: HttpRequest, caller: Caller, batch: UUID, what: str) -> HttpResponse:
    row = get_batch(batch, user=caller.user)
    said, by, at = request.POST.get("order", ""), caller.user, caller.at
    try:
        if said == "again":
            services.try_again(batch=row.pk, by=by, at=at)
        elif said.startswith(("fits-", "out-")):
            outcome, _, number = said.partition("-")
            number = number if number.isdecimal() and len(number) < 7 else "0"
            services.look(batch=row.pk, row=int(number), what=what, outcome=outcome, by=by, at=at)
        else:
            services.order(batch=row.pk, what=what, by=by, at=at)
    except StandingError as error:
        messages.error(request, say(error.code, error.facts, language_of(request)))
    return redirect("batch-show", batch=row.pk)


def _page(
    request: HttpRequest, caller: Caller, row: Batch, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    own, language = caller.user.organisation, language_of(request)
    if own is None or not is_trader(own):
        subject = f"urn:certorigin:batch:{row.pk}"
        record_read(by=caller.user.username, at=caller.at, subject=subject)
    counts = counts_of(row)
    order, right = _ORDERS.get(Batch.Stage(row.stage), ("", None))
    may_order = right in rights_of(caller.user, at=caller.at) and row.body == own
    done = counts["certified"] + counts["out"]
    context = {
        "row": row,
        "counts": counts,
        "done": done,
        "is_at_work": row.stage in WORK,
        "is_own": row.organisation == own,
        "faults": [(one, _one(told, language)) for one, told in faults_of(row)],
        "remarks": [message for _, message in _told(remarks_of(row), language)],
        "order": order if may_order else "",
        "looks": [
            (one, _told(remarks_of(one.row), language))
            for one in (looks_of(row, order) if order else [])
        ],
        "form": form or Form.from_data(CONFIRMATION, {}, language),
        "wording": wording_of(USUAL_FORM, produced_in=settings.SYSTEM.state),
    }
    return render(request, "batches/show.html", context, status=status)


def _one(found: Finding, language: str) -> str:
    return tell([found], language)[0].message


def _told(found: Iterable[Finding], language: str) -> list[tuple[str, str]]:
    """Write findings with their lines as people call them."""
    return [(_place(one.place, language), one.message) for one in tell(found, language)]


def _place(place: str, language: str) -> str:
    line, _, member = place.partition(",")
    number = line.removeprefix("line ").strip()
    if not number.isdecimal():
        return place
    words = say("web.bill_place", {"line": number}, language)
    return f"{words},{member}" if member else words
