"""Days that near, and days that are over, as the desks' own work lists know them."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certorigin.mirror.days import Due, judge_due
from certorigin_server.assessment.queries import work_list
from certorigin_server.mirror.queries import terms_of
from certorigin_server.notices.kinds import Kind
from certorigin_server.notices.told import Told, officers
from certorigin_server.recognition.paper.queries import open_demands, position_of_demand
from certorigin_server.returns.requests.tasks import request_tasks
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from certorigin_server.users.queries import User

# How long before its last day a thing is told of.
NEAR = timedelta(days=2)
MOST = 100


def deadlines(*, at: datetime) -> Iterator[Told]:
    """Return what ends soon or is over, for each officer whose desk it lies on."""
    today = timezone.localdate(at)
    for user in officers(at=at):
        for number, path, due in _of(user, at):
            if due is None or due > today + NEAR:
                continue
            stage = "over" if today > due else "near"
            code = "notice.overdue" if today > due else "notice.due"
            yield Told(
                key=f"due:{path}:{number}:{due.isoformat()}:{stage}",
                kind=Kind.DEADLINE,
                code=code,
                number=number,
                path=path,
                people=(user,),
                due=due,
            )


def _of(user: User, at: datetime) -> Iterator[tuple[str, str, date | None]]:
    rights = rights_of(user, at=at)
    if Right.ASSESSMENT_DECIDE in rights:
        for waiting in work_list(user, at=at, limit=MOST):
            if waiting.clock.suspended_since is None:
                pk = waiting.application.pk
                yield str(pk)[:8], reverse("assessment-worksheet", args=[pk]), waiting.due
    if Right.CERTIFICATION_CERTIFY in rights:
        for row in terms_of(user)[:MOST]:
            due = judge_due(row.issued_on, None, state=settings.SYSTEM.state, at=at)
            if due is not Due.OPEN:
                yield row.number, reverse("mirror-terms"), row.issued_on + timedelta(days=1)
    if Right.RECOGNITION_DECIDE in rights:
        for demand in open_demands(user)[:MOST]:
            place = [demand.declaration_id, position_of_demand(demand)]
            yield demand.number, reverse("recognition-paper", args=place), demand.until
    for task in islice(request_tasks(user, rights, at=at), MOST):
        yield task.subject, task.url, task.due
