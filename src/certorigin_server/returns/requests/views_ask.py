"""The desk of customs: requests sent, their clocks, the answers; a preference given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from certorigin.errors import CertoriginError, ConflictError, FindingsError, StandingError
from certorigin.returns.asking import REQUEST_GROUNDS
from certorigin.returns.terms import last_day_to_restore
from certorigin.returns.verification import OVER, Stage
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.requests import GRANTED, INADEQUATE, OUTCOMES
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.recognition.queries import get_decision, get_received
from certorigin_server.returns.requests import asked
from certorigin_server.returns.requests.forms import (
    ASKING,
    JUDGING,
    REPEATING,
    RESTORING,
    questions_in,
)
from certorigin_server.returns.requests.queries import (
    asked_by,
    get_asked_by,
    restoration_of,
    thread_of,
)
from certorigin_server.returns.requests.shown import last_day_of, lines_of, pairs_of, rerun
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.standing.queries import certificate_of, issued_act_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.returns.requests.queries import Verification

_REFUSED = (ConflictError, StandingError)
_PLACES_OF_RESTORING = {
    "restoration.basis_unknown": "basis",
    "restoration.document_missing": "document",
}


@for_right(Right.RECOGNITION_READ)
def list_requests(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the requests of the person's post with their clocks."""
    page = page_of(request, asked_by(caller.user))
    lines = lines_of(page, at=caller.at)
    context = {"page": page, "lines": lines, "address": "requests-show", "is_asking": True}
    return render(request, "returns/requests.html", context)


