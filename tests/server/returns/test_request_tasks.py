"""What a request asks of customs, by the day: nothing while the other side has time left."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from certorigin_server.returns.models import Verification
from certorigin_server.returns.requests.queries import thread_of, without_fresh
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.users.models import Organisation
from certorigin_server.web.work import tasks_for
from tests.pages import counting
from tests.server.factories import Api, make_customs_officer, make_organisation
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(partner):
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return make_customs_officer()


@pytest.fixture
def asked(officer, partner, turns):
    """A request that both states hold."""
    issue = partner.issue()
    turns.follow(partner)
    asking = {"number": "06-12/77", "grounds": ["criterion_doubtful"], "remark": "?"}
    about = {"subject": issue.subject, "questions": [{"topic": "issue"}]}
    answer = Api(officer).post("/verification", asking | about)
    assert answer.status == 201, answer.data
    turns.give_back()
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    turns.give_back()
    return Verification.objects.get()


def test_the_work_list_tells_a_term_two_weeks_before_its_end_and_an_answer_at_once(officer, asked):
    """What was asked lately and waits for the other side is not folded, and is no work."""

    def waits(at):
        return [task.what for task in tasks_for(officer, at=at) if "request" in task.what]

    now = timezone.now()
    ends = thread_of(asked, at=now).first.ends
    with counting(connection) as caught:
        assert waits(now) == []
    assert not [sql for sql, _ in caught if '"raw"' in sql]
    assert waits(ends - timedelta(days=15)) == []
    assert waits(ends - timedelta(days=13)) == ["web.task_request_waits"]
    assert waits(ends) == ["web.task_request_repeat"]
    for kind, is_looked_at in (("Utilised", []), ("VerificationReplied", [asked])):
        RegisteredAct.objects.create(
            origin="certorigin/AZ-1/x/2026",
            index=RegisteredAct.objects.count(),
            kind=kind,
            subject=asked.subject,
            registered_at=now,
        )
        assert without_fresh([asked], at=now) == is_looked_at
