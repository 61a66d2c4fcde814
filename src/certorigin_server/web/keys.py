"""Keys of programs: made with a name, an end and the rights that they let through; revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import FindingsError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import end_of_day
from certorigin_server.desk.access import for_person, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Day, Field, Flag, Group, Option, Radio
from certorigin_server.users.queries import rights_of, tokens_of
from certorigin_server.users.rights import Right
from certorigin_server.users.services import end_token, make_token

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.access import Caller
    from certorigin_server.users.queries import AccessToken

EVERYTHING, READING, CHOSEN = "everything", "reading", "chosen"
RIGHT_LABELS = {
    Right.ADMINISTRATION_READ: "web.right_administration_read",
    Right.COMPANY_READ: "web.right_company_read",
    Right.COMPANY_WRITE: "web.right_company_write",
    Right.APPLICATION_READ: "web.right_application_read",
    Right.APPLICATION_WRITE: "web.right_application_write",
    Right.ASSESSMENT_READ: "web.right_assessment_read",
    Right.ASSESSMENT_DECIDE: "web.right_assessment_decide",
    Right.ASSESSMENT_RESOLVE: "web.right_assessment_resolve",
    Right.AUDIT_SAMPLE: "web.right_audit_sample",
    Right.CERTIFICATION_READ: "web.right_certification_read",
    Right.CERTIFICATION_CERTIFY: "web.right_certification_certify",
    Right.CERTIFICATION_JOURNAL: "web.right_certification_journal",
    Right.CERTIFICATION_RULE: "web.right_certification_rule",
    Right.FEES_READ: "web.right_fees_read",
    Right.FEES_RECORD: "web.right_fees_record",
    Right.FEES_RULE: "web.right_fees_rule",
    Right.GUIDANCE_PUBLISH: "web.right_guidance_publish",
    Right.LOG_READ: "web.right_log_read",
    Right.MIRROR_READ: "web.right_mirror_read",
    Right.MIRROR_RESUME: "web.right_mirror_resume",
    Right.RECOGNITION_READ: "web.right_recognition_read",
    Right.RECOGNITION_DECIDE: "web.right_recognition_decide",
    Right.RECOGNITION_RATE: "web.right_recognition_rate",
    Right.RETURNS_ANNUL: "web.right_returns_annul",
    Right.RETURNS_ANSWER: "web.right_returns_answer",
    Right.RETURNS_ASK: "web.right_returns_ask",
    Right.RETURNS_DRAFT: "web.right_returns_draft",
    Right.STATISTICS_READ: "web.right_statistics_read",
    Right.STATISTICS_RULE: "web.right_statistics_rule",
    Right.TRAIL_READ: "web.right_trail_read",
    Right.USERS_WRITE: "web.right_users_write",
    Right.WEBHOOKS_WRITE: "web.right_webhooks_write",
}


@dataclass(frozen=True)
class ShownKey:
    """A key in force, with the labels of what it lets through; none for whatever one may do."""

    row: AccessToken
    labels: tuple[str, ...]


@for_person
def keys(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show one's own keys, make one, which is shown this once, or revoke one."""
    language, order = language_of(request), request.POST.get("order", "")
    rights = rights_of(caller.user, at=caller.at)
    form = Form.from_post(_layout(rights), request.POST, language)
    if order == "token":
        try:
            token = _make(form, rights, caller)
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
            return _render(request, caller, form, status=422)
        return _render(request, caller, Form(_layout(rights), language), token=token)
    if order.startswith("end_token:"):
        end_token(token_id=_number(order), by=caller.user, at=caller.at)
        messages.success(request, say("web.token_ended", {}, language))
        return redirect("keys")
    return _render(request, caller, form)


def _layout(rights: Collection[Right]) -> Layout:
    boxes = tuple(Flag(name=_box_of(one), label=RIGHT_LABELS[one]) for one in sorted(rights))
    return (
        Field(name="name", label="web.token_name", help="web.token_name_help", width="medium"),
        Day(name="expires", label="web.token_until", help="web.token_until_help"),
        Radio(
            name="reach",
            label="web.token_reach",
            help="web.token_reach_help",
            options=_reaches,
            default=READING,
        ),
        Group(name="scopes", title="web.token_scopes", folded=True, parts=boxes),
    )


def _reaches() -> tuple[Option, ...]:
    return (
        Option(READING, code="web.token_reading"),
        Option(CHOSEN, code="web.token_chosen"),
        Option(EVERYTHING, code="web.token_everything"),
    )


def _box_of(right: Right) -> str:
    """Return the name of the box of a right: a point would part members of the document."""
    return right.replace(".", "_")


def _make(form: Form, rights: Collection[Right], caller: Caller) -> str:
    """Make the key that is asked for. Raises FindingsError."""
    data, findings = form.to_data(), []
    reach = data.get("reach", "")
    ticked = data.get("scopes") or {}
    scopes: set[str] = set()
    if reach == READING:
        scopes = {one for one in rights if one.endswith(".read")}
    elif reach == CHOSEN:
        scopes = {one for one in rights if ticked.get(_box_of(one)) is True}
    if reach != EVERYTHING and not scopes:
        findings.append(Finding("token.no_scope", "reach"))
    expires = _end(str(data.get("expires", "")))
    if expires is None:
        findings.append(Finding("administration.not_a_day", "expires"))
    if expires is None or findings:
        raise FindingsError("token.refused", findings)
    name = str(data.get("name", ""))
    return make_token(by=caller.user, at=caller.at, expires=expires, name=name, scopes=scopes)


def _end(day: str) -> datetime | None:
    """Return when a key ends that holds through a day, or None for what is no day."""
    try:
        return end_of_day(date.fromisoformat(day))
    except (ValueError, OverflowError):
        return None


def _render(
    request: HttpRequest, caller: Caller, form: Form, *, status: int = 200, token: str = ""
) -> HttpResponse:
    shown = [
        ShownKey(row, tuple(RIGHT_LABELS[Right(one)] for one in row.scopes.split()))
        for row in tokens_of(caller.user, at=caller.at)
    ]
    context = {"form": form, "tokens": shown, "token": token}
    return render(request, "web/keys.html", context, status=status)


def _number(order: str) -> int:
    """Read the number of a row. Raises UnknownError."""
    text = order.partition(":")[2]
    if not text.isdecimal() or len(text) > 18:
        raise UnknownError("token.unknown")
    return int(text)
