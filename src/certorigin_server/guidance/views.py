"""Pages before issue: the guided questionnaire, acceptance rules, will it be accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from certorigin.assessment.questions.answers import Answers
from certorigin.assessment.reading import read_json
from certorigin.certification.acceptance import AcceptanceRules
from certorigin.errors import CertoriginError, ConflictError, FaultsError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import day_from_text
from certorigin_server.application.queries import search as search_applications
from certorigin_server.assessment.opinion import opinion_of
from certorigin_server.desk.access import for_person, for_right, is_partial, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.guidance import services
from certorigin_server.guidance.forms import BEGIN, PUBLISH, given_in, layout_of, moved
from certorigin_server.guidance.queries import (
    acceptance_of,
    answers_of,
    ask,
    get_publication,
    get_visible,
    last_turn,
    publications,
    rules_of,
    visible_to,
)
from certorigin_server.guidance.shown import (
    check_in_words,
    left_open_in_words,
    published_in_words,
    rules_in_words,
)
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller

_PLACES = {
    "tariffCode": "items[0].tariffCode",
    "productionCountry": "productionCountry",
    "destination": "trade.importedInto",
}
_MOST_DRAFTS = 50


@for_person
def start(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Begin an inquiry, and see those of one's own organisation."""
    language, status = language_of(request), 200
    form = Form.from_data(BEGIN, {}, language)
    if request.method == "POST":
        form = Form.from_post(BEGIN, request.POST, language)
        try:
            answers = _begun(form.to_data(), caller)
        except FaultsError as error:
            back = {place: name for name, place in _PLACES.items()}
            found = [one for one in error.findings if isinstance(one, Finding)]
            form.show(
                Finding(one.code, back.get(one.place, one.place), facts=one.facts) for one in found
            )
        except CertoriginError as error:
            form.show([Finding(error.code, error.facts.get("place", ""), facts=error.facts)])
        else:
            inquiry = services.begin(answers=answers, by=caller.user, at=caller.at)
            return redirect("guidance-ask", inquiry=inquiry.pk)
        status = 422
    context = {"form": form, "page": page_of(request, visible_to(caller.user))}
    return render(request, "guidance/start.html", context, status=status)


def _begun(data: dict[str, Any], caller: Caller) -> Answers:
    at = data.get("at")
    day = day_from_text(str(at), place="at") if at else timezone.localdate(caller.at)
    given = {place: data[name] for name, place in _PLACES.items() if data.get(name)}
    return Answers.begin(day).with_answers(given)


@for_person
def show(request: HttpRequest, caller: Caller, inquiry: UUID) -> HttpResponse:
    """Ask the next questions, beside the rules in words and what the answers come to so far."""
    row = get_visible(inquiry, user=caller.user)
    language, last = language_of(request), last_turn(row)
    turn = ask(answers_of(last), by=caller.user, at=caller.at)
    layout = layout_of(turn.questions, language)
    form, status, conflict = Form.from_data(layout, {}, language), 200, ""
    if request.method == "POST":
        form = Form.from_post(layout, request.POST, language)
        seen = request.POST.get("turn", "")
        if not form.follow(request.POST.get("order", "")):
            try:
                services.answer(
                    inquiry=row.pk,
                    given=given_in(turn.questions, form.to_data()),
                    number=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
                    by=caller.user,
                    at=caller.at,
                )
            except FaultsError as error:
                found = [one for one in error.findings if isinstance(one, Finding)]
                form.show(moved(turn.questions, found))
                status = 422
            except ConflictError as error:
                conflict, status = say(error.code, error.facts, language), 409
            else:
                return redirect("guidance-ask", inquiry=row.pk)
    rights = rights_of(caller.user, at=caller.at)
    drafts = search_applications(caller.user, status="draft")[:_MOST_DRAFTS]
    context = {
        "row": row,
        "last": last,
        "turn": turn,
        "form": form,
        "conflict": conflict,
        "rules": rules_in_words(turn, language),
        "left_open": [left_open_in_words(place, language) for place in turn.left_open],
        "opinion": opinion_of(turn.assessment, language) if turn.assessment else None,
        "drafts": list(drafts) if Right.APPLICATION_WRITE in rights else None,
        "turns": row.turns.select_related("answered_by").order_by("number"),
    }
    return render(request, "guidance/ask.html", context, status=status)


@require_POST
@for_right(Right.APPLICATION_WRITE)
def use(request: HttpRequest, caller: Caller, inquiry: UUID) -> HttpResponse:
    """Make the answers the facts of production of a new application, or of a draft."""
    chosen = request.POST.get("application", "")
    if chosen:
        drafts = search_applications(caller.user, status="draft")
        target = next((one for one in drafts[:_MOST_DRAFTS] if str(one.pk) == chosen), None)
        if target is None:
            return redirect("guidance-ask", inquiry=inquiry)
        row = services.use_in(inquiry=inquiry, application=target.pk, by=caller.user, at=caller.at)
    else:
        row = services.start_application(inquiry=inquiry, by=caller.user, at=caller.at)
    messages.success(request, say("web.ask_used", {}, language_of(request)))
    return redirect("application-edit", application=row.pk)


@for_person
def list_rules(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the acceptance rules that states published."""
    may_enter = Right.GUIDANCE_PUBLISH in rights_of(caller.user, at=caller.at)
    context = {"page": page_of(request, publications()), "may_enter": may_enter}
    return render(request, "guidance/rules.html", context)


@for_person
def show_rules(request: HttpRequest, caller: Caller, publication: int) -> HttpResponse:
    """Show one version of a state's rules, as it was published."""
    del caller
    row = get_publication(publication)
    rules = rules_of(row)
    shown = published_in_words(rules, language_of(request))
    context = {"row": row, "rules": rules, "shown": shown}
    return render(request, "guidance/rule.html", context)


@for_right(Right.GUIDANCE_PUBLISH)
def enter(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Enter a version of a state's rules."""
    language, status = language_of(request), 200
    form = Form.from_data(PUBLISH, {}, language)
    if request.method == "POST":
        form = Form.from_post(PUBLISH, request.POST, language)
        try:
            data = read_json(str(form.to_data().get("document", "")).encode())
            entered = services.publish(
                rules=AcceptanceRules.from_data(data), by=caller.user, at=caller.at
            )
        except CertoriginError as error:
            form.show([Finding(error.code, "document", facts={"place": "", **error.facts})])
            status = 409 if isinstance(error, ConflictError) else 422
        else:
            return redirect("guidance-rule", publication=entered.pk)
    return render(request, "guidance/enter.html", {"form": form}, status=status)


@for_right(Right.APPLICATION_READ)
def acceptance(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Tell whether the state of destination would accept a certificate for an application."""
    check = acceptance_of(application, user=caller.user, at=caller.at)
    shown = check_in_words(check, language_of(request)) if check else None
    template = "guidance/check.html" if is_partial(request) else "guidance/check_page.html"
    return render(request, template, {"check": shown, "application": application})
