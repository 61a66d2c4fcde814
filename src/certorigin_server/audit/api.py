"""The auditor's desk for machines: the trail with filters, its export, samples and findings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from ninja import Router, Schema, Status
from pydantic import StringConstraints

from certorigin.vocabulary.calendar import day_over, start_of_day
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.audit import services
from certorigin_server.audit.queries import drawn_in, get_drawn, get_sample, samples
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.trail.queries import TrailFilter, find_entries
from certorigin_server.users.access import Caller
from certorigin_server.users.queries import get_organisation
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.audit.queries import AuditFinding, Drawn, Sample

router = Router(tags=["audit"])
PAGE_SIZE = 100

Before = Annotated[str, StringConstraints(pattern="^([1-9][0-9]{0,17})?$")]
Size = Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,3}$")]


class TrailEntryOut(Schema):
    """One entry of the trail."""

    sequence: str
    at: str
    actor: str
    action: str
    subject: str
    facts: str
    hash: str


class DrawIn(Schema):
    """What to draw from: a kind, a period, a body; how many; a seed, or none."""

    kind: Text
    start: date
    end: date
    body: Text = ""
    size: Size = "20"
    seed: Text = ""


class FindingIn(Schema):
    """What was found: `in_order`, or `remark` with its text."""

    outcome: Text
    remark: Reason = ""


class AuditFindingOut(Schema):
    """One finding; the last one counts."""

    outcome: str
    remark: str
    found_by: str
    found_at: str


class DrawnOut(Schema):
    """One member of a sample."""

    position: str
    name: str
    findings: list[AuditFindingOut]


class SampleOut(Schema):
    """A sample, with all that is needed to draw it again."""

    id: str
    kind: str
    start: str
    end: str
    body: str
    seed: str
    size: str
    population: str
    population_digest: str
    drawn_by: str
    drawn_at: str
    drawn: list[DrawnOut]


@router.get("/trail", response=list[TrailEntryOut])
def read_trail(
    request: HttpRequest,
    *,
    actor: Text = "",
    action: Text = "",
    subject: Text = "",
    start: date | None = None,
    end: date | None = None,
    before: Before = "",
) -> list[TrailEntryOut]:
    """Return a hundred entries that fit, newest first; `before` goes on where a page ended."""
    Caller.of(request, Right.TRAIL_READ)
    wanted = TrailFilter(
        actor=actor,
        action=action,
        subject=subject,
        start=start_of_day(start, settings.SYSTEM.state) if start else None,
        end=day_over(end, settings.SYSTEM.state) if end else None,
    )
    return [
        TrailEntryOut(
            sequence=str(entry.sequence),
            at=moment_to_text(entry.at),
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            facts=entry.facts,
            hash=entry.hash,
        )
        for entry in find_entries(wanted, before=int(before) if before else None)
    ]


@router.post("/export", response={200: bytes})
def export_trail(request: HttpRequest, start: date, end: date) -> StreamingHttpResponse:
    """Give out both days and those between as JSON lines, closed by a sealed head."""
    caller = Caller.of(request, Right.TRAIL_READ)
    lines = services.export_trail(
        start=start_of_day(start, settings.SYSTEM.state),
        end=day_over(end, settings.SYSTEM.state),
        sealer=get_keyring().named("gateway"),
        by=caller.user,
        at=caller.at,
    )
    return StreamingHttpResponse(lines, content_type="application/jsonl")


@router.get("/sample", response=list[SampleOut])
def list_samples(request: HttpRequest, page: Page = "1") -> list[SampleOut]:
    """List samples, newest first, without what was drawn."""
    caller = Caller.of(request, Right.AUDIT_SAMPLE)
    rows = Paginator(samples(caller.user), PAGE_SIZE).get_page(page)
    return [_sample(row, []) for row in rows]


@router.post("/sample", response={201: SampleOut})
def draw_sample(request: HttpRequest, body: DrawIn) -> Status[SampleOut]:
    """Draw a random sample of certificates or of decisions."""
    caller = Caller.of(request, Right.AUDIT_SAMPLE)
    row = services.draw_sample(
        kind=body.kind,
        start=body.start,
        end=body.end,
        body=get_organisation(body.body) if body.body else None,
        size=int(body.size),
        seed=body.seed,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _sample(row, drawn_in(row)))


@router.get("/sample/{uuid:sample}", response=SampleOut)
def read_sample(request: HttpRequest, sample: UUID) -> SampleOut:
    """Show a sample with what was drawn and found."""
    caller = Caller.of(request, Right.AUDIT_SAMPLE)
    row = get_sample(sample, user=caller.user)
    return _sample(row, drawn_in(row))


@router.post("/sample/{uuid:sample}/{position}/finding", response={201: AuditFindingOut})
def record_finding(
    request: HttpRequest, sample: UUID, position: int, body: FindingIn
) -> Status[AuditFindingOut]:
    """Record what was found about one member."""
    caller = Caller.of(request, Right.AUDIT_SAMPLE)
    drawn = get_drawn(get_sample(sample, user=caller.user), position)
    found = services.record_finding(
        drawn=drawn, outcome=body.outcome, remark=body.remark, by=caller.user, at=caller.at
    )
    return Status(201, _finding(found))


def _sample(row: Sample, drawn: list[Drawn]) -> SampleOut:
    return SampleOut(
        id=str(row.pk),
        kind=row.kind,
        start=row.start.isoformat(),
        end=row.end.isoformat(),
        body=row.body.slug if row.body else "",
        seed=row.seed,
        size=str(row.size),
        population=str(row.population),
        population_digest=row.population_digest,
        drawn_by=row.drawn_by.username,
        drawn_at=moment_to_text(row.drawn_at),
        drawn=[
            DrawnOut(
                position=str(one.position),
                name=one.name,
                findings=[_finding(found) for found in one.findings.all()],
            )
            for one in drawn
        ],
    )


def _finding(row: AuditFinding) -> AuditFindingOut:
    return AuditFindingOut(
        outcome=row.outcome,
        remark=row.remark,
        found_by=row.found_by.username,
        found_at=moment_to_text(row.found_at),
    )
