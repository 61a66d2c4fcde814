"""What the register holds about many certificates, read in a few statements.

Most certificates are plain: there are the entries of the logs, and our own decisions. Those about
which there is more - a restoration on its way, an entry that may yet count, another claim to the
number - are read one by one, as at the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.vocabulary.search import number_key
from certorigin_server.recognition.models import Decision, UseCorrection
from certorigin_server.recognition.queries import GIVING_AWAY, with_decisions
from certorigin_server.seal.queries import underway_among
from certorigin_server.standing.asked import MOST_FOUND
from certorigin_server.standing.numbers import alone_with_their_number
from certorigin_server.standing.queries import (
    issued_numbered,
    logged_acts_of,
    undecided_among,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin_server.standing.queries import RegisteredAct


def find_all(
    references: Iterable[CertificateReference],
) -> dict[CertificateReference, list[RegisteredAct]]:
    """Return for each reference what `find_cited` does, in one statement."""
    asked = list(references)
    keys = {one: number_key(one.number) for one in asked}
    rows = issued_numbered(set(keys.values()), received_by=settings.SYSTEM.installation)
    named: dict[tuple[object, ...], list[RegisteredAct]] = {}
    for row in rows:
        key = (row.number_key, row.issued_on, row.issued_in, row.form)
        named.setdefault(key, []).append(row)
    return {
        one: named.get((keys[one], one.date, one.issued_in, one.form), [])[:MOST_FOUND]
        for one in asked
    }


def plain_acts(issues: Iterable[RegisteredAct], *, at: datetime) -> Mapping[str, list[LoggedAct]]:
    """Return for each plain certificate what `acts_and_decisions` does: all that counts."""
    rows = list(issues)
    alone = alone_with_their_number(rows)
    subjects = {row.subject for row in rows if row.pk in alone}
    for kind in GIVING_AWAY:
        subjects -= underway_among(subjects, kind=str(kind))
    subjects -= undecided_among(subjects)
    accepted: dict[str, list[Decision]] = {}
    for one in Decision.objects.filter(subject__in=subjects, outcome=Decision.Outcome.ACCEPTED):
        accepted.setdefault(one.subject, []).append(one)
    corrected: dict[str, list[UseCorrection]] = {}
    corrections = UseCorrection.objects.filter(decision__subject__in=list(accepted))
    for correction in corrections.select_related("decision"):
        corrected.setdefault(correction.decision.subject, []).append(correction)
    return {
        subject: with_decisions(
            logged, accepted.get(subject, ()), corrected.get(subject, ()), at=at
        )
        for subject, logged in logged_acts_of(subjects).items()
    }
