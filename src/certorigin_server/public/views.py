"""The page behind the QR code: was this certificate issued? Issue status only (R59).

What follows `#` in the code's address never reaches us: the page's script reads it in the browser.
Without scripts a person types number and day, or sends the PDF or a picture of the code.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone

from certorigin.errors import LimitError, MalformedError
from certorigin.recognition.carrier import Carried
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import language_of
from certorigin_server.desk.findings import tell
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Day, Field
from certorigin_server.public.queries import UNKNOWN, keys_for_codes, status_of
from certorigin_server.public.services import FILE, QUESTION, may_ask
from certorigin_server.users.queries import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.desk.layout import Layout

ASKED: Layout = (
    Field(name="number", label="web.check_number", help="web.check_number_help", width="medium"),
    Day(name="date", label="web.check_day"),
)
_DAY_MISSING, _WAIT, _NOT_OURS = "check.day_missing", "check.wait", "check.file_unknown"


def check(request: HttpRequest) -> HttpResponse:
    """Ask for number and day, or for a file; say whether it was issued here and still stands."""
    if request.method == "POST":
        return _of_file(request)
    form = Form.from_post(ASKED, request.GET, language_of(request))
    data = form.to_data()
    number = str(data.get("number", ""))[:60]
    if not number:
        return _page(request, form)
    try:
        day = date.fromisoformat(str(data.get("date", "")))
    except ValueError:
        return _page(request, form, said=_DAY_MISSING)
    if not _may_ask(request, QUESTION):
        return _page(request, form, said=_WAIT)
    return _page(request, form, said=status_of(number, day), number=number, day=day)


def _of_file(request: HttpRequest) -> HttpResponse:
    """Look at a PDF, a picture or a sealed file; nothing of it is kept, and no more is told."""
    form = Form.from_data(ASKED, {}, language_of(request))
    file = request.FILES.get("file")
    if not _may_ask(request, FILE):
        return _page(request, form, said=_WAIT)
    try:
        carried = Carried.from_bytes(file.read() if file else b"")
        number, day = _named(carried)
    except (MalformedError, LimitError) as error:
        code = error.code if file else "web.file_missing"
        told = tell([Finding(code, "file", facts=error.facts)], language_of(request))
        return _page(request, form, told=told)
    said = status_of(number, day, digest=carried.digest.hex())
    said = _NOT_OURS if said == UNKNOWN else said
    return _page(request, form, said=said, number=number, day=day)


def _named(carried: Carried) -> tuple[str, date]:
    """Return number and day of what is carried. Raises MalformedError when it names none."""
    if carried.slip is not None:
        return carried.slip.number, carried.slip.date
    try:
        body: Any = carried.act.body if carried.act else {}
        return str(body["number"])[:60], date.fromisoformat(str(body["certification"]["date"]))
    except (KeyError, TypeError, ValueError):
        raise MalformedError("verify.unreadable", place="file", fault="act") from None


def _may_ask(request: HttpRequest, cost: int) -> bool:
    """People who are signed in are never limited; partners ask by a door of their own (R7)."""
    if isinstance(request.user, User):
        return True
    address = str(request.META.get("REMOTE_ADDR", ""))
    return may_ask(address=address, at=timezone.now(), cost=cost)


def _page(request: HttpRequest, form: Form, *, said: str = "", **context: object) -> HttpResponse:
    keys = json.dumps(keys_for_codes(), ensure_ascii=False)
    context |= {"form": form, "said": said, "keys": keys}
    status = 429 if said == _WAIT else 422 if context.get("told") else 200
    answer = render(request, "public/check.html", context, status=status)
    if status == 429:
        answer["Retry-After"] = "600"
    return answer
