"""The public page behind the QR code: was this certificate issued? Issue status only (R59).

What follows `#` in the code's address never reaches us: a person types number and day.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.shortcuts import render

from certorigin_server.certification.queries import issued_under
from certorigin_server.desk.access import language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Day, Field
from certorigin_server.seal.queries import acts_about

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.desk.layout import Layout

ASKED: Layout = (
    Field(name="number", label="web.check_number", help="web.check_number_help", width="medium"),
    Day(name="date", label="web.check_day"),
)
# What our own acts say of it, the later word first.
_SAID = {"Annulled": "check.annulled", "Replaced": "check.replaced", "Issued": "check.issued"}


def check(request: HttpRequest) -> HttpResponse:
    """Ask for number and day; say whether it was issued here, and whether that was taken back."""
    form = Form.from_post(ASKED, request.GET, language_of(request))
    data = form.to_data()
    number = str(data.get("number", ""))[:60]
    day = _day(str(data.get("date", "")))
    said = ""
    if number:
        said = _status(number, day) if day else "check.day_missing"
    context = {"form": form, "said": said, "number": number, "day": day}
    return render(request, "certification/check.html", context)


def _status(number: str, day: date) -> str:
    row = issued_under(number, day)
    acts = acts_about(row.pk) if row else []
    kinds = {act.kind for act in acts if act.published_at is not None}
    return next((code for kind, code in _SAID.items() if kind in kinds), "check.unknown")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
