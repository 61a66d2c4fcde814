"""Risk indicators of a certificate, from the certificates that the register holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.recognition.risk import BodyHistory, Earlier, indicators
from certorigin.vocabulary.acts import Kind
from certorigin_server.standing.naming import issued_naming
from certorigin_server.standing.queries import (
    certificate_of,
    endings_among,
    issued_by_publisher,
    issues_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.recognition.risk import Indicator
    from certorigin_server.standing.queries import RegisteredAct

# So many of the newest are looked at: of the exporter's, and of all of the publisher's.
OF_EXPORTER, OF_PUBLISHER = 50, 200


def indicators_of(issued: RegisteredAct) -> tuple[Indicator, ...]:
    """Return what is worth a look about a certificate, as the register stands now."""
    boxes = certificate_of(issued)
    naming = issued_naming(boxes.exporter.name, publisher=issued.publisher, limit=OF_EXPORTER)
    earlier = [row for row in naming if row.subject != issued.subject]
    ended = endings_among(row.subject for row in earlier)
    known = [
        Earlier(row.subject, certificate_of(row), ended.get(row.subject, "")) for row in earlier
    ]
    history = _history_of(boxes.certification.body, issued)
    return indicators(boxes, known, of_body=history)


def names_of(found: Iterable[Indicator]) -> dict[str, str]:
    """Return the numbers of the certificates that indicators speak of, by subject."""
    subjects = {link for one in found for link in one.links}
    return {row.subject: row.number for row in issues_of(subjects)}


def _history_of(body: str, issued: RegisteredAct) -> BodyHistory:
    """Look at the newest certificates of a body; whose they are shows without reading them."""
    newest = issued_by_publisher(issued.publisher, limit=OF_PUBLISHER)
    mark = f'"body":"{body}"'
    same = [row for row in newest if row.subject != issued.subject and mark in row.raw]
    ended = endings_among(row.subject for row in same)
    annulled = tuple(row.subject for row in same if ended.get(row.subject) == Kind.ANNULLED)
    return BodyHistory(len(same), annulled)
