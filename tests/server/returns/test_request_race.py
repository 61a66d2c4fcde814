"""Two people at one moment: no random check too many, and of two drafts one waits."""

import pytest
from django.db import connection
from django.utils import timezone

from certorigin.errors import StandingError
from certorigin.returns import asking
from certorigin.vocabulary.requests import Answer, Question
from certorigin_server.returns.models import ReplyDraft, Verification
from certorigin_server.returns.requests import answered, asked
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.users.models import Organisation, User
from tests.server.factories import make_assessor, make_customs_officer, make_organisation
from tests.server.race import Meanwhile
from tests.server.returns.test_requests import Asked

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
    ),
]


def test_of_two_random_checks_at_once_the_last_of_the_day_is_one(partner, turns, monkeypatch):
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    officer = make_customs_officer()
    issues = [partner.issue(f"AZBY600100000{number}") for number in (1, 2)]
    turns.follow(partner)
    monkeypatch.setattr(asking, "MOST_RANDOM_A_DAY", 1)

    def ask(issue):
        return asked.ask(
            subject=issue.subject,
            number=issue.number,
            grounds=["random_check"],
            questions=[Question(1, "issue")],
            preference="granted",
            remark="",
            keyring=get_keyring(),
            by=officer,
            at=timezone.now(),
        )

    other = Meanwhile(monkeypatch, asked, "random_today", lambda: ask(issues[1]))
    ask(issues[0])
    assert isinstance(other.outcome(), StandingError)
    assert Verification.objects.get().subject == issues[0].subject


def test_of_two_drafts_at_once_one_waits_for_the_second_person(partner, turns, monkeypatch):
    own = Asked(partner, turns)
    first, second = User.objects.get(username="assessor"), make_assessor("another")

    def draft(by):
        return answered.draft_reply(
            row=own.row.pk,
            answers=[Answer(1, "confirmed"), Answer(2, "confirmed")],
            finding="",
            remark="",
            with_assessment=False,
            by=by,
            at=timezone.now(),
        )

    other = Meanwhile(monkeypatch, answered, "check_reply", lambda: draft(second))
    draft(first)
    assert isinstance(other.outcome(), ReplyDraft)
    assert ReplyDraft.objects.filter(decided_at=None).count() == 1
