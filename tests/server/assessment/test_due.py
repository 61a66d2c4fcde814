"""The last day of a term stands in the row, by which the work list is in order (R51)."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certorigin_server.application import services as applications
from certorigin_server.application.models import NOT_KNOWN, Application
from certorigin_server.application.term import STILL
from certorigin_server.assessment import services
from certorigin_server.assessment.queries import WorkList, clock_for, work_list
from tests.server.factories import Api, make_assessor, make_body, make_exporter, submitted
from tests.server.plans import read_whole

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def exporter():
    make_body()
    return make_exporter()


@pytest.fixture
def assessor(exporter):
    return make_assessor()


@pytest.fixture
def cases(exporter):
    api = Api(exporter)
    return [Application.objects.get(pk=submitted(api)) for _ in range(3)]


def ask(case, by, at):
    order = {"application": case.pk, "text": "Откуда сталь?", "by": by, "at": at}
    return applications.ask(suspends=True, **order).pk


def open_again(case, exporter, by, at):
    """Refuse a case and lift the refusal by an appeal."""
    facts = {"worksheet_version": 1, "ground": "false_documents", "remark": "Счёт 15 подделан"}
    services.refuse(application=case.pk, by=by, at=at, **facts)
    filed = services.file_appeal(application=case.pk, text="Нет", by=exporter, at=at)
    order = {"outcome": "upheld", "reason": "Счёт найден", "by": make_assessor("other"), "at": at}
    services.resolve_appeal(appeal=filed.pk, **order)


def days_held():
    return dict(Application.objects.values_list("pk", "due_on"))


def days_told(at):
    """What the clocks say, of which the rows hold the days."""
    rows = Application.objects.all()
    return {row.pk: clock_for(row, at=at).due or STILL for row in rows}


def listed(by, at):
    return [one.application for one in work_list(by, at=at)]


def test_every_act_that_moves_the_last_day_writes_it_into_the_row(cases, exporter, assessor):
    first, second, third = cases
    start = third.submitted_at
    assert days_held() == days_told(start)
    assert listed(assessor, start) == cases
    asked, taken_back = ask(first, assessor, start), ask(second, assessor, start)
    assert days_held() == days_told(start + 20 * DAY)
    assert listed(assessor, start) == [third, first, second]
    applications.answer(question=asked, text="Жлобин", by=exporter, at=start + 9 * DAY)
    applications.take_back(question=taken_back, by=assessor, at=start + 5 * DAY)
    assert days_held() == days_told(start + 20 * DAY)
    assert STILL not in days_held().values()
    assert listed(assessor, start) == [third, second, first]
    open_again(third, exporter, assessor, start + 16 * DAY)
    assert days_held() == days_told(start + 20 * DAY)
    assert listed(assessor, start) == [second, first, third]
    asked = ask(third, assessor, start + 16 * DAY)
    applications.answer(question=asked, text="Жлобин", by=exporter, at=start + 30 * DAY)
    assert days_held() == days_told(start + 30 * DAY)


def test_rows_from_before_are_filled_and_stand_first_until_then(
    cases, exporter, assessor, monkeypatch
):
    first, second, third = cases
    start = third.submitted_at
    ask(first, assessor, start)
    asked = ask(second, assessor, start)
    applications.answer(question=asked, text="Жлобин", by=exporter, at=start + 9 * DAY)
    open_again(third, exporter, assessor, start + 16 * DAY)
    right, order = days_held(), listed(assessor, start)
    assert order == [second, third, first]
    Application.objects.update(due_on=NOT_KNOWN, term_from=None)
    assert listed(assessor, start) == cases
    applications.answer(
        question=ask(second, assessor, start), text="Жлобин", by=exporter, at=start + DAY
    )
    assert listed(assessor, start) == [first, third, second]
    filling = import_module("certorigin_server.assessment.migrations.0003_fill_due")
    monkeypatch.setattr(filling, "_AT_ONCE", 2)
    filling.fill(apps, SimpleNamespace(connection=connection))
    assert days_held() == right
    assert listed(assessor, start) == order


def test_a_page_of_the_work_list_reads_that_page_alone(cases, assessor):
    with CaptureQueriesContext(connection) as asked:
        waiting = WorkList(assessor, at=cases[0].submitted_at)
        assert len(waiting) == 3
        (shown,) = waiting[1:2]
    assert shown.application == cases[1]
    keys = [one["sql"] for one in asked if "ORDER BY" in one["sql"] and "LIMIT" in one["sql"]]
    (order,) = [one for one in keys if "due_on" in one and "COUNT" not in one]
    assert "LIMIT 1" in order
    assert read_whole(order, None) == []
