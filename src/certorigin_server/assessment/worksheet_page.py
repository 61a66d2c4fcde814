"""The page of the facts of production: the officer corrects them, the exporter states them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.shortcuts import render

from certorigin.assessment.worksheet import FORMAT, Worksheet
from certorigin.errors import CertoriginError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.form import get_form
from certorigin_server.application.queries import (
    USUAL_FORM,
    draft_of,
    latest_worksheet,
    worksheet_of,
)
from certorigin_server.assessment.forms import LAYOUT
from certorigin_server.assessment.opinion import Opinion, opinion_of
from certorigin_server.assessment.queries import find_misfits, judge_case
from certorigin_server.desk.drafts import DraftPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.queries import Application, WorksheetVersion
    from certorigin_server.users.access import Caller

_WORKSHEET = {field.name for field in LAYOUT}


class WorksheetPage(DraftPage[Worksheet]):
    """The page of the facts of one application; a desk says who keeps them, and what comes next."""

    layout = LAYOUT
    row: Application

    @classmethod
    def of(cls, request: HttpRequest, caller: Caller, row: Application) -> Self:
        """Return the page for a request; where nobody stated facts, the goods are put in."""
        facts = latest_worksheet(row)
        stored = dict(parse_strict(facts.document.encode())) if facts else goods_of(row)
        version = facts.version if facts else 0
        page = cls(request, caller, key=f"{row.urn}#worksheet", version=version, stored=stored)
        page.row = row
        return page

    def respond(self) -> HttpResponse:
        """Answer; `judge` only tells what the facts come to, and stores nothing."""
        if self.request.method == "POST" and self.request.POST.get("order") == "judge":
            context = {"opinion": self._opinion(), "url": self.request.path}
            return render(self.request, "assessment/opinion.html", context)
        return super().respond()

    def read(self, data: dict[str, Any]) -> Worksheet:
        """Read the facts. Raises MalformedError."""
        return Worksheet.from_data(completed(data, self.stored))

    def find(self, document: Worksheet) -> Iterable[Finding]:
        """Return where they speak of other goods than the application."""
        return find_misfits(document, self.row)

    def save(self, document: Worksheet) -> None:
        """Keep a new version if anything changed."""
        facts = latest_worksheet(self.row)
        if facts and worksheet_of(facts) == document and self.version == facts.version:
            return
        self.version = self.keep(document).version

    def keep(self, document: Worksheet) -> WorksheetVersion:
        """Call the service that keeps a new version of the facts."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """Return the application beside the facts, and what they come to."""
        return {
            "row": self.row,
            "draft": draft_of(self.row),
            "stated": latest_worksheet(self.row),
            "opinion": self._opinion(),
        }

    def _opinion(self) -> Opinion:
        document = self._reading().document
        if document is None:
            return opinion_of(None, self.language)
        misfits = list(self.find(document))
        try:
            judged = judge_case(self.row, document, at=self.caller.at)
            told = [*misfits, *judged.remarks]
            return opinion_of(judged.reasons, self.language, told, form=self.row.form)
        except CertoriginError as error:
            place = error.facts.get("place", "")
            misfits.append(Finding(error.code, place, facts=error.facts))
            return opinion_of(None, self.language, misfits)


def goods_of(row: Application) -> dict[str, Any]:
    """Return facts of production that say only which goods they are about."""
    draft = draft_of(row)
    try:
        agreement = get_form(draft.form or USUAL_FORM).agreements[0]
    except UnknownError:
        agreement = get_form(USUAL_FORM).agreements[0]
    items = []
    for item in draft.items:
        code = {"tariffCode": str(item.tariff_code)} if item.tariff_code else {}
        items.append({"sequence": str(item.sequence), "description": item.description} | code)
    head = {"format": FORMAT, "agreement": agreement}
    return head | {"productionCountry": settings.SYSTEM.state, "items": items}


def completed(data: dict[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Put back what the page does not ask for: agreement and state, that no operation was done.

    A row is the stored one when it stands in its place and has its tariff code.
    """
    kept = {name: value for name, value in stored.items() if name not in _WORKSHEET}
    rows = stored.get("items", [])
    items = []
    for index, item in enumerate(data.get("items", [])):
        old = rows[index] if index < len(rows) else {}
        is_same = old.get("tariffCode") == item.get("tariffCode")
        none_done = is_same and old.get("operations") == [] and "operations" not in item
        items.append(({"operations": []} if none_done else {}) | item)
    return kept | data | ({"items": items} if items else {})
