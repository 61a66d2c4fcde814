"""The page that asks anew who somebody is, before an act that the settings call weighty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from certorigin_server.desk.carry import carry
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Field, Secret
from certorigin_server.signin.challenge import question_for
from certorigin_server.signin.queries import Factors, factors_of
from certorigin_server.signin.session import came_by_directory

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.queries import User

CODE: Layout = (
    Field(
        name="code",
        label="web.one_time_code",
        help="web.one_time_code_help",
        width="medium",
        autocomplete="one-time-code",
    ),
)
_PASSWORD: Layout = (
    Secret(name="password", label="web.password", autocomplete="current-password"),
)


def asked_of(factors: Factors) -> Layout:
    """Who has a second factor proves that one: a password may be known to others."""
    return CODE if factors.has_second else _PASSWORD


def ask_to_confirm(
    request: HttpRequest, user: User, *, language: str, at: datetime
) -> HttpResponse:
    """Ask who it is before a weighty act; what the form brought travels along."""
    form = Form.from_data(asked_of(factors_of(user)), {}, language)
    carried = carry(request)
    return show_confirm(
        request, user, form=form, target=request.path, carried=carried, at=at, status=401
    )


def show_confirm(
    request: HttpRequest,
    user: User,
    *,
    form: Form,
    target: str,
    carried: str,
    at: datetime,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page on which a person proves anew who they are."""
    context = {
        "form": form,
        "next": target,
        "carried": carried,
        "refused": refused,
        "question": question_for(request, user, at=at),
        "by_directory": came_by_directory(request.session),
        "has_password": user.has_usable_password(),
    }
    return render(request, "desk/confirm.html", context, status=status)
