"""Our own log, judged as the partner judges it: by our trust list, at legal time.

What a key sealed after it was withdrawn counts for nothing, here and there alike. Acts that have no
legal time yet are judged when they get it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.log.national import is_national
from certorigin.mirror.view import LogView
from certorigin_server.log.queries import cosigned_size, judged_of
from certorigin_server.log.services import note_judged
from certorigin_server.mirror.alarms import watch_own
from certorigin_server.mirror.reading import read_verdicts
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.followed import verdicts_on
from certorigin_server.standing.services import set_void
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.seal.trust.trust_list import TrustDraft
    from certorigin_server.mirror.reading import Verdict

MOST = 256


def judge_own(origin: str, *, at: datetime) -> int:
    """Judge what is new in a log of ours, or everything after a newer list; return what changed."""
    if is_national(origin):  # what it holds are hashes: nobody else judges them
        return 0
    trust = get_trust()
    newest = trust.newest(settings.SYSTEM.state)
    version, done = judged_of(origin)
    size = cosigned_size(origin)
    start = done if version == newest.version else 0
    if start >= size:
        return 0
    changed = 0
    if can_refuse(newest.contents):
        known = verdicts_on(origin, start, size)
        for first in range(0, len(known), MOST):
            view = LogView.open(settings.SYSTEM.log_folder(origin), trust)
            verdicts = list(read_verdicts(view, known[first : first + MOST]))
            changed += _store(origin, verdicts, at)
    note_judged(origin=origin, version=newest.version, size=size)
    return changed


def can_refuse(contents: TrustDraft) -> bool:
    """Say whether any of our acts could fall by this list: something is withdrawn, or ends.

    Before an act is sealed its keys are judged by the list in force; only what the list says of an
    earlier moment, or of the time until the act is registered, can change that.
    """
    periods = [key.period for key in contents.keys]
    periods += [body.period for body in contents.bodies]
    periods += [officer.period for officer in contents.officers]
    periods += [installation.period for installation in contents.installations]
    withdrawn = any(key.withdrawn is not None for key in contents.keys)
    return withdrawn or any(period.end is not None for period in periods)


@transaction.atomic
def _store(origin: str, verdicts: Sequence[Verdict], at: datetime) -> int:
    for verdict in verdicts:
        set_void(origin=origin, index=verdict.index, void=verdict.void)
        watch_own(origin=origin, index=verdict.index, void=verdict.void, at=at)
        index = str(verdict.index)
        record(
            by="",
            at=at,
            action="mirror.judged_anew",
            subject=origin,
            index=index,
            void=verdict.void,
        )
    return len(verdicts)
