"""Fees on the server: shown before, charged by the loop, paid, given back, never in the way."""

from datetime import timedelta

import orjson
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certorigin.errors import StandingError
from certorigin_server.application.anew import begin_anew
from certorigin_server.application.models import Application
from certorigin_server.application.queries import handed_in
from certorigin_server.fees import services
from certorigin_server.fees.models import Fee, Movement
from certorigin_server.fees.queries import (
    is_urgent,
    refunds_due,
    to_judge,
    uncharged,
)
from certorigin_server.fees.settled import require_settled
from certorigin_server.notices.kinds import RULES
from certorigin_server.trail.models import TrailEntry
from certorigin_server.web.work import tasks_for
from tests.server.factories import (
    client_of,
    consignment,
    decided,
    make_customs_officer,
    submitted,
)
from tests.server.fees.hands import DOCUMENT, charged, paid, seen, turn

pytestmark = pytest.mark.django_db


def test_the_exporter_sees_the_fee_line_by_line_before_anything_is_handed_in(apis, people, priced):
    row = apis["exporter"].post("/application", consignment()["application"]).data
    (quote,) = apis["exporter"].get(f"/fees/application/{row['id']}").data["quotes"]
    assert (quote["body"], quote["act"]) == ("minsk", DOCUMENT["act"])
    assert [one["number"] for one in quote["sums"]["items"]] == ["1.1"]
    assert quote["sums"]["total"] == "58.20"
    client = client_of(people["exporter"])
    form = client.get(f"/application/{row['id']}/edit").content.decode()
    assert f"/fees/application/{row['id']}" in form
    page = client.get(f"/fees/application/{row['id']}").content.decode()
    assert all(text in page for text in ("1.1", "58.20 BYN", "Order 12, cl. 4"))


def test_urgency_changes_what_is_due_until_the_case_is_decided(apis, priced):
    application, fee = charged(apis)
    assert (fee["sums"]["total"], fee["status"]) == ("58.20", "due")
    path = f"/fees/application/{application}/urgency"
    (hurried,) = apis["exporter"].put(path, {"urgent": True}).data["fees"]
    assert (hurried["sums"]["total"], hurried["urgent"]) == ("90.00", True)
    apis["assessor"].post(f"/assessment/{application}/decide", {"worksheet_version": "1"})
    assert apis["exporter"].put(path, {"urgent": False}).status == 409


def test_what_is_begun_anew_stays_urgent(apis, priced):
    application, _ = charged(apis)
    apis["exporter"].put(f"/fees/application/{application}/urgency", {"urgent": True})
    exporter = Application.objects.get(pk=application).created_by
    anew = begin_anew(application=application, by=exporter, at=timezone.now())
    assert is_urgent(anew)


def test_what_is_handed_in_is_charged_once_and_told(apis, priced):
    application, _ = charged(apis)
    assert turn() == 0
    assert Fee.objects.count() == 1
    told = TrailEntry.objects.get(action="fees.charged")
    assert told.subject == f"urn:uuid:{application}"
    assert "58" not in told.facts  # a reference, and no sum
    assert {"fees.charged", "fees.paid", "fees.refund_due", "fees.refunded"} <= set(RULES)


def test_what_was_handed_in_on_a_day_without_a_schedule_keeps_nobody_waiting(apis, people):
    submitted(apis["exporter"])
    today = timezone.localdate()
    days = {"ended": (today - timedelta(days=9), today - timedelta(days=1)),
            "ahead": (today + timedelta(days=1), None)}  # fmt: skip
    for begins, ends in days.values():
        order = {"body": "minsk", "valid_from": begins.isoformat(), "document": DOCUMENT}
        order |= {"valid_until": ends.isoformat()} if ends else {}
        assert apis["admin"].post("/fees/schedules", order).status == 201
        assert uncharged(handed_in(), most=1) == []
        assert turn() == 0
    order = {"body": "minsk", "valid_from": today.isoformat(), "document": DOCUMENT}
    order |= {"valid_until": today.isoformat()}
    assert apis["admin"].post("/fees/schedules", order).status == 201
    assert len(uncharged(handed_in(), most=1)) == 1
    assert turn() == 1


def test_payments_add_up_and_none_is_noted_twice(apis, priced):
    application, fee = charged(apis)
    officer = apis["assessor"]
    part = paid(officer, fee, "50", "1").data
    assert (part["status"], part["outstanding"]) == ("part_paid", "8.20")
    assert paid(officer, fee, "50", "1").status == 409
    more = paid(officer, fee, "10", "2").data
    assert (more["status"], more["over"]) == ("paid", "1.80")
    assert paid(officer, fee, "61", "3", "refund").status == 409
    back = paid(officer, fee, "1.80", "3", "refund").data
    assert (back["status"], back["to_give_back"]) == ("paid", "0.00")
    with pytest.raises(DatabaseError), transaction.atomic():
        Movement.objects.update(amount="1")
    assert seen(apis["exporter"], application)["status"] == "paid"


