"""Pages of fees: what an application costs and how it stands, the list, payments from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from certorigin.errors import LimitError, MalformedError
from certorigin.fees.balance import Status
from certorigin.terminal.sentences import say
from certorigin_server.application.power import may_act
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.desk.access import for_right, is_partial, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.fees import services
from certorigin_server.fees.forms import MOVE, RECALL, WAIVER, WISH, extent_of
from certorigin_server.fees.imported import lines_of, take_payments
from certorigin_server.fees.queries import (
    fees_visible_to,
    files_of,
    get_file,
    get_visible,
    is_urgent,
    refunds_due,
    schedule_of,
)
from certorigin_server.fees.shown import fee_in, fees_in, quotes_in
from certorigin_server.fees.typed import Typed, day_in, decimal_in, number_in
from certorigin_server.users.queries import is_trader, rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.queries import Application
    from certorigin_server.fees.queries import Fee
    from certorigin_server.users.access import Caller


@for_right(Right.APPLICATION_READ)
def application(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show what an application costs, item by item, and how each fee of it stands."""
    row = get_application(application, user=caller.user)
    language = language_of(request)
    if not is_partial(request):
        services.note_read(application=row, by=caller.user, at=caller.at)
    fees = fees_in(row, language)
    is_open = row.status != row.Status.WITHDRAWN and row.decided_at is None
    context = {
        "row": row,
        "fees": fees,
        "quotes": () if fees else quotes_in(row, language, at=caller.at),
        "is_part": is_partial(request),
        "may_record": Right.FEES_RECORD in rights_of(caller.user, at=caller.at),
        "own_body": caller.user.organisation_id,
        "wish": Form.from_data(WISH, {"urgent": is_urgent(row)}, language)
        if is_open and _writes(row, caller)
        else None,
    }
    template = "fees/part.html" if is_partial(request) else "fees/application.html"
    return render(request, template, context)


