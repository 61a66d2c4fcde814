"""Pages of supplier declarations: declare, show, withdraw, and what depended on one that fell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from certorigin.errors import CertoriginError, StandingError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.assessment.queries import decision_of
from certorigin_server.certification.queries import certificate_for
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.bound import BoundField
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Field
from certorigin_server.desk.paging import page_of
from certorigin_server.guidance.declared import declare_from
from certorigin_server.guidance.forms import DECLARE, WITHDRAW
from certorigin_server.suppliers import services
from certorigin_server.suppliers.queries import (
    content_of,
    dependents_of,
    get_visible,
    usable_by,
    visible_to,
)
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.suppliers.queries import Declaration
    from certorigin_server.users.access import Caller


_LONGEST = 200
_OFFERED = 10
_CHOSEN = Field(name="id", label="web.supplier_id", search="supplier-offers")


@for_right(Right.APPLICATION_READ)
def show_all(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the declarations that a person may see, newest first."""
    page = page_of(request, visible_to(caller.user))
    return render(request, "guidance/suppliers.html", {"page": page})


@for_right(Right.APPLICATION_READ)
def offers(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Offer declarations made for this trader that hold today; `field` is the place to fill."""
    field = request.GET.get("field", "")[:_LONGEST]
    text = request.GET.get(field, "")[:_LONGEST].strip()
    day = timezone.localdate(caller.at)
    found = usable_by(caller.user, text=text, on=day, most=_OFFERED)
    if any(row.pk == text for row in found):  # it was chosen already
        found = []
    offered = [(row, content_of(row)) for row in found]
    context = {"text": text, "offered": offered, "field": field}
    return render(request, "guidance/supplier_offers.html", context)


@for_right(Right.APPLICATION_READ)
def choose(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show the field again with the declaration that was chosen."""
    del caller
    place = request.GET.get("field", "")[:_LONGEST]
    form = Form((_CHOSEN,), language_of(request))
    form.values[place] = request.GET.get("id", "")[:60]
    form.focus = place
    return render(request, "desk/field_text.html", {"part": BoundField(form, _CHOSEN, place)})


@for_right(Right.APPLICATION_WRITE)
def declare(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Declare where goods originate that one supplies."""
    language, status = language_of(request), 200
    form = Form.from_data(DECLARE, {}, language)
    if request.method == "POST":
        form = Form.from_post(DECLARE, request.POST, language)
        if not form.follow(request.POST.get("order", "")):
            try:
                row = declare_from(form.to_data(), caller)
            except CertoriginError as error:
                place = error.facts.get("place", "customer")
                form.show([Finding(error.code, place, facts={"place": place, **error.facts})])
                status = 422
            else:
                messages.success(request, say("web.supplier_declared", {}, language))
                return redirect("supplier-show", declaration=row.pk)
    return render(request, "guidance/supplier_declare.html", {"form": form}, status=status)


@for_right(Right.APPLICATION_READ)
def show(request: HttpRequest, caller: Caller, declaration: str) -> HttpResponse:
    """Show a declaration, and what depended on it if it fell."""
    row = get_visible(declaration, user=caller.user)
    return _shown(request, caller, row, Form.from_data(WITHDRAW, {}, language_of(request)))


@require_POST
@for_right(Right.APPLICATION_WRITE)
def withdraw(request: HttpRequest, caller: Caller, declaration: str) -> HttpResponse:
    """Withdraw a declaration for good; say how many applications depended on it."""
    row = get_visible(declaration, user=caller.user)
    language = language_of(request)
    form = Form.from_post(WITHDRAW, request.POST, language)
    try:
        fallen = services.withdraw(
            declaration=row.pk,
            reason=str(form.to_data().get("reason", "")),
            by=caller.user,
            at=caller.at,
        )
    except StandingError:
        raise
    except CertoriginError as error:
        if error.facts.get("place") != "reason":
            raise
        form.show([Finding(error.code, "reason", facts=error.facts)])
        return _shown(request, caller, row, form, status=422)
    facts = {"count": str(len(fallen))}
    messages.success(request, say("web.supplier_withdrawn", facts, language))
    return redirect("supplier-show", declaration=row.pk)


@require_POST
@for_right(Right.ASSESSMENT_READ)
def look(request: HttpRequest, caller: Caller, dependent: int) -> HttpResponse:
    """Note that somebody of the body looked at what depended on a fallen declaration."""
    row = services.note_looked(dependent=dependent, by=caller.user, at=caller.at)
    messages.success(request, say("web.supplier_looked", {}, language_of(request)))
    return redirect("supplier-show", declaration=row.declaration_id)


def _shown(
    request: HttpRequest, caller: Caller, row: Declaration, form: Form, *, status: int = 200
) -> HttpResponse:
    dependents = [
        {
            "row": one,
            "decision": decision_of(one.application_id),
            "certificate": certificate_for(one.application_id),
            "may_look": one.looked_at is None
            and one.application.body_id == caller.user.organisation_id,
        }
        for one in dependents_of(row, user=caller.user)
    ]
    context = {
        "row": row,
        "content": content_of(row),
        "form": form,
        "dependents": dependents,
        "is_own": row.organisation_id == caller.user.organisation_id,
    }
    return render(request, "guidance/supplier.html", context, status=status)
