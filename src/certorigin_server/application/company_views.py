"""The own company: branches, people, and the powers of attorney it gave and holds (R60)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from certorigin.errors import FindingsError, MalformedError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import day_from_text
from certorigin_server.application.forms import POWER
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.users.power_queries import branches_of, powers_ever_held, powers_given
from certorigin_server.users.power_services import give_power, revoke_power
from certorigin_server.users.queries import company_of, people_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller
    from certorigin_server.users.power_queries import PowerOfAttorney


@for_right(Right.COMPANY_READ)
def show(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show one's company; a filled form gives a power of attorney."""
    language, status = language_of(request), 200
    form = Form.from_post(POWER, request.POST, language)
    if request.method == "POST":
        findings = _give(form, caller)
        if not findings:
            messages.success(request, say("web.power_given", {}, language))
            return redirect("company")
        form.show(findings)
        status = 422
    own = company_of(caller.user)
    context = {
        "company": own,
        "branches": branches_of(own),
        "colleagues": people_of(own),
        "given": _with_status(powers_given(caller.user), caller.at),
        "held": _with_status(powers_ever_held(caller.user), caller.at),
        "form": form,
    }
    return render(request, "application/company.html", context, status=status)


@require_POST
@for_right(Right.COMPANY_WRITE)
def revoke(request: HttpRequest, caller: Caller, power: int) -> HttpResponse:
    """Take a power of attorney back at once."""
    revoke_power(power=power, by=caller.user, at=caller.at)
    messages.success(request, say("web.power_revoked", {}, language_of(request)))
    return redirect("company")


def _give(form: Form, caller: Caller) -> list[Finding]:
    """Give the power that the form describes; return everything that hinders it."""
    said = form.to_data()
    wrong: list[Finding] = []
    days = {name: _day(said, name, wrong) for name in ("starts", "ends")}
    try:
        # A day that can't be read is told as that, and not as missing too.
        give_power(
            agent=str(said.get("agent") or ""),
            number=str(said.get("number") or ""),
            covers=str(said.get("covers") or ""),
            starts=days["starts"],
            ends=days["ends"],
            by=caller.user,
            at=caller.at,
        )
    except FindingsError as error:
        told = {finding.place for finding in wrong}
        found = [one for one in error.findings if isinstance(one, Finding)]
        return [*wrong, *(one for one in found if one.place not in told)]
    return []


def _day(said: dict[str, object], name: str, wrong: list[Finding]) -> date | None:
    text = str(said.get(name) or "")
    try:
        return day_from_text(text, place=name) if text else None
    except MalformedError as error:
        wrong.append(Finding(error.code, name, facts=error.facts))
        return None


def _with_status(
    powers: Iterable[PowerOfAttorney], at: datetime
) -> list[tuple[PowerOfAttorney, str]]:
    return [(power, power.status(at=at)) for power in powers]
