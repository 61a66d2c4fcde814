"""The desk of the issuing body: requests received, answers with four eyes, reviews."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import ConflictError, FindingsError, RightError, StandingError
from certorigin.returns.review import review_at
from certorigin.returns.verification import OVER
from certorigin.terminal.sentences import say
from certorigin.vocabulary.calendar import day_over
from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.queries import get_visible
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.returns.requests import answered
from certorigin_server.returns.requests.forms import (
    REVIEWING,
    SENDING_BACK,
    answering,
    answers_typed,
)
from certorigin_server.returns.requests.queries import (
    answers_in,
    asked_of,
    data_of,
    get_asked_of,
    last_sent_back,
    open_draft,
)
from certorigin_server.returns.requests.shown import lines_of
from certorigin_server.returns.requests.views_ask import context_of
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.standing.queries import acts_and_underway
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.queries import is_trader, rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.returns.requests.queries import ReplyDraft, Verification

_REFUSED = (ConflictError, RightError, StandingError)


@for_right(Right.CERTIFICATION_READ)
def list_answers(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the requests about certificates that a person may see, with their clocks."""
    page = page_of(request, asked_of(caller.user))
    lines = lines_of(page, at=caller.at)
    context = {"page": page, "lines": lines, "address": "answers-show", "is_asking": False}
    return render(request, "returns/requests.html", context)


@for_right(Right.CERTIFICATION_READ)
def show(request: HttpRequest, caller: Caller, row: int) -> HttpResponse:
    """Show a request; draft the answer, confirm it, or send the draft back."""
    found, language = get_asked_of(row, user=caller.user), language_of(request)
    context = context_of(found, caller)
    layout = answering(len(context["thread"].body.questions))
    (draft, sent_back), order = _unsent(found, caller), request.POST.get("order", "")
    form = (
        Form.from_post(layout, request.POST, language)
        if order == "draft"
        else Form.from_data(layout, _drafted(found), language)
    )
    back = Form.from_post(SENDING_BACK, request.POST, language)
    status, refused = 200, ""
    if request.method == "POST":
        Caller.of(request, Right.RETURNS_DRAFT if order == "draft" else Right.RETURNS_ANSWER)
        try:
            _act(request, order, found, caller, form, back)
        except FindingsError as error:
            shown = form if order == "draft" else back
            shown.show(one for one in error.findings if isinstance(one, Finding))
            status = 422
        except _REFUSED as error:
            status, refused = 409, say(error.code, error.facts, language)
        else:
            messages.success(request, say("web.request_done", {}, language))
            return redirect("answers-show", row=found.pk)
    record_read(by=caller.user.username, at=caller.at, subject=found.subject)
    rights = rights_of(caller.user, at=caller.at)
    is_own = found.body_id == caller.user.organisation_id
    is_open = context["thread"].stage not in OVER
    context |= {
        "form": form,
        "back": back,
        "draft": draft,
        "drafted": answers_in(data_of(draft)) if draft else (),
        "sent_back": sent_back,
        "refused": refused,
        "may_draft": is_own and is_open and Right.RETURNS_DRAFT in rights,
        "may_confirm": is_own and draft is not None and Right.RETURNS_ANSWER in rights,
        "is_asking": False,
    }
    return render(request, "returns/request.html", context, status=status)


def _unsent(row: Verification, caller: Caller) -> tuple[ReplyDraft | None, ReplyDraft | None]:
    """Return the draft that waits, and the one that was sent back: no trader sees either."""
    own = caller.user.organisation
    if own is not None and is_trader(own):
        return None, None
    return open_draft(row), last_sent_back(row)


def _drafted(row: Verification) -> dict[str, object]:
    """Return what the newest draft holds, to go on from it."""
    newest = row.drafts.first()
    return data_of(newest) if newest is not None and not newest.act else {}


def _act(
    request: HttpRequest, order: str, row: Verification, caller: Caller, form: Form, back: Form
) -> None:
    number = request.POST.get("draft", "")
    draft = int(number) if number.isdecimal() else 0
    if order == "draft":
        data = form.to_data()
        answered.draft_reply(
            row=row.pk,
            answers=answers_typed(data),
            finding=str(data.get("finding", "")),
            remark=str(data.get("remark", ""))[:1000],
            with_assessment=bool(data.get("attached")),
            by=caller.user,
            at=caller.at,
        )
    elif order == "confirm":
        answered.confirm_reply(
            row=row.pk, draft=draft, keyring=get_keyring(), by=caller.user, at=caller.at
        )
    else:
        reason = str(back.to_data().get("reason", ""))
        answered.send_back_reply(
            row=row.pk, draft=draft, reason=reason, by=caller.user, at=caller.at
        )


@for_right(Right.CERTIFICATION_READ)
def letter(request: HttpRequest, caller: Caller, row: int) -> HttpResponse:
    """Show request and answer as a letter to print."""
    found = get_asked_of(row, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=found.subject)
    context = context_of(found, caller) | {"is_asking": False, "address": "answers-show"}
    return render(request, "returns/letter.html", context)


@for_right(Right.RETURNS_ANNUL)
def review(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Say that the body looks into a certificate until a day, or take that back."""
    row, language = get_visible(subject, user=caller.user), language_of(request)
    if row.body_id != caller.user.organisation_id:
        raise RightError("certification.another_body")
    form = Form.from_post(REVIEWING, request.POST, language)
    status, refused = 200, ""
    if request.method == "POST":
        data, status = form.to_data(), 422
        ends = _end(str(data.get("ends", ""))) if request.POST.get("order") != "end" else caller.at
        if ends is None:
            form.show(
                [Finding("day.malformed", "ends", facts={"value": str(data.get("ends", ""))})]
            )
        else:
            try:
                answered.announce_review(
                    subject=row.pk,
                    ends=ends,
                    remark=str(data.get("remark", ""))[:1000],
                    keyring=get_keyring(),
                    by=caller.user,
                    at=caller.at,
                )
            except _REFUSED as error:
                status, refused = 409, say(error.code, error.facts, language)
            else:
                messages.success(request, say("web.request_done", {}, language))
                return redirect("certification-show", subject=row.pk)
    running = review_at(acts_and_underway(row.pk), at=caller.at)
    context = {"row": row, "form": form, "refused": refused, "running": running}
    return render(request, "returns/review.html", context, status=status)


def _end(text: str) -> datetime | None:
    try:
        return day_over(date.fromisoformat(text), settings.SYSTEM.state)
    except ValueError:
        return None
