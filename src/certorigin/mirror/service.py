"""Whether service is disturbed: a fold over notices, planned and unplanned apart (R15, R18).

An unplanned notice opens when the partner's heartbeat has been missing for a quarter of an hour,
and closes when it beats again; nobody has to remember it. What is planned is entered by a person
and ends by itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from certorigin.late import dataclass
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.notices import UNPLANNED, Disturbance, Restoration

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.vocabulary.acts import Act

SILENT_AFTER = timedelta(minutes=15)
BEATS_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Notice:
    """One notice: whose it is, what it says, and since when service works again."""

    subject: str
    publisher: str
    corridor: str
    body: Disturbance
    restored: datetime | None = None

    @property
    def is_planned(self) -> bool:
        """Say whether it was foreseen."""
        return self.body.nature != UNPLANNED

    @property
    def over_at(self) -> datetime | None:
        """When it ended or, if it was planned with an end, will end."""
        return self.restored or self.body.ends

    def holds(self, at: datetime) -> bool:
        """Say whether service is disturbed by it at a moment."""
        return self.body.starts <= at and (self.over_at is None or at < self.over_at)

    def lies_ahead(self, at: datetime) -> bool:
        """Say whether it is announced and has not begun."""
        return at < self.body.starts and (self.over_at is None or at < self.over_at)


def fold_notices(acts: Iterable[tuple[str, Act]]) -> list[Notice]:
    """Read notices from (publisher, act), in any order: the newest last.

    A restoration counts only from the publisher of the notice, and the first one counts. Raises
    MalformedError for an act that can't be read.
    """
    opened: dict[str, Notice] = {}
    restored: dict[tuple[str, str], datetime] = {}
    for publisher, act in acts:
        if act.kind is Kind.SERVICE_DISTURBED and _names(act.subject, publisher):
            body = read_body(act, Disturbance.from_record)
            notice = Notice(act.subject, publisher, str(act.corridor), body)
            opened.setdefault(act.subject, notice)
        elif act.kind is Kind.SERVICE_RESTORED:
            moment = read_body(act, Restoration.from_record).restored
            key = (publisher, act.subject)
            restored[key] = min(moment, restored.get(key, moment))
    found = [
        Notice(
            one.subject,
            one.publisher,
            one.corridor,
            one.body,
            restored.get((one.publisher, one.subject)),
        )
        for one in opened.values()
    ]
    return sorted(found, key=lambda one: (one.body.starts, one.subject))


def service_subject(installation: str, name: str) -> str:
    """Return the subject of a notice: `urn:certorigin:service:BY-1:<name>`."""
    return f"urn:certorigin:service:{installation}:{name}"


def is_silent(beat: datetime | None, *, at: datetime, was_silent: bool) -> bool:
    """Say whether a heartbeat is missing: it opens late and closes at the first sign of life."""
    if beat is None:
        return False  # nothing was ever heard: there is no service yet that could be disturbed
    return at - beat > (BEATS_AGAIN if was_silent else SILENT_AFTER)


def _names(subject: str, publisher: str) -> bool:
    return subject.startswith(service_subject(publisher, ""))
