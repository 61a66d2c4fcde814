"""The exporter's desk: applications, and the form that fills one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from certorigin.application.draft import Application as Draft
from certorigin.errors import ConflictError, FindingsError
from certorigin.seal.canonical import parse_strict
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.application import services
from certorigin_server.application.forms import LAYOUT, SUBMISSION
from certorigin_server.application.queries import (
    USUAL_FORM,
    draft_from_data,
    draft_of,
    find_faults,
    get_visible,
    search,
    stated_facts,
)
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.carry import typed_fields
from certorigin_server.desk.findings import read_leniently
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.desk.queries import find_typed
from certorigin_server.desk.services import forget_typed, keep_typed
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.models import Application
    from certorigin_server.desk.findings import Reading
    from certorigin_server.users.access import Caller


@for_right(Right.APPLICATION_READ)
def list_applications(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the applications that the person may see, newest change first."""
    text = request.GET.get("text", "")[:100]
    page = page_of(request, search(caller.user, text=text))
    return render(request, "application/list.html", {"page": page, "text": text})


@require_POST
@for_right(Right.APPLICATION_WRITE)
def begin(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Begin an empty draft and open it."""
    row = services.begin(draft=Draft(form=USUAL_FORM), by=caller.user, at=caller.at)
    return redirect("application-edit", application=row.pk)


@for_right(Right.APPLICATION_READ)
def show(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show an application as it stands."""
    row = get_visible(application, user=caller.user)
    return render(request, "application/show.html", {"row": row, "draft": draft_of(row)})


@for_right(Right.APPLICATION_WRITE)
def edit(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Fill a draft: kept while it is typed, saved and submitted by the person's buttons."""
    row = get_visible(application, user=caller.user)
    if row.status != row.Status.DRAFT:
        return redirect("application-show", application=row.pk)
    page = _Page(request, caller, row)
    if request.method != "POST":
        return page.opened()
    order = request.POST.get("order", "save")
    if order == "keep":
        return page.kept()
    if order == "discard":
        forget_typed(key=row.urn, by=caller.user)
        return redirect("application-edit", application=row.pk)
    if page.form.follow(order):
        page.keep()
        return page.answer()
    return page.saved(and_submit=order == "submit")


class _Page:
    """The page of one draft, for one request."""

    def __init__(self, request: HttpRequest, caller: Caller, row: Application) -> None:
        self.request, self.caller, self.row = request, caller, row
        self.language = language_of(request)
        self.typed = find_typed(user=caller.user, key=row.urn)
        self.version = row.version
        if request.method == "POST":
            # `over` is set by the button that saves over somebody else's change.
            seen = request.POST.get("over") or request.POST.get("version", "")
            self.version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
            self._take(request.POST)
        elif self.typed is not None:
            seen = self.typed.version
            self.version = int(seen) if seen.isdecimal() else row.version
            self._take(QueryDict(self.typed.text))
        else:
            self.form = Form.from_data(LAYOUT, self._stored(), self.language)
            self.submission = Form.from_data(SUBMISSION, {}, self.language)

    def _take(self, post: QueryDict) -> None:
        self.form = Form.from_post(LAYOUT, post, self.language)
        self.submission = Form.from_post(SUBMISSION, post, self.language)

    def _stored(self) -> dict[str, object]:
        return dict(parse_strict(self.row.document.encode()))

    # -- answers ----------------------------------------------------------------------------------

    def opened(self) -> HttpResponse:
        """Show the draft; what was typed and not saved stands in it."""
        if self.typed is not None:
            reading = self._read()
            self.form.show(reading.faults)
        return self.answer()

    def kept(self) -> HttpResponse:
        """Keep what is being typed, and tell what still lacks."""
        self.keep()
        reading = self._read()
        self.form.show((*reading.faults, *self._lacking(reading)))
        context = {"kept_at": self.caller.at, "lacking": self.form.errors, "url": self.request.path}
        if self.version != self.row.version:
            facts = {"version": str(self.row.version)}
            context["conflict"] = say("application.changed_meanwhile", facts, self.language)
        return render(self.request, "desk/kept.html", context)

    def saved(self, *, and_submit: bool) -> HttpResponse:
        """Save the draft, and submit it when that was asked; or show everything that hinders."""
        self.keep()
        reading = self._read()
        if reading.document is None or reading.faults:
            self.form.show((*reading.faults, *self._lacking(reading)))
            return self.answer(status=422)
        if and_submit and not self._may_submit():
            self.form.show(self._lacking(reading))
            return self.answer(status=422)
        try:
            self._revise(reading.document)
            if and_submit:
                return self._submit()
        except ConflictError as error:
            return self.answer(status=409, conflict=say(error.code, error.facts, self.language))
        except FindingsError as error:
            self.form.show(one for one in error.findings if isinstance(one, Finding))
            return self.answer(status=422)
        messages.success(self.request, say("web.draft_saved", {}, self.language))
        return redirect("application-edit", application=self.row.pk)

    def answer(self, *, status: int = 200, conflict: str = "") -> HttpResponse:
        """Render the page."""
        summary = {
            "errors": [*self.form.errors, *self.submission.errors],
            "remarks": self.form.remarks,
        }
        context = {
            "form": self.form,
            "submission": self.submission,
            "summary": summary,
            "row": self.row,
            "version": self.version,
            "typed": self.typed,
            "conflict": conflict,
            "differences": self._differences() if conflict else [],
            "produced_in": settings.SYSTEM.state,
            "url": self.request.path,
        }
        return render(self.request, "application/edit.html", context, status=status)

    # -- acts -------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Keep what was typed, whatever becomes of it."""
        text = urlencode([*typed_fields(self.request)])
        keep_typed(
            key=self.row.urn,
            version=str(self.version),
            text=text,
            by=self.caller.user,
            at=self.caller.at,
        )

    def _revise(self, draft: Draft) -> None:
        if draft != draft_of(self.row) or self.version != self.row.version:
            self.row = services.revise(
                application=self.row.pk,
                draft=draft,
                version=self.version,
                by=self.caller.user,
                at=self.caller.at,
            )
            self.version = self.row.version
        forget_typed(key=self.row.urn, by=self.caller.user)

    def _submit(self) -> HttpResponse:
        services.submit(
            application=self.row.pk,
            version=self.version,
            body=str(self.submission.to_data()["body"]),
            produced_in=settings.SYSTEM.state,
            by=self.caller.user,
            at=self.caller.at,
        )
        messages.success(self.request, say("web.application_submitted", {}, self.language))
        return redirect("application-show", application=self.row.pk)

    # -- findings ---------------------------------------------------------------------------------

    def _read(self) -> Reading[Draft]:
        return read_leniently(self.form.to_data(), draft_from_data)

    def _lacking(self, reading: Reading[Draft]) -> tuple[Finding, ...]:
        """Return what the library finds, but for the declaration, which is made by submitting."""
        if reading.document is None:
            return ()
        found = find_faults(reading.document, worksheet=stated_facts(self.row), at=self.caller.at)
        own = [finding for finding in found if finding.place != "declaration"]
        return reading.not_about_faults(own)

    def _may_submit(self) -> bool:
        said = self.submission.to_data()
        if not said.get("body"):
            self.submission.show([Finding("web.body_missing", "body", clause="Rules 7.4, box 12")])
        if not said.get("confirmed"):
            clause = "Rules 7.4, box 13"
            self.submission.show([Finding("web.declaration_missing", "confirmed", clause=clause)])
        return not self.submission.told

    def _differences(self) -> list[tuple[str, str, str]]:
        """Return where the stored draft and the typed one differ: label, theirs, ours."""
        theirs = Form.from_data(LAYOUT, self._stored(), self.language)
        return theirs.differences(self.form)
