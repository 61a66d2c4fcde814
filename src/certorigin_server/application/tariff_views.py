"""Finding a code of goods: on a page of its own, and beside the field while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from certorigin_server.application.forms import LAYOUT
from certorigin_server.application.lookup import has_subheadings, offer_codes
from certorigin_server.desk.access import for_person, language_of
from certorigin_server.desk.bound import BoundField
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Field

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller

_LONGEST = 200
_ON_PAGE = 20


@for_person
def search(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Find codes by words or first digits, in any of the four languages."""
    del caller
    text = request.GET.get("text", "")[:_LONGEST].strip()
    found = offer_codes(text, language_of(request), limit=_ON_PAGE) if text else []
    context = {"text": text, "found": found, "only_headings": not has_subheadings()}
    return render(request, "application/tariff.html", context)


@for_person
def offers(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Offer codes for what stands in a field of the form; `field` is its place."""
    del caller
    field = request.GET.get("field", "")[:_LONGEST]
    text = request.GET.get(field, "")[:_LONGEST].strip()
    found = offer_codes(text, language_of(request)) if len(text) > 1 else []
    if any(one.code == text for one in found):  # it is a code already
        found = []
    context = {"text": text, "found": found, "field": field}
    return render(request, "application/tariff_offers.html", context)


@for_person
def choose(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show the field again with the code that was chosen."""
    del caller
    place = request.GET.get("field", "")[:_LONGEST]
    part = _CODE
    form = Form((part,), language_of(request))
    form.values[place] = request.GET.get("code", "")[:20]
    form.focus = place
    return render(request, "desk/field_text.html", {"part": BoundField(form, part, place)})


def _code_field() -> Field:
    rows = next(part for part in LAYOUT if part.name == "items")
    parts = getattr(rows, "parts", ())
    return next(one for one in parts if isinstance(one, Field) and one.name == "tariffCode")


_CODE = _code_field()
