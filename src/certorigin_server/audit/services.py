"""Acts of the auditor: a sample drawn, a finding recorded, a part of the trail given out."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.audit.export import Entry, Writer
from certorigin.audit.sample import MOST, SEED, draw, population_digest
from certorigin.errors import FindingsError, RightError, UnknownError
from certorigin.vocabulary.finding import Finding
from certorigin_server.audit.models import AuditFinding, Drawn, Sample
from certorigin_server.audit.queries import population_of
from certorigin_server.trail.queries import bounds_of, entries_between, previous_hash
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from certorigin.seal.proof import Sealer
    from certorigin_server.trail.queries import TrailEntry
    from certorigin_server.users.queries import Organisation, User

# The longest text of a finding.
LONGEST = 2_000


@transaction.atomic
def draw_sample(
    *,
    kind: str,
    start: date,
    end: date,
    body: Organisation | None,
    size: int,
    seed: str,
    by: User,
    at: datetime,
) -> Sample:
    """Draw a random sample that anybody can draw again; without a seed, one is made.

    The seed is in the trail with the sample, so that nobody draws until they like it. Raises
    FindingsError (`audit.sample_refused`), RightError for a person without an organisation.
    """
    organisation = by.organisation
    if organisation is None:
        raise RightError("right.missing", right="audit.sample")
    _check(kind, start, end, size, seed)
    population = population_of(by, kind=kind, start=start, end=end, body=body)
    if not population:
        finding = Finding("audit.population_empty", "start")
        raise FindingsError("audit.sample_refused", [finding])
    seed = seed or secrets.token_hex(16)
    sample = Sample.objects.create(
        kind=kind,
        start=start,
        end=end,
        body=body,
        seed=seed,
        size=size,
        population=len(population),
        population_digest=population_digest(population),
        organisation=organisation,
        drawn_by=by,
        drawn_at=at,
    )
    names = draw(population, seed=seed, size=size)
    Drawn.objects.bulk_create(
        Drawn(sample=sample, position=position, name=name)
        for position, name in enumerate(names, start=1)
    )
    facts = {"seed": seed, "digest": sample.population_digest, "count": str(len(names))}
    record(by=by.username, at=at, action="audit.sample_drawn", subject=str(sample.pk), **facts)
    return sample


@transaction.atomic
def record_finding(
    *, drawn: Drawn, outcome: str, remark: str, by: User, at: datetime
) -> AuditFinding:
    """Record what an auditor found about a drawn certificate or decision; nothing is overwritten.

    Raises FindingsError (`audit.finding_refused`).
    """
    findings = []
    if outcome not in AuditFinding.Outcome.values:
        findings.append(Finding("audit.outcome_missing", "outcome"))
    if outcome == AuditFinding.Outcome.REMARK and not remark.strip():
        findings.append(Finding("audit.remark_missing", "remark"))
    if len(remark) > LONGEST:
        facts = {"limit": str(LONGEST)}
        findings.append(Finding("administration.too_long", "remark", facts=facts))
    if findings:
        raise FindingsError("audit.finding_refused", findings)
    found = AuditFinding.objects.create(
        drawn=drawn, outcome=outcome, remark=remark.strip(), found_by=by, found_at=at
    )
    facts = {"sample": str(drawn.sample_id), "outcome": outcome}
    record(by=by.username, at=at, action="audit.found", subject=drawn.name, **facts)
    return found


def export_trail(
    *, start: datetime, end: datetime, sealer: Sealer, by: User, at: datetime
) -> Iterator[bytes]:
    """Give out the entries of a period as a sealed file, line by line; the trail tells of it.

    Raises UnknownError (`audit.nothing_in_period`) before the first line.
    """
    bounds = bounds_of(start=start, end=end)
    if bounds is None:
        raise UnknownError("audit.nothing_in_period")
    first, last = bounds
    with transaction.atomic():
        facts = {"first": str(first), "last": str(last)}
        subject = f"urn:certorigin:trail:{settings.SYSTEM.installation}"
        record(by=by.username, at=at, action="audit.exported", subject=subject, **facts)
    return _lines(first, last, start, end, sealer, at)


def _lines(
    first: int, last: int, start: datetime, end: datetime, sealer: Sealer, at: datetime
) -> Iterator[bytes]:
    writer = Writer(
        installation=settings.SYSTEM.installation,
        start=start,
        end=end,
        previous=previous_hash(first),
    )
    for row in entries_between(first, last).iterator(chunk_size=1_000):
        yield writer.write(_entry(row))
    yield writer.close(sealer, at=at)


def _entry(row: TrailEntry) -> Entry:
    return Entry(
        sequence=row.sequence,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        facts=row.facts,
        hash=row.hash,
    )


def _check(kind: str, start: date, end: date, size: int, seed: str) -> None:
    findings = []
    if kind not in Sample.Kind.values:
        findings.append(Finding("administration.not_a_choice", "kind"))
    if end < start:
        findings.append(Finding("administration.period_crosswise", "end"))
    if not 1 <= size <= MOST:
        findings.append(Finding("audit.size_out_of_range", "size", facts={"most": str(MOST)}))
    if seed and not SEED.fullmatch(seed):
        findings.append(Finding("audit.seed_malformed", "seed"))
    if findings:
        raise FindingsError("audit.sample_refused", findings)
