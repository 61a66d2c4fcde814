"""The evidence of a decision, out of the mirror, our own log and the trust folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.mirror.view import LogView
from certorigin.recognition.court.collect import collect
from certorigin.recognition.court.file import CourtFile, Decided
from certorigin_server.recognition.queries import issued_for
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.fallen import find_fallen
from certorigin_server.standing.queries import entries_about

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.recognition.models import Decision
    from certorigin_server.standing.queries import RegisteredAct


def court_file_of(decision: Decision, *, at: datetime) -> CourtFile:
    """Collect everything that a decision rested on, and every act about the certificate since.

    Raises UnknownError, ProofError when a log at rest is not readable.
    """
    issued = find_fallen(decision.subject) or issued_for(decision.declaration, decision.subject)
    views: dict[str, LogView] = {}
    places = [(_view(issued, views), issued.index)]
    for row in entries_about(decision.subject):
        view = _view(row, views)
        if row.pk != issued.pk and row.index < view.size:
            places.append((view, row.index))
    used = views.get(decision.head_origin) or _mirror(decision.head_origin)
    decided = Decided(
        outcome=decision.outcome,
        at=decision.decided_at,
        act=decision.document.encode(),
        report=decision.report.encode(),
        declaration=decision.declaration.document.encode(),
        override=decision.override,
    )
    states = issued.corridor.partition("/")[0].split("-")
    trust = get_trust()
    return collect(
        decided,
        places,
        used=(used, decision.head_size),
        states=[state for state in sorted(states) if state in trust.states],
        trust=trust,
        installation=settings.SYSTEM.installation,
        at=at,
    )


def _view(row: RegisteredAct, views: dict[str, LogView]) -> LogView:
    if row.origin not in views:
        is_own = row.publisher == settings.SYSTEM.installation
        folder = settings.SYSTEM.log_folder(row.origin)
        views[row.origin] = LogView.open(folder, get_trust()) if is_own else _mirror(row.origin)
    return views[row.origin]


def _mirror(origin: str) -> LogView:
    return LogView.open(settings.SYSTEM.mirror_folder(origin), get_trust())
