"""What was understood of a file, beside what was not: read again from the paper that was kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.assessment.intake.read import read_file
from certorigin.assessment.intake.words import (
    AMOUNT,
    COUNT,
    CURRENCY,
    GROSS,
    MARKS,
    NET,
    PACKING,
    QUANTITY,
    UNIT,
)
from certorigin.errors import CertoriginError
from certorigin.terminal.sentences import say
from certorigin_server.application.evidence_folder import read_file as read_kept
from certorigin_server.application.evidence_queries import evidence_of
from certorigin_server.application.forms import LAYOUT
from certorigin_server.desk.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.application.draft import Application as Draft
    from certorigin.assessment.intake.read import ReadFile
    from certorigin_server.application.models import Application, Evidence
    from certorigin_server.desk.forms import Linked

_READABLE = ("application/xml", "text/plain", "spreadsheetml.sheet")
# The words of the form for the members that a column can fill.
_MEMBERS = {
    "description": "web.item_description",
    "tariffCode": "web.tariff_code",
    COUNT: "web.packages_count",
    PACKING: "web.packages_kind",
    MARKS: "web.packages_marks",
    QUANTITY: "web.quantity",
    UNIT: "web.unit",
    GROSS: "web.gross_weight",
    NET: "web.net_weight",
    AMOUNT: "web.value",
    CURRENCY: "web.currency",
    "originCountry": "web.origin_country",
}


@dataclass(frozen=True)
class Understood:
    """A file as it was read: name and value of what it says, its columns, what it left open."""

    name: str
    sheet: str
    said: list[tuple[str, str]]
    columns: list[tuple[str, str]]
    left: list[Linked]


def readable_of(row: Application) -> list[Evidence]:
    """Return the papers of a draft that a program can read."""
    return [one for one in evidence_of(row) if one.media_type.endswith(_READABLE)]


def understood(
    row: Application, paper: str, *, given: dict[str, str], language: str
) -> Understood | None:
    """Read one of the papers of a draft again, or return None where it is none that can be read."""
    found = next((one for one in readable_of(row) if str(one.pk) == paper), None)
    if found is None:
        return None
    try:
        currency, packing = given.get("currency", ""), given.get("packing", "")
        read = read_file(read_kept(found.digest), currency=currency, packing=packing)
    except CertoriginError:
        return None
    columns = [(name, say(_MEMBERS[member], {}, language)) for name, member in read.columns]
    said = [(say(code, {}, language), text) for code, text in _said(read.application)]
    return Understood(found.name, read.sheet, said, columns, _left(read, language))


def _left(read: ReadFile, language: str) -> list[Linked]:
    """Return what was not taken over, each with a link to the field that it concerns."""
    form = Form.from_data(LAYOUT, read.application.to_data(), language)
    form.show(read.findings)
    return [*form.errors, *form.remarks]


def _said(draft: Draft) -> Iterable[tuple[str, str]]:
    for code, party in (
        ("web.exporter", draft.exporter),
        ("web.importer", draft.importer),
        ("web.consignor", draft.consignor),
        ("web.consignee", draft.consignee),
    ):
        if party is not None:
            number = party.identifier.value if party.identifier else ""
            parts = (party.name, party.address, party.country, number)
            yield code, ", ".join(filter(None, parts))
    for code, paper in (("web.invoice", draft.invoice), ("web.contract", draft.contract)):
        if paper is not None:
            yield code, f"{paper.number}, {paper.date:%d.%m.%Y}"
    if draft.transport is not None:
        yield "web.transport", draft.transport.means
    if draft.invoice_total is not None:
        yield "web.invoice_total", f"{draft.invoice_total.amount:f} {draft.invoice_total.currency}"
    yield "web.intake_lines", str(len(draft.items))
