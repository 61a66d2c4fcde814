"""Examining the certificates of a declaration with what lies on this side of the border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.recognition.verify import verify
from certorigin_server.recognition.queries import (
    acts_and_decisions,
    bundle_from_mirror,
    cited_by,
    document_of,
    find_cited,
)
from certorigin_server.recognition.view import open_view
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import undecided_about

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.recognition.report import Report
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.standing.queries import RegisteredAct


@dataclass(frozen=True)
class Examination:
    """One cited certificate: what was found, or None when our mirror does not hold it (yet).

    A missing record is no ground to refuse: the partner is asked by number, then the original is
    demanded (R20, domain.md 1.5).
    """

    reference: CertificateReference
    subject: str
    report: Report | None


def examine(row: GoodsDeclaration, *, at: datetime) -> list[Examination]:
    """Examine every certificate that a declaration cites."""
    found = []
    for reference in cited_by(document_of(row)):
        issued = find_cited(reference)
        report = examine_certificate(row, issued, at=at) if issued else None
        found.append(Examination(reference, issued.subject if issued else "", report))
    return found


def examine_certificate(row: GoodsDeclaration, issued: RegisteredAct, *, at: datetime) -> Report:
    """Verify one certificate, match it with the declaration, count what other posts took."""
    known = acts_and_decisions(issued.subject)
    return verify(
        bundle_from_mirror(issued),
        trust=get_trust(),
        at=at,
        mirrors=[open_view(issued.origin, known, undecided_about(issued.subject))],
        declaration=document_of(row),
    )