def test_sheets_hours_and_an_exemption_are_reckoned_anew_with_the_clause(apis, priced):
    _, fee = charged(apis)
    path = f"/fees/{fee['reference']}/extent"
    more = apis["assessor"].put(path, {"hours": "1.5"}).data
    assert [one["number"] for one in more["sums"]["items"]] == ["1.1", "2"]
    assert more["sums"]["total"] == "95.85"
    free = apis["assessor"].put(path, {"exemption": "aid"}).data
    assert (free["status"], free["sums"]["clause"]) == ("nothing", "Order 12, cl. 4")
    assert apis["assessor"].put(path, {"exemption": "x"}).status == 404


def test_what_was_reckoned_anew_is_in_the_trail_and_told(apis, priced):
    _, fee = charged(apis)
    path = f"/fees/{fee['reference']}/extent"
    assert apis["assessor"].put(path, {"hours": "1000.000000"}).data["hours"] == "1000.00"
    assert apis["assessor"].put(path, {"hours": "1.001"}).status == 400
    assert apis["assessor"].put(path, {"exemption": "aid"}).status == 200
    told = TrailEntry.objects.filter(action="fees.recharged").order_by("sequence")
    first, second = (orjson.loads(one.facts) for one in told)
    assert first == {
        "reference": fee["reference"], "before": "58.20", "after": "25158.20",
        "sheets": "0", "hours": "1000.00", "exemption": "", "urgent": "no",
    }  # fmt: skip
    assert (second["before"], second["after"], second["exemption"]) == ("25158.20", "0.00", "aid")
    assert "fees.recharged" in RULES


def test_who_asks_for_urgency_locks_the_fee_before_the_trail(apis, priced):
    """As all others do: of two that lock in turn, each would wait for the other."""
    application, _ = charged(apis)
    with CaptureQueriesContext(connection) as caught:
        apis["exporter"].put(f"/fees/application/{application}/urgency", {"urgent": True})
    asked = [one["sql"] for one in caught]
    locked = [at for at, sql in enumerate(asked) if 'FROM "fees_fee" INNER JOIN' in sql]
    heads = [at for at, sql in enumerate(asked) if "trail_trailhead" in sql]
    assert locked[0] < heads[0]


def test_what_an_officer_reads_by_a_program_is_recorded(apis, priced):
    application, fee = charged(apis)
    assert apis["assessor"].get(f"/fees/{fee['reference']}").status == 200
    assert apis["assessor"].get(f"/fees/application/{application}").status == 200
    reads = TrailEntry.objects.filter(action="trail.read", subject=f"urn:uuid:{application}")
    assert [one.actor for one in reads] == ["assessor", "assessor"]


def test_a_waiver_names_its_ground(apis, priced):
    _, fee = charged(apis)
    path = f"/fees/{fee['reference']}/waiver"
    assert apis["assessor"].post(path, {"number": "7", "remark": " "}).status == 400
    waived = apis["assessor"].post(path, {"number": "7", "remark": "our mistake"}).data
    assert (waived["status"], waived["outstanding"]) == ("waived", "0.00")


def test_a_waiver_is_taken_back_by_a_decision_and_the_applicant_is_told(apis, people, priced):
    application, fee = charged(apis)
    here = f"/fees/application/{application}"
    page = f"/fees/{Fee.objects.get().pk}/waiver"
    desk = client_of(people["assessor"])
    assert f"{page}/recall" not in desk.get(here).content.decode()
    refused = desk.post(f"{page}/recall", {"number": "8", "remark": "cl. 5"})
    assert refused.status_code == 409
    assert "This fee is not waived." in refused.content.decode()
    assert desk.post(page, {"number": "7", "remark": "our mistake"}).status_code == 302
    offered = desk.get(here).content.decode()
    assert f'"{page}/recall"' in offered
    assert f'"{page}"' not in offered
    path = f"/fees/{fee['reference']}/waiver/recall"
    assert apis["assessor"].post(path, {"number": "8", "remark": " "}).status == 400
    due = apis["assessor"].post(path, {"number": "8", "remark": "cl. 5"}).data
    assert (due["status"], due["outstanding"]) == ("due", "58.20")
    assert [(one["kind"], one["remark"]) for one in due["movements"]] == [
        ("waiver", "our mistake"), ("recall", "cl. 5"),
    ]  # fmt: skip
    assert "Waiver taken back" in desk.get(here).content.decode()
    told = TrailEntry.objects.get(action="fees.waiver_recalled")
    assert (told.actor, told.subject) == ("assessor", f"urn:uuid:{application}")
    assert "fees.waiver_recalled" in RULES
    assert apis["assessor"].post(path, {"number": "9", "remark": "again"}).status == 409


