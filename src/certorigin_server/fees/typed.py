"""A page with one form about one fee: what was typed stays, and every refusal is told beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import (
    ConflictError,
    MalformedError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.number import decimal_from_text
from certorigin_server.desk.access import language_of
from certorigin_server.desk.forms import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.desk.layout import Layout
    from certorigin_server.fees.queries import Fee


class Typed:
    """One request to such a page."""

    def __init__(
        self,
        request: HttpRequest,
        layout: Layout,
        known: Mapping[str, Any],
        title: str,
        done: str,
    ) -> None:
        self.request, self.title, self.done = request, title, done
        self.language = language_of(request)
        self.form = (
            Form.from_post(layout, request.POST, self.language)
            if request.method == "POST"
            else Form.from_data(layout, known, self.language)
        )

    def respond(self, act: Callable[[Form], None], *, row: Fee, shown: object) -> HttpResponse:
        """Show the form, or do what it says and go back to the application's fees."""
        status, refused = 200, ""
        if self.request.method == "POST":
            try:
                act(self.form)
            except (MalformedError, UnknownError) as error:
                place = error.facts.get("place", "exemption")
                self.form.show([Finding(error.code, place, facts=error.facts)])
                status = 422
            except (ConflictError, StandingError, RightError) as error:
                refused, status = say(error.code, error.facts, self.language), 409
            else:
                messages.success(self.request, say(self.done, {}, self.language))
                return redirect("fees-application", application=row.application_id)
        context = {
            "form": self.form,
            "title": self.title,
            "refused": refused,
            "row": row,
            "fee": shown,
        }
        return render(self.request, "fees/note.html", context, status=status)


def day_in(said: Mapping[str, Any], name: str) -> date:
    """Read a day that was typed. Raises MalformedError."""
    if not said.get(name):
        raise MalformedError("record.member_missing", place=name)
    return day_from_text(str(said[name]), place=name)


def decimal_in(said: Mapping[str, Any], name: str) -> Decimal:
    """Read a decimal that was typed; none is nought. Raises MalformedError."""
    return decimal_from_text(str(said[name]), place=name) if said.get(name) else Decimal(0)


def number_in(said: Mapping[str, Any], name: str) -> int:
    """Read a whole number that was typed; none is nought. Raises MalformedError."""
    found = decimal_in(said, name)
    if found != int(found):
        raise MalformedError("number.malformed", place=name, value=str(said[name])[:40])
    return int(found)
