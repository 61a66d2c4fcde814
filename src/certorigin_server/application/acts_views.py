"""What the exporter does with an application that is there: copy, withdraw, answer a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from certorigin.assessment.goods_list import COLUMNS
from certorigin.errors import ConflictError, FaultsError, MalformedError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.application import services
from certorigin_server.application.anew import begin_anew
from certorigin_server.application.forms import ANSWER, GOODS, WITHDRAWAL
from certorigin_server.application.queries import get_question, get_visible
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.findings import tell
from certorigin_server.desk.forms import Form
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller


@require_POST
@for_right(Right.APPLICATION_WRITE)
def copy(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Begin a new application with what this one states, perhaps for another form; open it."""
    form = request.POST.get("form", "")[:20]
    row = services.copy(application=application, form=form, by=caller.user, at=caller.at)
    messages.success(request, say("web.application_copied", {}, language_of(request)))
    return redirect("application-edit", application=row.pk)


@for_right(Right.APPLICATION_WRITE)
def goods(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Take lines of goods from a file or from pasted cells: all of them, or none and every fault.

    What was pasted stays on the page.
    """
    row = get_visible(application, user=caller.user)
    if row.status != row.Status.DRAFT:
        return redirect("application-show", application=row.pk)
    language = language_of(request)
    context = {"row": row, "form": Form.from_data(GOODS, {"mode": "append"}, language)}
    context |= {"columns": COLUMNS, "version": row.version}
    if request.method != "POST":
        return render(request, "application/goods.html", context)
    form = Form.from_post(GOODS, request.POST, language)
    said, file = form.to_data(), request.FILES.get("file")
    raw = file.read() if file is not None else str(said.get("cells") or "").encode()
    seen = request.POST.get("version", "")
    try:
        services.take_goods(
            application=row.pk,
            raw=raw,
            append=said.get("mode") != "replace",
            version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            by=caller.user,
            at=caller.at,
        )
    except FaultsError as error:
        faults = tell([one for one in error.findings if isinstance(one, Finding)], language)
        return _not_taken(request, context | {"form": form, "faults": faults})
    except (MalformedError, ConflictError) as error:
        place = error.facts.get("place", "")
        faults = tell([Finding(error.code, place, facts=error.facts)], language)
        return _not_taken(request, context | {"form": form, "faults": faults})
    messages.success(request, say("web.goods_taken", {}, language))
    return redirect("application-edit", application=row.pk)


def _not_taken(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, "application/goods.html", context, status=422)


@for_right(Right.APPLICATION_WRITE)
def withdraw(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Ask once more before an application is withdrawn, or begun anew; a reason may be given."""
    row = get_visible(application, user=caller.user)
    language = language_of(request)
    form, status = Form.from_post(WITHDRAWAL, request.POST, language), 200
    if request.method == "POST":
        reason = str(form.to_data().get("reason") or "")
        is_anew = request.POST.get("order") == "anew"
        act = begin_anew if is_anew else services.withdraw
        try:
            done = act(application=row.pk, by=caller.user, at=caller.at, reason=reason)
        except MalformedError as error:
            form.show([Finding(error.code, "reason", facts=error.facts)])
            status = 422
        else:
            code = "web.application_anew_done" if is_anew else "web.application_withdrawn"
            messages.success(request, say(code, {}, language))
            there = "application-edit" if is_anew else "application-show"
            return redirect(there, application=done.pk)
    context = {"row": row, "form": form}
    return render(request, "application/withdraw.html", context, status=status)


@for_right(Right.APPLICATION_WRITE)
def answer(request: HttpRequest, caller: Caller, question: UUID) -> HttpResponse:
    """Answer a question of the body; what was typed stays when it can't be taken."""
    asked = get_question(question, user=caller.user)
    language = language_of(request)
    form = Form.from_post(ANSWER, request.POST, language)
    status = 200
    if request.method == "POST":
        text = str(form.to_data().get("text") or "")
        try:
            services.answer(question=asked.pk, text=text, by=caller.user, at=caller.at)
        except MalformedError as error:
            form.show([Finding(error.code, "text", facts=error.facts)])
            status = 422
        else:
            messages.success(request, say("web.question_answered_now", {}, language))
            return redirect("application-show", application=asked.application_id)
    context = {"asked": asked, "row": asked.application, "form": form}
    return render(request, "application/answer.html", context, status=status)
