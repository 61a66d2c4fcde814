"""The exporter's desk: applications, and the form that fills one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from certorigin.application.draft import Application as Draft
from certorigin.seal.canonical import parse_strict
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.application import services
from certorigin_server.application.forms import LAYOUT, SUBMISSION
from certorigin_server.application.intake.shown import readable_of, understood
from certorigin_server.application.power import find_principal, party_of, wording_of
from certorigin_server.application.queries import (
    USUAL_FORM,
    draft_from_data,
    draft_of,
    find_faults,
    get_visible,
    stated_facts,
)
from certorigin_server.desk.access import for_right
from certorigin_server.desk.drafts import DraftPage
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.models import Application
    from certorigin_server.users.access import Caller


@require_POST
@for_right(Right.APPLICATION_WRITE)
def begin(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Begin a draft for one's own company or for another, with what is known of it; open it."""
    behalf = request.POST.get("behalf", "")[:60]
    principal, _ = find_principal(behalf, by=caller.user, at=caller.at)
    is_person = principal.kind == principal.Kind.NATURAL_PERSON
    exporter = party_of(principal)
    draft = Draft(
        form=USUAL_FORM, exporter=exporter, applicant="exporter", natural_person=is_person
    )
    row = services.begin(draft=draft, by=caller.user, at=caller.at, behalf=behalf)
    return redirect("application-edit", application=row.pk)


@for_right(Right.APPLICATION_WRITE)
def edit(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Fill a draft: kept while it is typed, saved and submitted by the person's buttons."""
    row = get_visible(application, user=caller.user)
    if row.status != row.Status.DRAFT:
        return redirect("application-show", application=row.pk)
    return _EditPage.of(request, caller, row).respond()


class _EditPage(DraftPage[Draft]):
    """The page of one draft."""

    layout = LAYOUT
    beside_layout = SUBMISSION
    template = "application/edit.html"
    row: Application

    @classmethod
    def of(cls, request: HttpRequest, caller: Caller, row: Application) -> _EditPage:
        """Return the page for a request."""
        stored = dict(parse_strict(row.document.encode()))
        page = cls(request, caller, key=row.urn, version=row.version, stored=stored)
        page.row = row
        return page

    def read(self, data: dict[str, Any]) -> Draft:
        """Read the draft. Raises MalformedError."""
        return draft_from_data(data)

    def find(self, document: Draft) -> Iterable[Finding]:
        """Return what it lacks, but for the declaration, which is made by submitting."""
        found = find_faults(document, worksheet=stated_facts(self.row), at=self.caller.at)
        return [finding for finding in found if finding.place != "declaration"]

    def check(self, order: str) -> Iterable[Finding]:
        """For submitting: the body is chosen and the declaration confirmed."""
        if order != "submit":
            return
        said = self.beside.to_data()
        if not said.get("body"):
            yield Finding("web.body_missing", "body", clause="Rules 7.4, box 12")
        if not said.get("confirmed"):
            yield Finding("web.declaration_missing", "confirmed", clause="Rules 7.4, box 13")

    def context(self) -> dict[str, Any]:
        """Show for whom one asks, and what is declared by submitting (R3)."""
        form = str(self.stored.get("form") or USUAL_FORM)
        asked = self.request.GET
        given = {name: asked.get(name, "")[:10] for name in ("currency", "packing")}
        read = understood(self.row, asked.get("read", ""), given=given, language=self.language)
        return {
            "row": self.row,
            "wording": wording_of(form, produced_in=settings.SYSTEM.state),
            "read": read,
            "papers": [] if read else readable_of(self.row),
        }

    def save(self, document: Draft) -> None:
        """Revise the draft if anything changed."""
        if document == draft_of(self.row) and self.version == self.row.version:
            return
        self.row = services.revise(
            application=self.row.pk,
            draft=document,
            version=self.version,
            by=self.caller.user,
            at=self.caller.at,
        )
        self.version = self.row.version

    def finish(self, order: str) -> HttpResponse:
        """Submit if that was asked, and say what was done."""
        if order == "goods":
            return redirect("application-goods", application=self.row.pk)
        if order == "facts":
            return redirect("application-worksheet", application=self.row.pk)
        if order != "submit":
            messages.success(self.request, say("web.draft_saved", {}, self.language))
            return redirect("application-edit", application=self.row.pk)
        services.submit(
            application=self.row.pk,
            version=self.version,
            body=str(self.beside.to_data()["body"]),
            produced_in=settings.SYSTEM.state,
            confirmed=bool(self.beside.to_data().get("confirmed")),
            by=self.caller.user,
            at=self.caller.at,
        )
        messages.success(self.request, say("web.application_submitted", {}, self.language))
        return redirect("application-show", application=self.row.pk)
