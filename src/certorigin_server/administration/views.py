"""The administrator's desk: proposals with four eyes, people, bodies, partners, loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from certorigin.errors import FindingsError, RightError, StandingError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.administration import services
from certorigin_server.administration.changes import MEMBERS, state_of
from certorigin_server.administration.forms import (
    BODIES,
    DECIDING,
    FIRST_PASSWORD,
    KINDS,
    LANGUAGES,
    LAYOUTS,
    RESUMING,
    SUSPENDING,
)
from certorigin_server.administration.invitations import (
    INVITATION_LIFE,
    accept_invitation,
    take_link,
)
from certorigin_server.administration.loops import (
    loop_lines,
    published_now,
    stuck_acts,
    waiting,
)
from certorigin_server.administration.partners import (
    followed_lines,
    own_lines,
    partners_unknown,
    state_lists,
)
from certorigin_server.administration.queries import (
    decided_proposals,
    get_invitation,
    get_proposal,
    may_decide,
    open_proposals,
    proposals_about,
    suspension_of,
    waits_for_link,
)
from certorigin_server.administration.shown import Shown, shown_grants
from certorigin_server.desk.access import for_right, language_of, tell_error
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.mirror.services import resume
from certorigin_server.users.queries import (
    find_user,
    get_organisation,
    get_user,
    organisations,
    people,
    rights_of,
)
from certorigin_server.users.rights import Right
from certorigin_server.users.services import require_same

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.errors import CertoriginError
    from certorigin_server.administration.queries import Proposal
    from certorigin_server.users.access import Caller


@for_right(Right.ADMINISTRATION_READ)
def home(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what waits for a second person, and what was decided."""
    page = page_of(request, decided_proposals())
    context = {
        "waiting": [Shown.of(row, caller.user) for row in open_proposals()[:200]],
        "decided": [Shown.of(row, caller.user) for row in page],
        "page": page,
        "kinds": [(kind, KINDS[kind]) for kind in ("person_added", "organisation_added")],
    }
    return render(request, "administration/home.html", context)


