"""The journal of issue and handover: looked at, printed, taken as a file; what is written in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from certorigin.certification.journal import COLUMNS, journal_to_csv
from certorigin.certification.workbook import workbook_of
from certorigin.errors import (
    ConflictError,
    LimitError,
    MalformedError,
    StandingError,
    UnknownError,
)
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.certification.forms import HANDING_OVER, RESERVING, VOIDING, filtering
from certorigin_server.certification.journal import (
    Wanted,
    chosen_lines,
    hand_over,
    journal_of,
    officers_in,
    shortened,
)
from certorigin_server.certification.queries import get_visible, numbers_taken
from certorigin_server.certification.reserve import reserve_numbers
from certorigin_server.certification.rules import bodies_of
from certorigin_server.certification.services import void_number
from certorigin_server.certification.special import unused_numbers
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import choose_body
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin.certification.journal import Gap, Journal
    from certorigin_server.users.access import Caller
    from certorigin_server.users.queries import Organisation

_FILES = frozenset({"csv", "xlsx"})
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TITLES = {
    "sequence": "web.journal_sequence",
    "number": "web.number",
    "date": "web.date",
    "form": "web.form",
    "exporter": "web.exporter",
    "goods": "web.goods",
    "destination": "web.destination",
    "officer": "web.officer",
    "actedFor": "web.acted_for",
    "status": "web.status",
    "event": "web.event",
    "inPlaceOf": "web.in_place_of",
    "releasedAt": "web.released_at",
    "handedAt": "web.handed_at",
    "handedTo": "web.handed_to",
    "authority": "web.handed_authority",
    "blank": "web.blank_number",
    "remark": "web.remark",
    "hash": "web.journal_hash",
}


@for_right(Right.CERTIFICATION_JOURNAL)
def journal(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show the journal of a body in a period: on the page its last days, in a file all of it."""
    body = _body_of(request, caller)
    language = language_of(request)
    data = Form.from_post(filtering(()), request.GET, language).to_data()
    asked, faults = read_wanted(data, today=timezone.localdate(caller.at))
    kind = request.GET.get("file", "")
    try:
        wanted = asked if kind in _FILES else shortened(body, asked)
        whole = journal_of(body, wanted, anew=kind in _FILES)
    except (MalformedError, LimitError) as error:
        faults.append(Finding(error.code, "to", facts=error.facts))
        asked, _ = read_wanted({}, today=timezone.localdate(caller.at))
        wanted = shortened(body, asked)
        whole = journal_of(body, wanted)
    if kind in _FILES and not faults:
        record_read(by=caller.user.username, at=caller.at, subject=body.urn)
        return _file(kind, whole, body, wanted, caller)
    lines = chosen_lines(whole, wanted)
    form = Form.from_data(filtering(officers_in(whole)), _shown(data, wanted), language)
    form.show(faults)
    context = {
        "body": body,
        "bodies": bodies_of(caller.user),
        "form": form,
        "wanted": wanted,
        "is_short": wanted != asked,
        "head": whole.head,
        "page": page_of(request, lines, size=50),
        "is_own": body.pk == caller.user.organisation_id,
    }
    return render(request, "certification/journal.html", context, status=422 if faults else 200)


