"""Refusals and appeals: a closed list of grounds, a term, another officer; nothing is undone."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin.errors import (
    ConflictError,
    MalformedError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin_server.application import services as applications
from certorigin_server.application.models import Application
from certorigin_server.application.queries import draft_from_data
from certorigin_server.assessment import services
from certorigin_server.assessment.models import Appeal, Assessment, Refusal
from certorigin_server.assessment.queries import (
    clock_for,
    open_appeals,
    refusal_in_force,
    refusals_of,
    round_of,
    stored_basis,
    work_list,
)
from certorigin_server.certification.queries import to_certify
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.power_services import revoke_power
from tests.server.factories import (
    NOW,
    Api,
    consignment,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
    make_power,
    submitted,
)

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
def case(exporter):
    return Application.objects.get(pk=submitted(Api(exporter)))


@pytest.fixture
def failing(exporter):
    """A case whose materials cost too much."""
    api, sample = Api(exporter), consignment()
    application = api.post("/application", sample["application"]).data["id"]
    sample["worksheet"]["items"][0]["materials"][0]["value"]["amount"] = "40000.00"
    api.put(f"/application/{application}/worksheet", sample["worksheet"])
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    assert api.post(f"/application/{application}/submit", order).status == 200
    return Application.objects.get(pk=application)


def refuse(case, by, ground="false_documents", remark="Счёт 15 не выдавался", **more):
    order = {"worksheet_version": 1, "at": NOW} | more
    return services.refuse(application=case.pk, ground=ground, remark=remark, by=by, **order)


def decide(case, by, at=NOW, version=1):
    return services.decide(application=case.pk, worksheet_version=version, by=by, at=at)


def appeal(case, by, at=NOW, text="Счёт выдан, прилагаем"):
    return services.file_appeal(application=case.pk, text=text, by=by, at=at)


def resolve(filed, by, outcome="upheld", reason="Счёт найден", at=NOW):
    return services.resolve_appeal(appeal=filed.pk, outcome=outcome, reason=reason, by=by, at=at)


def test_a_refusal_closes_the_case_and_says_why(case, assessor):
    refusal = refuse(case, assessor)
    case.refresh_from_db()
    assert case.decided_at == NOW
    assert refusal_in_force(case) == refusal
    assert refusal.document
    assert stored_basis(refusal).worksheet
    assert not work_list(assessor, at=NOW)
    assert not to_certify(make_certifier())
    with pytest.raises(StandingError, match=r"application\.decided"):
        decide(case, assessor)
    assert TrailEntry.objects.get(action="assessment.refused").facts == (
        '{"ground":"false_documents"}'
    )


@pytest.mark.parametrize(
    ("ground", "remark", "error", "code"),
    [
        ("criteria_not_met", "x", StandingError, "assessment.ground_unfit"),
        ("facts_not_proven", "x", StandingError, "assessment.ground_unfit"),
        ("false_documents", " ", StandingError, "assessment.remark_missing"),
        ("mood", "x", UnknownError, "assessment.ground_unknown"),
        ("false_documents", "я" * 4_001, MalformedError, "application.text_too_long"),
    ],
)
def test_a_ground_must_be_on_the_list_and_borne_out(case, assessor, ground, remark, error, code):
    with pytest.raises(error, match=code):
        refuse(case, assessor, ground=ground, remark=remark)
    case.refresh_from_db()
    assert case.decided_at is None


def test_facts_that_changed_meanwhile_are_looked_at_first(case, assessor):
    with pytest.raises(ConflictError):
        refuse(case, assessor, worksheet_version=0)


def test_goods_that_fail_are_decided_and_refused_in_one_act(failing, assessor):
    refusal = refuse(failing, assessor, ground="criteria_not_met", remark="")
    assert refusal.assessment.decision == "not_originating"
    assert (refusal.ground, refusal.round) == ("criteria_not_met", 1)


def test_a_decision_against_the_goods_is_a_refusal(failing, assessor):
    decided = decide(failing, assessor)
    assert Refusal.objects.get().assessment == decided


def test_an_appeal_that_is_upheld_begins_a_new_round_and_the_old_one_stays_read(
    failing, exporter, assessor
):
    decide(failing, assessor)
    filed = appeal(failing, exporter, at=NOW + DAY)
    other = make_assessor("other")
    resolve(filed, other, at=NOW + 2 * DAY)
    failing.refresh_from_db()
    assert failing.decided_at is None
    assert refusal_in_force(failing) is None
    assert round_of(failing.pk) == 2
    clock = clock_for(failing, at=NOW + 2 * DAY)
    assert (clock.days_left, clock.due) == (5, timezone.localdate(NOW + 7 * DAY + 2 * DAY))
    decide(failing, other, at=NOW + 3 * DAY)
    assert [one.round for one in refusals_of(failing)] == [2, 1]
    assert Assessment.objects.filter(application=failing.pk).count() == 2
    assert appeal(failing, exporter, at=NOW + 3 * DAY).refusal.round == 2


def test_a_refusal_without_a_decision_is_opened_again_too(case, exporter, assessor):
    refuse(case, assessor)
    resolve(appeal(case, exporter), make_assessor("other"))
    assert round_of(case.pk) == 2
    attempt = decide(Application.objects.get(pk=case.pk), assessor)
    assert (attempt.decision, attempt.round) == ("originating", 2)
    assert [row.pk for row in to_certify(make_certifier())] == [case.pk]


def test_an_appeal_that_is_rejected_leaves_the_refusal_and_says_why(case, exporter, assessor):
    refusal = refuse(case, assessor)
    filed = resolve(appeal(case, exporter), make_assessor("other"), "rejected", "Печать чужая")
    assert refusal_in_force(Application.objects.get(pk=case.pk)) == refusal
    assert filed.reason == "Печать чужая"
    with pytest.raises(ConflictError, match=r"assessment\.appealed_already"):
        appeal(case, exporter)
    with pytest.raises(StandingError, match=r"assessment\.appeal_resolved"):
        resolve(filed, make_assessor("third"))


def test_who_refused_does_not_resolve_and_strangers_neither(case, exporter, assessor):
    refuse(case, assessor)
    filed = appeal(case, exporter)
    assert not open_appeals(assessor)
    with pytest.raises(RightError, match=r"assessment\.own_refusal"):
        resolve(filed, assessor)
    with pytest.raises(UnknownError, match=r"assessment\.appeal_unknown"):
        resolve(filed, make_assessor("brest", "brest"))
    with pytest.raises(RightError, match=r"assessment\.another_body"):
        resolve(filed, exporter)
    central = make_assessor("central", "belcci")
    assert [one.pk for one in open_appeals(central)] == [filed.pk]
    assert resolve(filed, central).resolved_by == central


def test_an_agent_appeals_only_under_a_power_to_hand_in_that_is_in_force(assessor):
    principal, agent = make_exporter("principal", "works"), make_exporter("agent", "broker")
    power = make_power(principal, "broker")
    begun = applications.begin(
        draft=draft_from_data(consignment()["application"]),
        by=agent,
        at=timezone.now(),
        behalf="works",
    )
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    assert Api(agent).post(f"/application/{begun.pk}/submit", order).status == 200
    case = Application.objects.get(pk=begun.pk)
    refuse(case, assessor, worksheet_version=0, at=timezone.now())
    revoke_power(power=power.pk, by=principal, at=timezone.now())
    make_power(principal, "broker", covers="prepare")
    with pytest.raises(RightError, match=r"application\.no_power"):
        appeal(case, agent, at=timezone.now())
    path = f"/assessment/{case.pk}/appeal"
    assert Api(agent).post(path, {"text": "x"}).status == 403
    assert not Appeal.objects.exists()
    make_power(principal, "broker")
    assert appeal(case, agent, at=timezone.now()).filed_by == agent


def test_an_appeal_needs_words_a_known_outcome_and_its_term(case, exporter, assessor):
    with pytest.raises(StandingError, match=r"application\.undecided"):
        appeal(case, exporter)
    refuse(case, assessor)
    with pytest.raises(MalformedError, match=r"application\.text_missing"):
        appeal(case, exporter, text=" ")
    with pytest.raises(RightError, match=r"application\.not_a_trader"):
        appeal(case, assessor)
    with pytest.raises(StandingError, match=r"assessment\.appeal_late"):
        appeal(case, exporter, at=NOW + 31 * DAY)
    filed = appeal(case, exporter, at=NOW + 30 * DAY)
    with pytest.raises(MalformedError, match=r"assessment\.outcome_unknown"):
        resolve(filed, make_assessor("other"), outcome="maybe")


def test_goods_that_originate_have_nothing_to_appeal(case, exporter, assessor):
    decide(case, assessor)
    with pytest.raises(StandingError, match=r"assessment\.not_refused"):
        appeal(case, exporter)


def test_the_database_keeps_refusals_and_appeals(case, exporter, assessor):
    refuse(case, assessor)
    resolve(appeal(case, exporter), make_assessor("other"), "rejected")
    for rows, change in ((Refusal.objects, {"remark": "x"}), (Appeal.objects, {"reason": "x"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().delete()


def test_the_clock_stands_still_while_the_applicant_is_asked(case, exporter, assessor):
    start = case.submitted_at
    asked = applications.ask(
        application=case.pk, text="Откуда сталь?", suspends=True, by=assessor, at=start
    )
    (waiting,) = work_list(assessor, at=start + 20 * DAY)
    assert waiting.due is None
    assert waiting.clock.suspended_since == timezone.localdate(start)
    assert not waiting.is_overdue
    assert not waiting.is_answered
    applications.answer(question=asked.pk, text="Жлобин", by=exporter, at=start + 20 * DAY)
    (waiting,) = work_list(assessor, at=start + 20 * DAY)
    assert waiting.is_answered
    assert waiting.clock.days_left == 5


def test_what_presses_most_comes_first_and_what_waits_for_others_last(
    exporter, assessor, monkeypatch
):
    first, second = (Application.objects.get(pk=submitted(Api(exporter))) for _ in range(2))
    assert [one.application for one in work_list(assessor, at=NOW)] == [first, second]
    applications.ask(
        application=first.pk, text="?", suspends=True, by=assessor, at=first.submitted_at
    )
    assert [one.application for one in work_list(assessor, at=NOW)] == [second, first]
    assert [one.application for one in work_list(assessor, at=NOW, limit=1)] == [second]
    monkeypatch.setattr("certorigin_server.assessment.api.PAGE_SIZE", 1)
    for page, rows in (("1", [second]), ("2", [first]), ("3", [])):
        found = Api(assessor).get("/assessment", page=page).data["waiting"]
        assert [one["application"] for one in found] == [str(row.pk) for row in rows]
