"""A verification request as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.assessment.agreement import get_agreement
from certorigin.errors import CertoriginError
from certorigin.returns.asking import run_again
from certorigin.vocabulary.requests import Answer, Question
from certorigin_server.returns.requests.queries import threads_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from certorigin.assessment.decision import Assessment
    from certorigin.returns.verification import Reply, Thread
    from certorigin_server.returns.requests.queries import Verification


@dataclass(frozen=True)
class Line:
    """A request in a list."""

    row: Verification
    stage: str
    last_day: date | None


@dataclass(frozen=True)
class Pair:
    """A question with its answer, where there is one."""

    question: Question
    answer: Answer | None


@dataclass(frozen=True)
class RunAgain:
    """An assessment that came with a reply, run once more here."""

    found: Assessment | None
    is_same: bool = False
    same_rules: bool = False


def lines_of(rows: Iterable[Verification], *, at: datetime) -> list[Line]:
    """Show the requests of a list; one that is void by now has no stage."""
    shown = list(rows)
    threads = threads_of(shown, at=at)
    return [_line(row, threads.get(row.pk)) for row in shown]


def _line(row: Verification, thread: Thread | None) -> Line:
    if thread is None:
        return Line(row, "", None)
    return Line(row, f"request.stage.{thread.stage}", last_day_of(thread))


def last_day_of(thread: Thread) -> date | None:
    """Return the last day of the clock that runs, or None."""
    return thread.running.last_day if thread.running else None


def pairs_of(thread: Thread, reply: Reply | None) -> list[Pair]:
    """Return each question with what a reply answers."""
    given = {one.number: one for one in reply.body.answers} if reply else {}
    return [Pair(one, given.get(one.number)) for one in thread.body.questions]


def rerun(reply: Reply | None) -> RunAgain | None:
    """Run the assessment again that came with a reply, or return None where none did."""
    attached = reply.body.assessment if reply else None
    if attached is None:
        return None
    try:
        return RunAgain(*run_again(attached, get_agreement(attached.agreement)))
    except CertoriginError:
        return RunAgain(None)
