"""The exporter states the facts of production: the officer's page, with an opinion, no decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect

from certorigin.terminal.sentences import say
from certorigin_server.application.queries import get_visible, latest_worksheet, may_state_facts
from certorigin_server.application.services import state_facts
from certorigin_server.assessment.bill_views import Desk, answer_bill
from certorigin_server.assessment.worksheet_page import WorksheetPage
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.assessment.worksheet import Worksheet
    from certorigin_server.application.queries import Application, WorksheetVersion
    from certorigin_server.users.access import Caller

_EXPORTERS = Desk("application-worksheet", "application-bill", state_facts)


@for_right(Right.APPLICATION_WRITE)
def state(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """State how the goods were made, and see what that comes to while one types (R34)."""
    row = get_visible(application, user=caller.user)
    if not may_state_facts(row):
        return _too_late(request, row)
    return _ExporterPage.of(request, caller, row).respond()


@for_right(Right.APPLICATION_WRITE)
def upload(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Take a bill of materials from a file into the facts that were stated."""
    row = get_visible(application, user=caller.user)
    facts = latest_worksheet(row)
    if not may_state_facts(row):
        return _too_late(request, row)
    if facts is None:
        return redirect("application-worksheet", application=row.pk)
    return answer_bill(request, caller, row, facts, _EXPORTERS)


def _too_late(request: HttpRequest, row: Application) -> HttpResponse:
    messages.info(request, say("web.facts_stand", {}, language_of(request)))
    return redirect("application-show", application=row.pk)


class _ExporterPage(WorksheetPage):
    """The facts as the exporter, or who acts for it, states them."""

    template = "assessment/facts.html"

    def keep(self, document: Worksheet) -> WorksheetVersion:
        """Keep a new version."""
        return state_facts(
            application=self.row.pk,
            worksheet=document,
            version=self.version,
            by=self.caller.user,
            at=self.caller.at,
        )

    def finish(self, order: str) -> HttpResponse:
        """Go back to the application if that was asked."""
        facts = {"version": str(self.version)}
        messages.success(self.request, say("web.worksheet_saved", facts, self.language))
        if order != "back":
            return redirect("application-worksheet", application=self.row.pk)
        is_draft = self.row.status == self.row.Status.DRAFT
        return redirect(
            "application-edit" if is_draft else "application-show", application=self.row.pk
        )