def test_a_missed_term_gives_the_fee_back_with_a_line_in_the_work_list(apis, people, priced):
    application, fee = charged(apis)
    paid(apis["assessor"], fee)
    assert turn(later=3) == 0  # five working days
    turn(later=15)
    late = seen(apis["exporter"], application)
    assert (late["to_give_back"], bool(late["late_since"])) == ("58.20", True)
    assert TrailEntry.objects.filter(action="fees.refund_due", actor="").count() == 1
    task = next(
        one for one in tasks_for(people["assessor"], at=timezone.now())
        if one.what == "web.task_fee_refund"
    )  # fmt: skip
    assert task.subject == fee["reference"]
    day = timezone.localdate().strftime("%d.%m.%Y")
    typed = {"amount": "58.20", "on": day, "number": "R-1", "remark": ""}
    assert client_of(people["assessor"]).post(task.url, typed).status_code == 302
    back = seen(apis["exporter"], application)
    assert (back["status"], back["to_give_back"]) == ("refunded", "0.00")
    assert turn(later=30) == 0


def test_the_rule_about_a_missed_term_holds_for_what_was_missed_before_it(apis, people, priced):
    application, fee = charged(apis)
    paid(apis["assessor"], fee)
    stale = list(to_judge())
    turn(later=15)
    assert refunds_due(people["assessor"]).count() == 1
    rule = {"body": "minsk", "unpaid_stops": False, "by": people["admin"], "at": timezone.now()}
    services.set_rules(late_refunds=False, **rule)
    assert refunds_due(people["assessor"]).count() == 0
    assert seen(apis["exporter"], application)["to_give_back"] == "0.00"
    services.set_rules(late_refunds=True, **rule)
    assert refunds_due(people["assessor"]).count() == 1
    later = timezone.now() + timedelta(days=15)
    # A process that read it before the first wrote.
    assert [services.judge(fee, at=later) for fee in stale] == [False]


def test_nothing_waits_for_money_that_would_go_straight_back(apis, people, priced):
    application, _ = charged(apis)
    rule = {"body": "minsk", "unpaid_stops": True, "by": people["admin"], "at": timezone.now()}
    services.set_rules(late_refunds=True, **rule)
    row = Application.objects.get(pk=application)
    row.decided_at = timezone.now()
    with pytest.raises(StandingError):
        require_settled(application=row)
    row.decided_at += timedelta(days=15)
    require_settled(application=row)
    turn(later=15)
    late = seen(apis["exporter"], application)
    assert (late["status"], late["outstanding"]) == ("nothing", "0.00")
    services.set_rules(late_refunds=False, **rule)
    with pytest.raises(StandingError):
        require_settled(application=row)


def test_a_question_that_stops_the_clock_gives_nothing_back(apis, priced):
    application, fee = charged(apis)
    paid(apis["assessor"], fee)
    order = {"text": "Whence?", "suspends": True}
    assert apis["assessor"].post(f"/assessment/{application}/questions", order).status < 300
    assert turn(later=30) == 0


def test_a_decision_in_time_settles_the_term(apis, priced):
    application, fee = charged(apis)
    paid(apis["assessor"], fee)
    apis["assessor"].post(f"/assessment/{application}/decide", {"worksheet_version": "1"})
    assert turn() == 1
    assert turn(later=30) == 0
    assert not seen(apis["exporter"], application)["late_since"]


@pytest.mark.parametrize("stops", [False, True])
def test_only_where_the_body_says_so_an_unpaid_fee_stops_its_certificate(
    apis, people, priced, stops
):
    form = {"unpaid_stops": "on"} if stops else {}
    page = client_of(people["admin"]).post("/fees/schedules/minsk/rules", form)
    assert page.status_code == 302
    application = decided(apis["exporter"], apis["assessor"])
    path = f"/certification/{application}/certify"
    first = apis["certifier"].post(path)
    if not stops:
        assert first.status == 201
        return
    assert (first.status, first.data["code"]) == (409, "fees.unpaid")
    shown = client_of(people["certifier"]).get(f"/certification/{application}").content.decode()
    assert "58.20 BYN" in shown
    turn()
    paid(apis["assessor"], seen(apis["exporter"], application))
    assert apis["certifier"].post(path).status == 201


def test_an_administrator_enters_a_schedule_and_is_told_every_fault(people):
    client = client_of(people["admin"])
    path = "/fees/schedules/minsk/enter"
    typed = {
        "valid_from": "soon",
        "currency": "BYN",
        "act": "Order 1",
        "lines[0].number": "1",
        "lines[0].name": "Certificate",
        "lines[0].unit": "certificate",
        "lines[0].amount": "1.005",
    }
    wrong = client.post(path, typed)
    assert wrong.status_code == 422
    assert {one.code for one in wrong.context["form"].told} == {
        "day.malformed",
        "fees.amount_wrong",
    }
    good = client.post(path, typed | {"valid_from": "01.01.2026", "lines[0].amount": "48.5"})
    assert good.status_code == 302
    assert "48.50 BYN" in client_of(make_customs_officer()).get("/fees/schedules").content.decode()
