"""The desk of the exchange: notices, alarms, logs, days and terms; what is public of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from certorigin.errors import FindingsError, RightError, StandingError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.mirror.alarms import LONGEST_REMARK, note_alarm
from certorigin_server.mirror.corridor_picture import pictured
from certorigin_server.mirror.forms import ANNOUNCING, NOTING, read_times
from certorigin_server.mirror.notices import announce, end_notice, own_notices, planned
from certorigin_server.mirror.queries import (
    alarms,
    days_compared,
    fallen_of,
    followed_logs,
    terms_of,
)
from certorigin_server.mirror.shown import (
    shown_alarms,
    shown_logs,
    shown_notices,
    shown_term,
)
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from certorigin.mirror.service import Notice
    from certorigin_server.mirror.models import Alarm
    from certorigin_server.users.access import Caller

FORMAT = "certorigin-service/v1"
MOST_PUBLIC = 100


@for_right(Right.MIRROR_READ)
def watch(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what disturbs the exchange; let an administrator note an alarm or end a notice."""
    language = language_of(request)
    form, status = Form.from_post(NOTING, request.POST, language), 200
    if request.method == "POST":
        _require_operator(caller)
        if "end" in request.POST:
            subject = request.POST["end"][:250]
            end_notice(subject=subject, keyring=get_keyring(), by=caller.user, at=caller.at)
            messages.success(request, say("web.notice_ended", {}, language))
            return redirect("mirror-watch")
        fault = _note(request, caller, form.values["remark"])
        if fault is None:
            messages.success(request, say("web.alarm_was_noted", {}, language))
            return redirect("mirror-watch")
        form.show([fault])
        status = 422
    page = page_of(request, alarms())
    corridors = [str(one.corridor) for one in settings.SYSTEM.corridors]
    context = {
        "notices": shown_notices(corridors, caller.at),
        "logs": shown_logs(followed_logs(), caller.at),
        "alarms": shown_alarms(page, language),
        "typed": _typed(request),
        "page": page,
        "form": form,
    }
    return render(request, "mirror/watch.html", context, status=status)


@for_right(Right.MIRROR_READ)
def show_picture(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show each corridor as a picture and as a list; it asks again by itself."""
    context = {"corridors": pictured(caller.at), "at": caller.at}
    return render(request, "mirror/picture.html", context)


@for_right(Right.MIRROR_RESUME)
def announce_notice(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Enter a planned interruption; it travels to the partner and is published at once."""
    language = language_of(request)
    form, status = Form.from_post(ANNOUNCING, request.POST, language), 200
    if request.method == "POST":
        status = 422
        try:
            starts, ends = read_times(form.values)
            announce(
                corridor=settings.SYSTEM.corridor_of(form.values["corridor"]),
                body=planned(
                    affects=form.values["affects"],
                    starts=starts,
                    ends=ends,
                    remark=form.values["remark"].strip(),
                ),
                keyring=get_keyring(),
                by=caller.user,
                at=caller.at,
            )
            messages.success(request, say("web.notice_announced", {}, language))
            return redirect("mirror-watch")
        except FindingsError as error:
            form.show([one for one in error.findings if isinstance(one, Finding)])
        except StandingError as error:
            form.show([Finding(error.code, "ends_day", facts=error.facts)])
    return render(request, "mirror/announce.html", {"form": form}, status=status)


@for_right(Right.MIRROR_READ)
def list_days(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what partners stated for each day and body, beside what is held here (R9)."""
    del caller
    return render(request, "mirror/days.html", {"page": page_of(request, days_compared())})


@for_right(Right.LOG_READ)
def list_terms(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the certificates that the partner does not know yet, and until when it must (R4)."""
    page = page_of(request, terms_of(caller.user))
    rows = [shown_term(row, caller.at) for row in page]
    return render(request, "mirror/terms.html", {"page": page, "rows": rows})


@for_right(Right.LOG_READ)
def list_fallen(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List certificates of ours that fell with a withdrawn key; note what was done about one."""
    language = language_of(request)
    form, status = Form.from_post(NOTING, request.POST, language), 200
    found = fallen_of(caller.user)
    if request.method == "POST":
        if Right.CERTIFICATION_CERTIFY not in rights_of(caller.user, at=caller.at):
            raise RightError("right.missing", right=str(Right.CERTIFICATION_CERTIFY))
        fault = _note(request, caller, form.values["remark"], among=found)
        if fault is None:
            messages.success(request, say("web.alarm_was_noted", {}, language))
            return redirect("mirror-fallen")
        form.show([fault])
        status = 422
    page = page_of(request, found)
    context = {
        "page": page,
        "alarms": shown_alarms(page, language),
        "form": form,
        "typed": _typed(request),
    }
    return render(request, "mirror/fallen.html", context, status=status)


def _typed(request: HttpRequest) -> dict[str, object]:
    """Return what was typed beside which alarm, so that a refusal loses nothing."""
    return {"alarm": _alarm_named(request), "remark": request.POST.get("remark", "")}


def _alarm_named(request: HttpRequest) -> int | None:
    number = request.POST.get("alarm", "")
    return int(number[:18]) if number.isdecimal() else None


def _note(
    request: HttpRequest, caller: Caller, remark: str, *, among: QuerySet[Alarm] | None = None
) -> Finding | None:
    """Note what was done about the alarm that is named, or return why it is not noted.

    `among` are those about which this person may. Raises UnknownError (`alarm.unknown`).
    """
    fault, alarm = _fault_of_remark(remark), _alarm_named(request)
    if fault is not None:
        return fault
    if alarm is None or (among is not None and not among.filter(pk=alarm).exists()):
        named = request.POST.get("alarm", "")[:18]
        return Finding("alarm.unknown", "remark", facts={"alarm": named})
    note_alarm(alarm=alarm, remark=remark, by=caller.user, at=caller.at)
    return None


def _fault_of_remark(remark: str) -> Finding | None:
    """Say what is wrong with what an officer notes, if anything; nothing is cut in silence."""
    if not remark.strip():
        return Finding("administration.reason_missing", "remark")
    if len(remark) > LONGEST_REMARK:
        facts = {"place": "remark", "limit": str(LONGEST_REMARK)}
        return Finding("record.text_too_long", "remark", facts=facts)
    return None


def read_service(request: HttpRequest) -> HttpResponse:
    """Publish our notices for machines, without trade data, to anybody (R18)."""
    del request
    at = timezone.now()
    corridors = [str(one.corridor) for one in settings.SYSTEM.corridors]
    found = [notice for corridor in corridors for notice in own_notices(corridor)]
    found.sort(key=lambda one: (one.body.starts, one.subject))
    answer = JsonResponse(
        {
            "at": moment_to_text(at),
            "disturbed": any(one.holds(at) for one in found),
            "format": FORMAT,
            "installation": settings.SYSTEM.installation,
            "notices": [_public(one) for one in found[-MOST_PUBLIC:]],
        }
    )
    answer["Cache-Control"] = "public, max-age=30"
    return answer


def _public(notice: Notice) -> dict[str, str]:
    body = notice.body
    data = {
        "affects": body.affects,
        "corridor": notice.corridor,
        "id": notice.subject,
        "nature": body.nature,
        "reason": body.reason,
        "starts": moment_to_text(body.starts),
    }
    data |= {"ends": moment_to_text(body.ends)} if body.ends else {}
    return data | ({"restored": moment_to_text(notice.restored)} if notice.restored else {})


def _require_operator(caller: Caller) -> None:
    if Right.MIRROR_RESUME not in rights_of(caller.user, at=caller.at):
        raise RightError("right.missing", right=str(Right.MIRROR_RESUME))
