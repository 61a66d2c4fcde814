"""Beginning a draft from a file: what it says, and what is known of the company that asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.application.evidence import media_type_of
from certorigin.assessment.intake.read import TABLE, read_file
from certorigin.errors import MalformedError
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.search import name_key
from certorigin_server.application.evidence_scan import require_clean
from certorigin_server.application.evidence_services import attach_scanned
from certorigin_server.application.power import find_principal, party_of
from certorigin_server.application.queries import USUAL_FORM, corridor_for
from certorigin_server.application.services import begin

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.application.draft import Application as Draft
    from certorigin.assessment.intake.read import ReadFile
    from certorigin.vocabulary.party import Party
    from certorigin_server.application.models import Application, Evidence
    from certorigin_server.users.queries import User


def begin_from_file(
    *,
    raw: bytes,
    name: str,
    by: User,
    at: datetime,
    behalf: str = "",
    currency: str = "",
    packing: str = "",
) -> tuple[Application, ReadFile, Evidence | None]:
    """Keep a draft read from an invoice, and the file among its papers.

    Where the file names no exporter it is the company that asks; what the file says of another one
    stands, with a finding. `currency` and `packing` hold where a table names none. Raises as
    `read_file`, `require_clean`, `begin` and `attach_scanned`.
    """
    find_principal(behalf, by=by, at=at)  # nothing is read for who may not ask
    read = read_file(raw, currency=currency, packing=packing)
    require_clean(raw)
    return _begin(read, raw=raw, name=name, by=by, at=at, behalf=behalf)


@transaction.atomic
def _begin(
    read: ReadFile, *, raw: bytes, name: str, by: User, at: datetime, behalf: str
) -> tuple[Application, ReadFile, Evidence | None]:
    principal, _ = find_principal(behalf, by=by, at=at)
    draft, findings = _completed(
        read.application,
        party_of(principal),
        is_person=principal.kind == principal.Kind.NATURAL_PERSON,
    )
    row = begin(draft=draft, by=by, at=at, behalf=behalf)
    kept = None
    try:
        media_type_of(raw)
    except MalformedError:  # rows in UTF-16: read, and no paper that others could open
        findings.append(Finding("intake.not_kept", "", Grade.NOTE))
    else:
        kind = "invoice" if read.kind != TABLE or draft.invoice else "other"
        kept = attach_scanned(application=row.pk, raw=raw, name=name, kind=kind, by=by, at=at)
    return row, replace(read, findings=(*read.findings, *findings)), kept


def _completed(draft: Draft, own: Party, *, is_person: bool) -> tuple[Draft, list[Finding]]:
    """Add what is known without the file: who asks, the usual form, the state of the importer."""
    findings = []
    exporter = draft.exporter
    if exporter is None:
        exporter = own
    elif _same(exporter, own):
        exporter = replace(
            exporter,
            address=exporter.address or own.address,
            country=exporter.country or own.country,
            identifier=exporter.identifier or own.identifier,
        )
    else:
        facts = {"value": exporter.name[:120], "own": own.name[:120]}
        findings.append(Finding("intake.exporter_other", "exporter", Grade.WARNING, "", facts))
    draft = replace(
        draft, form=USUAL_FORM, exporter=exporter, applicant="exporter", natural_person=is_person
    )
    if draft.importer is not None and draft.importer.country:
        aimed = replace(draft, presented_in=draft.importer.country)
        if corridor_for(aimed) is not None:
            facts = {"value": aimed.presented_in}
            findings.append(
                Finding("intake.destination_taken", "destinationCountry", Grade.NOTE, "", facts)
            )
            draft = aimed
    return draft, findings


def _same(one: Party, other: Party) -> bool:
    if one.identifier is not None and other.identifier is not None:
        return one.identifier == other.identifier
    return name_key(one.name) == name_key(other.name)