@for_right(Right.ADMINISTRATION_READ)
def list_people(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List everybody, or those whose name or workplace is looked for."""
    text = request.GET.get("name", "").replace("\0", "").strip()[:100]
    found = people()
    if text:
        found = found.filter(
            Q(username__icontains=text)
            | Q(last_name__icontains=text)
            | Q(organisation__name__icontains=text)
        )
    page = page_of(request, found)
    rows = [(row, shown_grants(row, caller.at, current=True)) for row in page]
    context = {"page": page, "rows": rows, "name": text}
    return render(request, "administration/people.html", context)


@for_right(Right.ADMINISTRATION_READ)
def show_person(request: HttpRequest, caller: Caller, username: str) -> HttpResponse:
    """Show a person with all roles and their periods; stop them at once if need be."""
    person = get_user(username)
    form = Form.from_post(SUSPENDING, request.POST, language_of(request))
    status = 200
    if request.method == "POST":
        _require_writer(caller)
        try:
            reason = form.values["reason"]
            services.suspend(username=username, reason=reason, by=caller.user, at=caller.at)
            _tell(request, "web.suspended_done", name=person.full_name)
            return redirect("administration-person", username=username)
        except FindingsError as error:
            form.show(_findings(error))
            status = 422
    context = {
        "person": person,
        "grants": shown_grants(person, caller.at),
        "suspension": suspension_of(person),
        "proposals": [Shown.of(row, caller.user) for row in proposals_about(username)[:50]],
        "form": form,
        "is_oneself": person.pk == caller.user.pk,
        "language_name": LANGUAGES.get(person.language, person.language),
    }
    return render(request, "administration/person.html", context, status=status)


@for_right(Right.ADMINISTRATION_READ)
def list_bodies(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List bodies, posts and traders with their branches."""
    page = page_of(request, organisations())
    rows = [(row, BODIES.get(row.kind, "")) for row in page]
    return render(request, "administration/bodies.html", {"page": page, "rows": rows})


@for_right(Right.ADMINISTRATION_READ)
def show_body(request: HttpRequest, caller: Caller, slug: str) -> HttpResponse:
    """Show one body with its branches and people."""
    body = get_organisation(slug)
    context = {
        "body": body,
        "kind": BODIES.get(body.kind, ""),
        "branches": body.branches.all(),
        "page": page_of(request, people().filter(organisation=body)),
        "proposals": [Shown.of(row, caller.user) for row in proposals_about(slug)[:50]],
    }
    return render(request, "administration/body.html", context)


@for_right(Right.USERS_WRITE)
def propose(request: HttpRequest, caller: Caller, kind: str) -> HttpResponse:
    """Ask for a change; another administrator decides it."""
    if kind not in LAYOUTS:
        raise UnknownError("administration.kind_unknown", value=kind[:40])
    language = language_of(request)
    form, status, refused = Form.from_data(LAYOUTS[kind], _known(request, kind), language), 200, ""
    if request.method == "POST":
        form, status = Form.from_post(LAYOUTS[kind], request.POST, language), 422
        data = form.to_data()
        try:
            remark = str(data.get("remark", ""))
            services.propose(kind=kind, data=data, remark=remark, by=caller.user, at=caller.at)
            _tell(request, "web.proposed")
            return redirect("administration")
        except FindingsError as error:
            form.show(_findings(error))
        except RightError as error:
            status, refused = 409, say(error.code, error.facts, language)
    context = {"form": form, "title": KINDS[kind], "kind": kind, "refused": refused}
    return render(request, "administration/propose.html", context, status=status)


@for_right(Right.ADMINISTRATION_READ)
def show_proposal(request: HttpRequest, caller: Caller, proposal: UUID) -> HttpResponse:
    """Show a proposal as a difference, and decide it as the second person."""
    row = get_proposal(proposal)
    form = Form.from_post(DECIDING, request.POST, language_of(request))
    status, refused = 200, ""
    if request.method == "POST":
        _require_writer(caller)
        try:
            return _decided(request, caller, proposal, form)
        except FindingsError as error:
            form.show(_findings(error))
            status = 422
        except (RightError, StandingError) as error:
            status, refused = 409, say(error.code, error.facts, language_of(request))
        row = get_proposal(proposal)
    context = {
        "shown": Shown.of(row, caller.user),
        "row": row,
        "form": form,
        "refused": refused,
        "may_decide": may_decide(row, caller.user),
        "is_mine": row.outcome is None and row.proposed_by_id == caller.user.pk,
        "waits_for_link": waits_for_link(row, caller.user, at=caller.at),
    }
    return render(request, "administration/proposal.html", context, status=status)


def _decided(request: HttpRequest, caller: Caller, proposal: UUID, form: Form) -> HttpResponse:
    """Carry out the button that was pressed."""
    order, remark = request.POST.get("order", ""), form.values["remark"]
    by, at = caller.user, caller.at
    if order == "take_back":
        services.take_back(proposal=proposal, by=by, at=at)
        _tell(request, "web.proposal_taken_back")
    elif order == "refuse":
        services.refuse(proposal=proposal, remark=remark, by=by, at=at)
        _tell(request, "web.proposal_refused")
    elif order == "confirm":
        code = services.confirm(proposal=proposal, remark=remark, by=by, at=at)
        if code:
            return _show_half(request, get_proposal(proposal), code=code)
        _tell(request, "web.proposal_confirmed")
    elif order == "link":
        word = take_link(proposal=proposal, by=by, at=at)
        link = request.build_absolute_uri(reverse("administration-welcome", args=[word]))
        return _show_half(request, get_proposal(proposal), link=link)
    return redirect("administration-proposal", proposal=proposal)


def _show_half(
    request: HttpRequest, row: Proposal, *, code: str = "", link: str = ""
) -> HttpResponse:
    """Show one half of an invitation, this once."""
    context = {
        "code": code,
        "link": link,
        "person": row.invitation.user,
        "other": row.proposed_by if code else row.decided_by,
        "life": INVITATION_LIFE.days,
    }
    return render(request, "administration/invited.html", context)


def welcome(request: HttpRequest, word: str) -> HttpResponse:
    """Let an invited person set a password, once; whoever has no such link sees nothing."""
    at = timezone.now()
    try:
        invitation = get_invitation(word, at=at)
    except UnknownError as error:
        return tell_error(request, error)
    form = Form.from_post(FIRST_PASSWORD, request.POST, language_of(request))
    status = 200
    if request.method == "POST":
        status = 422
        new, again = request.POST.get("new", ""), request.POST.get("again", "")
        try:
            require_same(new, again)
            code = form.values["code"]
            accept_invitation(word=word, code=code, password=new, at=at)
            _tell(request, "web.password_set")
            return redirect("sign-in")
        except FindingsError as error:
            form.show(_findings(error))
    context = {"form": form, "person": invitation.user}
    return render(request, "administration/welcome.html", context, status=status)


@for_right(Right.ADMINISTRATION_READ)
def show_partners(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show trust lists, keys and officers of each state, and how both logs stand."""
    form = Form.from_post(RESUMING, request.POST, language_of(request))
    status = 200
    if request.method == "POST":
        if Right.MIRROR_RESUME not in rights_of(caller.user, at=caller.at):
            raise RightError("right.missing", right=str(Right.MIRROR_RESUME))
        data, status = form.values, 422
        if not data["remark"]:
            form.show([Finding("administration.reason_missing", "remark")])
        else:
            by, at = caller.user, caller.at
            resume(origin=data["origin"], remark=data["remark"], by=by, at=at)
            _tell(request, "web.resumed")
            return redirect("administration-partners")
    context = {
        "states": state_lists(caller.at),
        "unknown": partners_unknown(),
        "followed": followed_lines(caller.at),
        "own": own_lines(caller.at),
        "form": form,
    }
    return render(request, "administration/partners.html", context, status=status)


@for_right(Right.ADMINISTRATION_READ)
def show_loops(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show each loop with its last turn and fault, what to do, and acts that stand still."""
    context = {
        "loops": loop_lines(caller.at),
        "waiting": waiting(),
        "stuck": stuck_acts(caller.at),
        "published": published_now(),
        "at": caller.at,
    }
    return render(request, "administration/loops.html", context)


def _known(request: HttpRequest, kind: str) -> dict[str, str]:
    """Return what the address says and what stands already, to begin the form with."""
    members, _ = MEMBERS[kind]
    asked = {name: request.GET[name][:150] for name in members if name in request.GET}
    if kind in {"organisation_changed", "person_changed"}:
        return state_of(kind, asked) | asked
    if kind == "role_granted" and find_user(asked.get("username", "")):
        return {"starts": timezone.localdate().isoformat()} | asked
    return asked


def _require_writer(caller: Caller) -> None:
    """Let only administrators do what others may look at. Raises RightError."""
    if Right.USERS_WRITE not in rights_of(caller.user, at=caller.at):
        raise RightError("right.missing", right=str(Right.USERS_WRITE))


def _findings(error: CertoriginError) -> list[Finding]:
    return [one for one in getattr(error, "findings", ()) if isinstance(one, Finding)]


def _tell(request: HttpRequest, code: str, **facts: str) -> None:
    messages.success(request, say(code, facts, language_of(request)))
