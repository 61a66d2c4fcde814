"""What verification requests ask of people: repeat, judge, answer, confirm, with the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from certorigin.returns.verification import Stage
from certorigin_server.desk.tasks import Task
from certorigin_server.recognition.queries import decisions_about
from certorigin_server.returns.requests.queries import asked_by, asked_of, drafted_among, open_ones
from certorigin_server.returns.requests.shown import last_day_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certorigin.returns.verification import Thread
    from certorigin_server.returns.requests.queries import Verification
    from certorigin_server.users.queries import User

_CUSTOMS = {
    Stage.TO_JUDGE: "web.task_request_judge",
    Stage.REPEAT_DUE: "web.task_request_repeat",
    Stage.UNANSWERED: "web.task_request_unanswered",
}
_WAITS = frozenset({Stage.ASKED, Stage.REPEATED, Stage.REPEAT_DUE})


def request_tasks(user: User, rights: frozenset[Right], *, at: datetime) -> Iterator[Task]:
    """Return what waits for a person; customs is told of a term two weeks before it ends."""
    if Right.RETURNS_ASK in rights:
        for row, thread in open_ones(asked_by(user), at=at, fresh=False):
            what = _CUSTOMS.get(thread.stage, "")
            term = thread.running
            if thread.stage in _WAITS and not what and term is not None and term.is_near(at):
                what = "web.task_request_waits"
            if what and not (thread.has_ground and _is_decided(row)):
                yield _task(what, row, thread, "requests-show", at)
    if rights & {Right.RETURNS_DRAFT, Right.RETURNS_ANSWER}:
        own = asked_of(user).filter(body=user.organisation)
        waiting = open_ones(own, at=at)
        drafted = drafted_among(row for row, _ in waiting)
        for row, thread in waiting:
            is_drafted = row.pk in drafted
            waits = not is_drafted and thread.stage in _WAITS and not thread.pending
            if is_drafted and Right.RETURNS_ANSWER in rights:
                yield _task("web.task_request_confirm", row, thread, "answers-show", at)
            elif waits and Right.RETURNS_DRAFT in rights:
                yield _task("web.task_request_answer", row, thread, "answers-show", at)


def _is_decided(row: Verification) -> bool:
    """Say whether somebody refused because no answer came: then nothing is left to do."""
    return any(one.ground == "no_usable_answer" for one in decisions_about(row.subject))


def _task(what: str, row: Verification, thread: Thread, address: str, at: datetime) -> Task:
    return Task(
        what=what,
        subject=row.certificate_number,
        url=reverse(address, args=[row.pk]),
        since=row.asked_at,
        detail=row.number,
        status=f"request.stage.{thread.stage}",
        due=last_day_of(thread),
        is_overdue=bool(thread.running and thread.running.is_over(at)),
    )