@for_right(Right.RETURNS_ASK)
def ask(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Ask the issuing body about a certificate."""
    issued, language = get_received(subject), language_of(request)
    if request.method == "POST":
        form, status, refused = Form.from_post(ASKING, request.POST, language), 422, ""
        try:
            row = (
                None
                if form.follow(request.POST.get("order", ""))
                else _asked(form, caller, subject)
            )
        except FindingsError as error:
            form.show(_beside(one) for one in error.findings if isinstance(one, Finding))
        except _REFUSED as error:
            status, refused = 409, say(error.code, error.facts, language)
        else:
            if row is not None:
                messages.success(request, say("web.request_sent", {}, language))
                return redirect("requests-show", row=row.pk)
            status = 200
    else:
        data = {"preference": GRANTED, "questions": [{}]}
        form, status, refused = Form.from_data(ASKING, data, language), 200, ""
    context = {"form": form, "refused": refused, "certificate": certificate_of(issued)}
    return render(request, "returns/ask.html", context | {"subject": subject}, status=status)


def _beside(found: Finding) -> Finding:
    """Say what was left empty instead of repeating nothing between quotation marks."""
    is_empty = found.code == "request.topic_unknown" and not found.facts.get("topic")
    return Finding("web.question_topic_missing", found.place) if is_empty else found


def _asked(form: Form, caller: Caller, subject: str) -> Verification:
    data = form.to_data()
    chosen = data.get("grounds", {})
    return asked.ask(
        subject=subject,
        number=str(data.get("number", ""))[:60],
        grounds=[code for code in REQUEST_GROUNDS if chosen.get(code)],
        questions=questions_in(data),
        preference=str(data.get("preference", GRANTED)),
        declaration=_document(data.get("declaration")),
        remark=str(data.get("remark", ""))[:1000],
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )


@for_right(Right.RECOGNITION_READ)
def show(request: HttpRequest, caller: Caller, row: int) -> HttpResponse:
    """Show a request with its clocks and answers; repeat it, judge the answer, take it back."""
    found, language = get_asked_by(row, user=caller.user), language_of(request)
    repeating = Form.from_post(REPEATING, request.POST, language)
    judging = Form.from_post(JUDGING, request.POST, language)
    status, refused = 200, ""
    if request.method == "POST":
        Caller.of(request, Right.RETURNS_ASK)
        order = request.POST.get("order", "")
        try:
            _act(order, found, caller, repeating, judging)
        except FindingsError as error:
            form = repeating if order == "repeat" else judging
            form.show(one for one in error.findings if isinstance(one, Finding))
            status = 422
        except _REFUSED as error:
            status, refused = 409, say(error.code, error.facts, language)
        else:
            messages.success(request, say("web.request_done", {}, language))
            return redirect("requests-show", row=found.pk)
    record_read(by=caller.user.username, at=caller.at, subject=found.subject)
    context = context_of(found, caller)
    is_reader = Right.RETURNS_ASK in rights_of(caller.user, at=caller.at)
    thread = context["thread"]
    context |= {
        "repeating": repeating,
        "judging": judging,
        "refused": refused,
        "may_act": is_reader,
        "may_repeat": is_reader and thread.stage is Stage.REPEAT_DUE,
        "may_judge": is_reader and thread.stage is Stage.TO_JUDGE,
        "may_withdraw": is_reader and thread.stage not in OVER,
        "again": rerun(thread.reply) if is_reader else None,
        "is_asking": True,
    }
    return render(request, "returns/request.html", context, status=status)


def context_of(row: Verification, caller: Caller) -> dict[str, Any]:
    """Return what every page about a request shows."""
    thread = thread_of(row, at=caller.at)
    issued = issued_act_of(row.subject)
    return {
        "row": row,
        "thread": thread,
        "stage": f"request.stage.{thread.stage}",
        "last_day": last_day_of(thread),
        "grounds": [f"request.ground.{one}" for one in thread.body.grounds],
        "pairs": pairs_of(thread, thread.reply),
        "result": f"reply.result.{thread.reply.body.result}" if thread.reply else "",
        "finding": f"reply.finding.{thread.reply.body.finding}"
        if thread.reply and thread.reply.body.finding
        else "",
        "certificate": certificate_of(issued) if issued else None,
    }


def _act(order: str, row: Verification, caller: Caller, repeating: Form, judging: Form) -> None:
    if order == "repeat":
        data = repeating.to_data()
        asked.repeat_request(
            row=row.pk,
            number=str(data.get("number", ""))[:60],
            remark=str(data.get("remark", ""))[:1000],
            keyring=get_keyring(),
            by=caller.user,
            at=caller.at,
        )
    elif order in OUTCOMES:
        wanting = str(judging.to_data().get("remark", ""))[:1000]
        asked.judge_reply(
            row=row.pk,
            outcome=order,
            remark=wanting if order == INADEQUATE else "",
            keyring=get_keyring(),
            by=caller.user,
            at=caller.at,
        )


@for_right(Right.RECOGNITION_READ)
def letter(request: HttpRequest, caller: Caller, row: int) -> HttpResponse:
    """Show the request as a letter to print."""
    found = get_asked_by(row, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=found.subject)
    context = context_of(found, caller) | {"is_asking": True, "address": "requests-show"}
    return render(request, "returns/letter.html", context)


@for_right(Right.RETURNS_ASK)
def worksheet(request: HttpRequest, caller: Caller, row: int) -> HttpResponse:
    """Give out the worksheet that came with the answer: for officers who ask, and on record."""
    del request
    found = get_asked_by(row, user=caller.user)
    reply = thread_of(found, at=caller.at).reply
    if reply is None or reply.body.assessment is None:
        raise Http404
    record_read(by=caller.user.username, at=caller.at, subject=found.request)
    text = "".join(reply.body.assessment.worksheet)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="worksheet-{found.pk}.json"'
    return answer


@for_right(Right.RECOGNITION_DECIDE)
def restore(request: HttpRequest, caller: Caller, decision: int) -> HttpResponse:
    """Give a refused preference back."""
    row, language = get_decision(decision, user=caller.user), language_of(request)
    form = Form.from_post(RESTORING, request.POST, language)
    status, refused = 200, ""
    if request.method == "POST":
        data, status = form.to_data(), 422
        try:
            asked.restore(
                decision=row.pk,
                basis=str(data.get("basis", "")),
                document=_document(data.get("document")),
                remark=str(data.get("remark", ""))[:1000],
                keyring=get_keyring(),
                by=caller.user,
                at=caller.at,
            )
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
        except CertoriginError as error:
            place = _PLACES_OF_RESTORING.get(error.code)
            if place is None:
                refused = say(error.code, error.facts, language)
            else:
                is_empty = place == "basis" and not data.get("basis")
                code = "web.restore_basis_missing" if is_empty else error.code
                form.show([Finding(code, place, facts=error.facts)])
        else:
            messages.success(request, say("web.restored", {}, language))
            return redirect("requests-restore", decision=row.pk)
    context = {
        "row": row,
        "form": form,
        "refused": refused,
        "made": restoration_of(row.pk),
        "last_day": last_day_to_restore(row.declaration.date),
    }
    return render(request, "returns/restore.html", context, status=status)


def _document(data: object) -> DocumentReference | None:
    """Read number and day of a document; nothing where both are empty. Raises FindingsError."""
    if not isinstance(data, dict) or not (data.get("number") or data.get("date")):
        return None
    number, day = str(data.get("number", ""))[:60], str(data.get("date", ""))
    try:
        return DocumentReference(number, day_from_text(day))
    except CertoriginError as error:
        raise FindingsError(
            error.code, [Finding(error.code, "document.date", facts={"value": day[:40]})]
        ) from error
