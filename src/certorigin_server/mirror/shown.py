"""Alarms, notices and logs as a page shows them, in the language of whoever reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from django.conf import settings

from certorigin.mirror.days import Due, deadline_of, judge_due
from certorigin.terminal.sentences import say
from certorigin_server.mirror.forms import AFFECTS, REASONS
from certorigin_server.mirror.notices import notices_now

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.mirror.service import Notice
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.mirror.queries import Alarm, FollowedLog

DUE_CODES = {
    Due.OPEN: "term.due.open",
    Due.NEAR: "term.due.near",
    Due.MISSED: "term.due.missed",
    Due.MET: "term.due.met",
    Due.LATE: "term.due.late",
}


@dataclass(frozen=True)
class ShownAlarm:
    """An alarm in words, and its row."""

    row: Alarm
    message: str

    @property
    def status(self) -> str:
        """The code of its status tag."""
        if self.row.ended_at is not None:
            return "alarm.status.ended"
        return "alarm.status.noted" if self.row.noted_at else "alarm.status.open"


@dataclass(frozen=True)
class ShownNotice:
    """A notice in words: codes of its state, its reason and what it affects."""

    notice: Notice
    status: str
    reason: str
    affects: str
    is_own: bool


@dataclass(frozen=True)
class ShownLog:
    """A partner's log and the age of its newest head."""

    log: FollowedLog
    age: int | None


@dataclass(frozen=True)
class ShownTerm:
    """A certificate that the partner has not countersigned, and until when it must."""

    row: Certificate
    deadline: datetime
    status: str


def shown_alarms(rows: Iterable[Alarm], language: str) -> list[ShownAlarm]:
    """Put alarms into words; a fact that is a code itself is said too."""
    found = []
    for row in rows:
        facts = {name: str(value) for name, value in orjson.loads(row.facts).items()}
        if row.code == "alarm.halted":
            facts["reason"] = say(facts["reason"], {"origin": row.origin}, language)
        found.append(ShownAlarm(row, say(row.code, facts, language)))
    return found


def shown_notices(corridors: Iterable[str], at: datetime) -> list[ShownNotice]:
    """Return the notices of corridors that hold or lie ahead."""
    return [_notice(one, at) for text in corridors for one in notices_now(text, at=at)]


def shown_logs(logs: Iterable[FollowedLog], at: datetime) -> list[ShownLog]:
    """Return logs with the age of their heads."""
    return [
        ShownLog(log, max(0, int((at - log.heartbeat).total_seconds())) if log.heartbeat else None)
        for log in logs
    ]


def shown_term(row: Certificate, at: datetime) -> ShownTerm:
    """Return how the term of a certificate stands."""
    state = settings.SYSTEM.state
    due = judge_due(row.issued_on, row.act.mirrored_at, state=state, at=at)
    return ShownTerm(row, deadline_of(row.issued_on, state), DUE_CODES[due])


def _notice(notice: Notice, at: datetime) -> ShownNotice:
    planned = "notice.status.planned" if notice.is_planned else "notice.status.unplanned"
    return ShownNotice(
        notice=notice,
        status="notice.status.ahead" if notice.lies_ahead(at) else planned,
        reason=REASONS.get(notice.body.reason, "web.reason_other"),
        affects=AFFECTS[notice.body.affects],
        is_own=notice.publisher == settings.SYSTEM.installation,
    )
