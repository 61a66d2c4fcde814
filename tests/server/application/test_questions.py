"""Questions: who may ask and answer, what stays as it was said, and when the clock stands still."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from certorigin.errors import MalformedError, RightError, StandingError, UnknownError
from certorigin_server.application import services
from certorigin_server.application.models import Application, Question
from certorigin_server.application.queries import (
    open_questions,
    questions_of,
    suspensions_by_application,
    suspensions_of,
)
from certorigin_server.users.models import User
from tests.server.factories import (
    NOW,
    Api,
    decided,
    make_assessor,
    make_body,
    make_exporter,
    submitted,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def people():
    make_body()
    return make_exporter(), make_assessor()


@pytest.fixture
def application(people):
    return Application.objects.get(pk=submitted(Api(people[0])))


def ask(application, by, *, suspends=True, at=NOW, text="Откуда сталь?"):
    return services.ask(application=application.pk, text=text, suspends=suspends, by=by, at=at)


def test_a_question_is_answered_and_the_clock_stood_still_until_then(people, application):
    exporter, assessor = people
    asked = ask(application, assessor)
    assert [one.pk for one in open_questions(exporter)] == [asked.pk]
    assert suspensions_of(application) == [(NOW, None)]
    services.answer(question=asked.pk, text="  Из Жлобина ", by=exporter, at=NOW + HOUR)
    (said,) = questions_of(application)
    assert (said.answer, said.answered_by) == ("Из Жлобина", exporter)
    assert suspensions_of(application) == [(NOW, NOW + HOUR)]
    assert not open_questions(exporter)


def test_only_questions_that_suspend_stop_the_clock(people, application):
    asked = ask(application, people[1], suspends=False)
    assert suspensions_of(application) == []
    suspending = ask(application, people[1], at=NOW + HOUR)
    services.take_back(question=suspending.pk, by=people[1], at=NOW + 2 * HOUR)
    assert suspensions_by_application([application]) == {
        application.pk: [(NOW + HOUR, NOW + 2 * HOUR)]
    }
    assert Question.objects.get(pk=asked.pk).is_open


def test_a_withdrawn_application_has_no_clock_that_stands(people, application):
    asked = ask(application, people[1])
    services.withdraw(application=application.pk, by=people[0], at=NOW + HOUR)
    assert suspensions_of(application) == [(NOW, NOW + HOUR)]
    with pytest.raises(StandingError, match=r"application\.not_submitted"):
        services.answer(question=asked.pk, text="да", by=people[0], at=NOW + HOUR)


def test_only_the_body_asks_and_only_the_applicant_answers(people, application):
    exporter, assessor = people
    central = make_assessor("central", "belcci")
    for person in (central, exporter):
        with pytest.raises(RightError, match=r"application\.another_body"):
            ask(application, person)
    asked = ask(application, assessor)
    with pytest.raises(RightError, match=r"application\.not_a_trader"):
        services.answer(question=asked.pk, text="да", by=assessor, at=NOW)
    with pytest.raises(RightError, match=r"application\.another_body"):
        services.take_back(question=asked.pk, by=exporter, at=NOW)
    stranger = make_exporter("stranger", "another")
    with pytest.raises(UnknownError, match=r"application\.question_unknown"):
        services.answer(question=asked.pk, text="да", by=stranger, at=NOW)


def test_what_was_answered_or_taken_back_is_closed(people, application):
    exporter, assessor = people
    answered, taken = ask(application, assessor), ask(application, assessor)
    services.answer(question=answered.pk, text="да", by=exporter, at=NOW)
    services.take_back(question=taken.pk, by=assessor, at=NOW)
    for question in (answered, taken):
        with pytest.raises(StandingError, match=r"application\.question_closed"):
            services.answer(question=question.pk, text="нет", by=exporter, at=NOW)
        with pytest.raises(StandingError, match=r"application\.question_closed"):
            services.take_back(question=question.pk, by=assessor, at=NOW)


def test_the_database_keeps_what_was_said(people, application):
    exporter, assessor = people
    asked = ask(application, assessor)
    services.answer(question=asked.pk, text="да", by=exporter, at=NOW)
    rows = Question.objects.filter(pk=asked.pk)
    for change in ({"text": "иное"}, {"answer": "нет"}, {"suspends": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


@pytest.mark.parametrize("text", ["", " \n ", "я" * 4_001])
def test_nobody_says_nothing_or_too_much(people, application, text):
    with pytest.raises(MalformedError, match=r"application\.text_"):
        ask(application, people[1], text=text)


def test_after_the_decision_nothing_is_asked():
    make_body()
    exporter, assessor = Api(make_exporter()), Api(make_assessor())
    row = Application.objects.get(pk=decided(exporter, assessor))
    with pytest.raises(StandingError, match=r"application\.decided"):
        ask(row, User.objects.get(username="assessor"))