@require_POST
@for_right(Right.APPLICATION_WRITE)
def ask_urgency(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Ask for urgent work, or take that back."""
    language = language_of(request)
    said = Form.from_post(WISH, request.POST, language).to_data()
    services.ask_urgency(
        application=application, urgent=bool(said.get("urgent")), by=caller.user, at=caller.at
    )
    messages.success(request, say("web.fee_urgency_noted", {}, language))
    return redirect("fees-application", application=application)


@for_right(Right.FEES_READ)
def list_fees(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the fees that the person may see, and what goes back."""
    status = request.GET.get("status", "")[:10]
    context = {
        "page": page_of(request, fees_visible_to(caller.user, status=status)),
        "status": status,
        "statuses": [(str(one), f"fees.status.{one}") for one in Status],
        "refunds": refunds_due(caller.user)[:25],
        "may_record": Right.FEES_RECORD in rights_of(caller.user, at=caller.at),
    }
    return render(request, "fees/list.html", context)


@for_right(Right.FEES_RECORD)
def pay(request: HttpRequest, caller: Caller, fee: int) -> HttpResponse:
    """Note a payment."""
    return _move(request, caller, get_visible(fee, user=caller.user), "payment")


@for_right(Right.FEES_RECORD)
def give_back(request: HttpRequest, caller: Caller, fee: int) -> HttpResponse:
    """Note what was given back."""
    return _move(request, caller, get_visible(fee, user=caller.user), "refund")


@for_right(Right.FEES_RECORD)
def waive(request: HttpRequest, caller: Caller, fee: int) -> HttpResponse:
    """Waive a fee."""
    return _decide(request, caller, get_visible(fee, user=caller.user), "waiver")


@for_right(Right.FEES_RECORD)
def recall(request: HttpRequest, caller: Caller, fee: int) -> HttpResponse:
    """Take a waiver back."""
    return _decide(request, caller, get_visible(fee, user=caller.user), "recall")


@for_right(Right.FEES_RECORD)
def extent(request: HttpRequest, caller: Caller, fee: int) -> HttpResponse:
    """Say how many sheets and hours are paid for, and who is exempt."""
    row = get_visible(fee, user=caller.user)
    known = {"sheets": str(row.sheets), "hours": row.hours}
    known |= {"exemption": row.exemption} if row.exemption else {}

    def act(form: Form) -> None:
        said = form.to_data()
        services.set_extent(
            fee=row.pk,
            sheets=number_in(said, "sheets"),
            hours=decimal_in(said, "hours"),
            exemption=str(said.get("exemption", "")),
            by=caller.user,
            at=caller.at,
        )

    layout = extent_of(schedule_of(row.schedule))
    typed = Typed(request, layout, known, "web.fee_extent", "web.fee_extent_noted")
    return typed.respond(act, row=row, shown=fee_in(row, language_of(request)))


@for_right(Right.FEES_RECORD)
def payments(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take a file of payments; show those that were taken before."""
    fault, status, language = "", 200, language_of(request)
    if request.method == "POST":
        try:
            name, raw = _sent(request)
            row = take_payments(raw=raw, name=name, by=caller.user, at=caller.at)
        except (MalformedError, LimitError) as error:
            fault, status = say(error.code, {"place": "", **error.facts}, language), 422
        else:
            return redirect("fees-payments-file", file=row.pk)
    own = caller.user.organisation
    page = page_of(request, files_of(own)) if own else None
    return render(request, "fees/payments.html", {"page": page, "fault": fault}, status=status)


@for_right(Right.FEES_READ)
def payment_file(request: HttpRequest, caller: Caller, file: int) -> HttpResponse:
    """Show what became of each line of a file."""
    row = get_file(file, user=caller.user)
    lines = page_of(request, lines_of(row), size=100)
    return render(request, "fees/payment_file.html", {"row": row, "page": lines})


def _sent(request: HttpRequest) -> tuple[str, bytes]:
    """Return the file that was sent. Raises MalformedError (`web.file_missing`)."""
    sent = request.FILES.get("file")
    if sent is None:
        raise MalformedError("web.file_missing", place="file")
    return str(sent.name or ""), sent.read()


def _writes(row: Application, caller: Caller) -> bool:
    own = caller.user.organisation
    if own is None or not is_trader(own):
        return False
    writes = Right.APPLICATION_WRITE in rights_of(caller.user, at=caller.at)
    return writes and may_act(row, by=caller.user, at=caller.at)


def _decide(request: HttpRequest, caller: Caller, row: Fee, kind: str) -> HttpResponse:
    """Show the page of a decision that lets a fee off, or takes that back."""

    def act(form: Form) -> None:
        said = form.to_data()
        write = services.waive if kind == "waiver" else services.recall_waiver
        write(
            fee=row.pk,
            number=str(said.get("number", "")),
            remark=str(said.get("remark", "")),
            by=caller.user,
            at=caller.at,
        )

    title, done = _TITLES[kind]
    layout = WAIVER if kind == "waiver" else RECALL
    shown = fee_in(row, language_of(request))
    return Typed(request, layout, {}, title, done).respond(act, row=row, shown=shown)


def _move(request: HttpRequest, caller: Caller, row: Fee, kind: str) -> HttpResponse:
    shown = fee_in(row, language_of(request))
    today = timezone.localdate(caller.at).isoformat()

    def act(form: Form) -> None:
        said = form.to_data()
        write = services.note_payment if kind == "payment" else services.note_refund
        write(
            fee=row.pk,
            amount=str(said.get("amount", "")),
            on=day_in(said, "on"),
            number=str(said.get("number", "")),
            remark=str(said.get("remark", "")),
            by=caller.user,
            at=caller.at,
        )

    title, done = _TITLES[kind]
    return Typed(request, MOVE, {"on": today}, title, done).respond(act, row=row, shown=shown)


_TITLES = {
    "payment": ("web.fee_pay", "web.fee_paid"),
    "refund": ("web.fee_give_back", "web.fee_given_back"),
    "waiver": ("web.fee_waive", "web.fee_waived"),
    "recall": ("web.fee_recall", "web.fee_recalled"),
}