@for_right(Right.CERTIFICATION_CERTIFY)
def void(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take the next number out of use, with the reason."""
    language, status = language_of(request), 200
    form = Form.from_post(VOIDING, request.POST, language)
    if request.method != "POST":
        form = Form.from_data(VOIDING, {}, language)
    else:
        data = {name: str(value) for name, value in form.to_data().items()}
        try:
            made = void_number(
                form=data.get("form", ""),
                destination=data.get("destination", "").upper(),
                reason=data.get("reason", ""),
                by=caller.user,
                at=caller.at,
                seen=request.POST.get("seen"),
            )
        except ConflictError as error:
            form.show([Finding(error.code, "")])
            status = 409
        except (MalformedError, UnknownError) as error:
            place = {"destination": "destination", "reason": "reason"}
            at = "form" if isinstance(error, UnknownError) else error.facts.get("place", "")
            form.show([Finding(error.code, place.get(at, "form"), facts=error.facts)])
            status = 422
        else:
            messages.success(request, say("web.number_voided", {"number": made.number}, language))
            return redirect("certification-journal")
    own, year = caller.user.organisation, timezone.localdate(caller.at).year
    seen = numbers_taken(own, year=year) if own else 0
    context = {"form": form, "seen": seen}
    return render(request, "certification/void.html", context, status=status)


@for_right(Right.CERTIFICATION_CERTIFY)
def reserve(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Set numbers aside for paper that may have to be issued while the service is down."""
    language, status = language_of(request), 200
    form = Form.from_data(RESERVING, {}, language)
    if request.method == "POST":
        form = Form.from_post(RESERVING, request.POST, language)
        data = {name: str(value) for name, value in form.to_data().items()}
        try:
            made = reserve_numbers(
                form=data.get("form", ""),
                destination=data.get("destination", "").upper(),
                count=data.get("count", ""),
                by=caller.user,
                at=caller.at,
            )
        except (MalformedError, UnknownError) as error:
            at = "form" if isinstance(error, UnknownError) else error.facts.get("place", "")
            place = at if at in {"form", "count"} else "destination"
            is_state = place == "destination" and error.code == "number.part_misshaped"
            code = "web.destination_missing" if is_state else error.code
            form.show([Finding(code, place, facts=error.facts)])
            status = 422
        else:
            numbers = {"first": made[0].number, "last": made[-1].number}
            messages.success(request, say("web.numbers_reserved", numbers, language))
            return redirect("certification-reserve")
    own = caller.user.organisation
    unused = unused_numbers(own).select_related("reserved_by")[:200] if own else []
    context = {"form": form, "unused": unused}
    return render(request, "certification/reserve.html", context, status=status)


@for_right(Right.CERTIFICATION_CERTIFY)
def handover(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Record to whom the paper certificate was handed."""
    row = get_visible(subject, user=caller.user)
    if row.body_id != caller.user.organisation_id:
        raise Http404
    language, status, refused = language_of(request), 200, ""
    form = Form.from_post(HANDING_OVER, request.POST, language)
    if request.method == "POST":
        data = {name: str(value) for name, value in form.to_data().items()}
        faults = [
            Finding("record.member_missing", name, facts={"place": name})
            for name in ("handed_to", "authority", "blank")
            if not data.get(name)
        ]
        try:
            if not faults:
                given = {name: data.get(name, "") for name in form.values}
                hand_over(subject=row.pk, by=caller.user, at=caller.at, **given)
                messages.success(request, say("web.handed_over", {}, language))
                return redirect("certification-show", subject=row.pk)
            status = 422
        except MalformedError as error:
            status = 422
            faults.append(Finding(error.code, error.facts.get("place", ""), facts=error.facts))
        except (ConflictError, StandingError) as error:
            status, refused = 409, say(error.code, error.facts, language)
        form.show(faults)
    context = {"row": row, "form": form, "refused": refused}
    return render(request, "certification/handover.html", context, status=status)


def read_wanted(data: dict[str, object], *, today: date) -> tuple[Wanted, list[Finding]]:
    """Read what is looked for; without days it is the month that runs."""
    faults, days = [], {"from": today.replace(day=1), "to": today}
    for name in days:
        if data.get(name):
            try:
                days[name] = date.fromisoformat(str(data[name]))
            except ValueError:
                facts = {"place": name, "value": str(data[name])[:40]}
                faults.append(Finding("day.malformed", name, facts=facts))
    texts = {name: str(data.get(name, "")) for name in ("officer", "status", "text")}
    return Wanted(days["from"], days["to"], **texts), faults


def _shown(data: dict[str, object], wanted: Wanted) -> dict[str, object]:
    return {"from": wanted.start.isoformat(), "to": wanted.end.isoformat(), **data}


def _body_of(request: HttpRequest, caller: Caller) -> Organisation:
    """Return the body that the address names, or one's own, or the first that one may see."""
    try:
        return choose_body(bodies_of(caller.user), request.GET.get("body", ""), user=caller.user)
    except UnknownError as error:
        raise Http404 from error


def _file(
    kind: str, whole: Journal, body: Organisation, wanted: Wanted, caller: Caller
) -> HttpResponse:
    """Return the whole period as a file: a part of it would not show its gaps."""
    language = (get_language() or "en")[:2]
    heading = [
        say("web.journal", {}, language),
        body.name,
        f"{wanted.start.isoformat()} – {wanted.end.isoformat()}",
        say(
            "web.journal_head",
            {
                "count": str(whole.head.count),
                "void": str(whole.head.void),
                "hash": whole.head.hash,
                "at": moment_to_text(caller.at),
            },
            language,
        ),
        *(say("web.journal_gap", gap_facts(gap), language) for gap in whole.head.gaps),
    ]
    titles = [say(_TITLES[name], {}, language) for name in COLUMNS]
    if kind == "csv":
        raw, media = journal_to_csv(whole, titles=titles, heading=heading), "text/csv"
    else:
        rows = [*([line] for line in heading), titles, *(line.cells() for line in whole.lines)]
        raw, media = workbook_of(rows, title=say("web.journal", {}, language)), _XLSX
    answer = HttpResponse(raw, content_type=media)
    name = f"journal-{body.slug}-{wanted.start.isoformat()}-{wanted.end.isoformat()}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def gap_facts(gap: Gap) -> dict[str, str]:
    """Return what a sentence says of a gap."""
    return {
        "form": gap.series.form,
        "year": str(gap.series.year),
        "first": str(gap.first),
        "last": str(gap.last),
    }
