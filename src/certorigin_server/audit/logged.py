"""The trail beside the heads of it that our own logs hold (P67)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.audit.logged import compare_heads, read_head
from certorigin.errors import CertoriginError
from certorigin.mirror.view import LogView
from certorigin.vocabulary.acts import Kind
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import entries_of_kinds
from certorigin_server.trail.queries import hashes_of

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.audit.logged import LoggedHead


@dataclass(frozen=True)
class Compared:
    """How many logged heads the trail agrees with, the newest one, and what does not agree."""

    count: int
    newest: datetime | None
    fault: CertoriginError | None = None


def compare_with_logs() -> Compared:
    """Compare the trail with its heads, as the files of our logs hold them.

    The register says where they stand; each is read from the log's folder and checked there.
    """
    heads: list[LoggedHead] = []
    try:
        for origin, indexes in _places().items():
            view = LogView.open(settings.SYSTEM.log_folder(origin), get_trust())
            heads += filter(None, (read_head(view, index) for index in indexes))
        newest = max((one.at for one in heads), default=None)
        count = compare_heads(heads, hashes_of([one.sequence for one in heads]))
    except CertoriginError as fault:
        return Compared(0, None, fault)
    return Compared(count, newest)


def _places() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    rows = entries_of_kinds((Kind.TRAIL_STATED,)).filter(publisher=settings.SYSTEM.installation)
    for origin, index in rows.values_list("origin", "index"):
        found.setdefault(origin, []).append(index)
    return found
