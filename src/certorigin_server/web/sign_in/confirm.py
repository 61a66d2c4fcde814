"""Proving anew who one is before an act that the settings call weighty (`sign_in.fresh`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from certorigin.errors import RightError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_person, language_of, offer_again
from certorigin_server.desk.carry import unpack
from certorigin_server.desk.forms import Form
from certorigin_server.desk.fresh import asked_of, show_confirm
from certorigin_server.signin.challenge import site_of, take_challenge
from certorigin_server.signin.codes import code_fits
from certorigin_server.signin.events import count_attempt, note_attempts
from certorigin_server.signin.passkeys import accept_passkey
from certorigin_server.signin.queries import factors_of
from certorigin_server.signin.session import note_confirmed
from certorigin_server.users.queries import User, password_fits
from certorigin_server.users.services import note_refused
from certorigin_server.web.sign_in.entry import address_of, carried_in, safe_next

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.signin.queries import Factors
    from certorigin_server.users.access import Caller


@require_POST
@for_person
def confirm(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take the proof, and offer to send again what was typed."""
    user, at = caller.user, caller.at
    factors, language = factors_of(user), language_of(request)
    form = Form.from_post(asked_of(factors), request.POST, language)
    target, carried = safe_next(request), carried_in(request)
    try:
        count_attempt(account=user.username, address=address_of(request), at=at)
        _prove(request, user, factors, at)
    except RightError as error:
        if error.code == "session.wait":
            told, status = say(error.code, error.facts, language), 429
        else:
            note_refused(username=user.username, at=at)
            place = "code" if factors.has_second else "password"
            form.show([Finding("sign_in.proof_wrong", place)])
            told, status = "", 422
        return show_confirm(
            request,
            user,
            target=target,
            carried=carried,
            at=at,
            form=form,
            refused=told,
            status=status,
        )
    note_attempts(account=user.username, address=address_of(request), at=at)
    note_confirmed(request.session, second=factors.has_second, at=at)
    return lead_back(request, target=target, carried=carried)


def lead_back(request: HttpRequest, *, target: str, carried: str) -> HttpResponse:
    """Offer to send again what the form had brought, or lead to where it was."""
    found = unpack(carried)
    if found is not None and found.person == request.user.get_username():
        return offer_again(request, found.path, found.fields)
    return redirect(target or "/")


def _prove(request: HttpRequest, user: User, factors: Factors, at: datetime) -> None:
    """Let pass who is still the same person. Raises RightError."""
    post, challenge = request.POST, take_challenge(request, at=at)
    if not factors.has_second:
        if not password_fits(user, post.get("password", "")):
            raise RightError("session.refused")
    elif post.get("credential"):
        site = site_of(request)
        accept_passkey(answer=post["credential"], challenge=challenge, site=site, user=user, at=at)
    elif not code_fits(user=user, code=post.get("code", ""), at=at):
        raise RightError("session.refused")
