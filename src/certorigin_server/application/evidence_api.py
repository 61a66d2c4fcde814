"""The machine interface of the files that prove an application."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router, Schema, Status

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application import evidence_services
from certorigin_server.application.evidence_queries import evidence_of
from certorigin_server.application.queries import get_visible
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.application.models import Evidence

router = Router(tags=["application"])


class EvidenceOut(Schema):
    """A file of an application; `digest` is the SHA-256 of its bytes."""

    id: str
    application: str
    kind: str
    name: str
    digest: str
    size: str
    media_type: str
    added_at: str
    added_by: str


class EvidenceList(Schema):
    """The files of an application."""

    evidence: list[EvidenceOut]


@router.get("/{uuid:application}/evidence", response=EvidenceList)
def list_evidence(request: HttpRequest, application: UUID) -> EvidenceList:
    """List the files of an application."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    row = get_visible(application, user=caller.user)
    if row.organisation_id != caller.user.organisation_id:
        record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    return EvidenceList(evidence=[evidence_out(one) for one in evidence_of(row)])


@router.post("/{uuid:application}/evidence", response={201: EvidenceOut})
def attach_evidence(
    request: HttpRequest, application: UUID, name: Text, kind: Text
) -> Status[EvidenceOut]:
    """Attach a file: the body is the file, byte for byte."""
    return attach_body(request, application, name=name, kind=kind, right=Right.APPLICATION_WRITE)


@router.get("/evidence/{uuid:evidence}", response=None)
def give_out(request: HttpRequest, evidence: UUID) -> HttpResponse:
    """Give a file out, byte for byte."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    found, raw = evidence_services.read(evidence=evidence, by=caller.user, at=caller.at)
    answer = HttpResponse(raw, content_type=found.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.post("/evidence/{uuid:evidence}/take-out", response=EvidenceOut)
def take_out(request: HttpRequest, evidence: UUID) -> EvidenceOut:
    """Take a file out of a draft; what was attached stays on record."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    return evidence_out(evidence_services.take_out(evidence=evidence, by=caller.user, at=caller.at))


def attach_body(
    request: HttpRequest, application: UUID, *, name: str, kind: str, right: Right
) -> Status[EvidenceOut]:
    """Attach the body of a request as a file, for a holder of a right."""
    caller = Caller.of(request, right)
    attached = evidence_services.attach(
        application=application,
        raw=request.body,
        name=name,
        kind=kind,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, evidence_out(attached))


def evidence_out(one: Evidence) -> EvidenceOut:
    """Write what is known of a file."""
    return EvidenceOut(
        id=str(one.pk),
        application=str(one.application_id),
        kind=one.kind,
        name=one.name,
        digest=one.digest,
        size=str(one.size),
        media_type=one.media_type,
        added_at=moment_to_text(one.added_at),
        added_by=one.added_by.full_name,
    )
