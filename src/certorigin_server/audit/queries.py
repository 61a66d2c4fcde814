"""Reading the auditor's desk: populations, samples with their progress, and what was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from certorigin.errors import UnknownError
from certorigin_server.audit.models import AuditFinding, Drawn, Sample
from certorigin_server.certification.queries import visible_to as visible_certificates
from certorigin_server.recognition.queries import decisions_seen_by
from certorigin_server.users.queries import authorities, organisations_of

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.users.queries import Organisation, User

__all__ = ["AuditFinding", "Drawn", "Sample"]


def population_of(
    user: User, *, kind: str, start: date, end: date, body: Organisation | None
) -> list[str]:
    """Return the names of all that a person may look at in a period, both days included."""
    if kind == Sample.Kind.CERTIFICATES:
        rows = visible_certificates(user).filter(issued_on__range=(start, end))
        if body is not None:
            rows = rows.filter(body=body)
        return sorted(rows.values_list("pk", flat=True))
    decisions = decisions_seen_by(user).filter(decided_at__date__range=(start, end))
    if body is not None:
        decisions = decisions.filter(declaration__post=body)
    return sorted(decisions.values_list("act", flat=True))


def samples(user: User) -> QuerySet[Sample]:
    """Return the samples of the organisations that a person may see, newest first."""
    seen = Sample.objects.filter(organisation__in=organisations_of(user))
    counted = seen.select_related("drawn_by", "body").annotate(
        count=Count("drawn", distinct=True),
        found=Count("drawn", filter=Q(drawn__findings__isnull=False), distinct=True),
    )
    return counted.order_by("-drawn_at", "pk")


def get_sample(sample: UUID, *, user: User) -> Sample:
    """Return one sample. Raises UnknownError (`audit.sample_unknown`) also for hidden ones."""
    found = samples(user).filter(pk=sample).first()
    if found is None:
        raise UnknownError("audit.sample_unknown")
    return found


def drawn_in(sample: Sample) -> list[Drawn]:
    """Return what was drawn, in its order, with the findings about it."""
    return list(sample.drawn.prefetch_related("findings__found_by"))


def titles_of(sample: Sample, drawn: list[Drawn], *, user: User) -> dict[str, str]:
    """Return how people call what was drawn: form and number, or the declaration's number."""
    names = [one.name for one in drawn]
    if sample.kind == Sample.Kind.CERTIFICATES:
        rows = visible_certificates(user).filter(pk__in=names)
        return {row.pk: f"{row.form} {row.number}" for row in rows}
    decisions = decisions_seen_by(user).filter(act__in=names)
    return {row.act: row.declaration.number for row in decisions}


def get_drawn(sample: Sample, position: int) -> Drawn:
    """Return one member of a sample. Raises UnknownError (`audit.sample_unknown`)."""
    found = sample.drawn.prefetch_related("findings__found_by").filter(position=position).first()
    if found is None:
        raise UnknownError("audit.sample_unknown")
    return found


def bodies_for(user: User) -> list[Organisation]:
    """Return the bodies and posts of which a person may draw a sample."""
    seen = organisations_of(user)
    return [body for body in authorities() if body.pk in seen]
