"""What people are told, whom, once; and what each chooses about it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import clear_url_caches, get_resolver
from django.utils import timezone

from certorigin_server.application.models import Application
from certorigin_server.notices import services
from certorigin_server.notices.models import Bookmark, Notice, Occasion
from certorigin_server.notices.queries import count_unread
from certorigin_server.notices.services import DEADLINES_EVERY, note_entries
from certorigin_server.recognition.models import Decision
from certorigin_server.returns.models import Verification
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.server.factories import (
    Api,
    ask_and_answer,
    certified,
    decided,
    make_assessor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_power,
    make_user,
    submitted,
)

pytestmark = pytest.mark.django_db


def told(user):
    return sorted(Notice.objects.filter(user=user).values_list("occasion__code", flat=True))


def test_a_decision_reaches_the_people_who_asked_and_nobody_else(loops):
    exporter, assessor = make_exporter(), make_assessor()
    colleague = make_user("colleague", Role.EXPORTER, organisation=exporter.organisation)
    without = make_user("without", organisation=exporter.organisation)
    others = [make_exporter("rival", "rival-trader"), make_customs_officer(), without]
    decided(Api(exporter), Api(assessor))
    loops.turn()
    assert told(exporter) == told(colleague) == ["notice.decided"]
    assert [told(one) for one in (*others, assessor)] == [[], [], [], []]
    assert TrailEntry.objects.latest("sequence").sequence == Bookmark.objects.get().sequence


def test_a_question_goes_to_the_exporter_and_the_answer_to_the_body(loops):
    exporter, assessor = make_exporter(), make_assessor()
    other = make_assessor("brest-assessor", "brest")
    application = submitted(Api(exporter))
    ask_and_answer(application, assessor, exporter)
    loops.turn()
    assert (told(exporter), told(assessor), told(other)) == (
        ["notice.asked"],
        ["notice.answered"],
        [],
    )
    row = Notice.objects.get(user=assessor)
    assert row.occasion.path == f"/assessment/{application}"


def test_a_company_that_acts_for_another_is_told_too(loops):
    exporter = make_exporter()
    agent = make_exporter("agent", "agent-company")
    row = submitted(Api(exporter))
    Application.objects.filter(pk=row).update(power=make_power(exporter, "agent-company"))
    Api(make_assessor()).post(f"/assessment/{row}/decide", {"worksheet_version": "1"})
    loops.turn()
    assert told(agent) == told(exporter) == ["notice.decided"]


def test_a_crash_tells_nobody_twice_and_leaves_nobody_out(loops, monkeypatch):
    exporter = make_exporter()
    decided(Api(exporter), Api(make_assessor()))
    with monkeypatch.context() as patched:
        patched.setattr(Bookmark, "save", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            note_entries(at=loops.at)
    assert told(exporter) == []
    loops.turn()
    loops.turn()
    assert told(exporter) == ["notice.decided"]


def test_what_was_before_the_first_turn_is_told_to_nobody():
    exporter = make_exporter()
    decided(Api(exporter), Api(make_assessor()))
    assert note_entries(at=timezone.now()) == 0
    assert not Notice.objects.exists()


def test_a_certificate_and_its_annulment_are_told_with_the_number(loops, folder, turns):
    exporter, certifier = make_exporter(), make_certifier()
    issued = certified(decided(Api(exporter), Api(make_assessor())), Api(certifier))
    turns.publish()
    order = {"ground": "error_in_certificate", "remark": "x"}
    answer = Api(certifier).post(f"/returns/{issued['id']}/annul", order)
    assert answer.status in {200, 201}, answer.data
    loops.turn()
    rows = Notice.objects.filter(user=exporter).order_by("pk")
    codes = [row.occasion.code for row in rows]
    assert codes == ["notice.decided", "notice.certified", "notice.annulled"]
    assert {row.occasion.number for row in rows[1:]} == {issued["number"]}
    assert rows[2].occasion.path == f"/certificate/{issued['id']}"
    assert told(certifier) == []


def test_an_annulment_abroad_reaches_the_post_that_decided(loops, partner, turns):
    customs = make_customs_officer()
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    issue = partner.issue()
    turns.follow(partner)
    lodged = Api(customs).post("/recognition/declaration", issue.declaration())
    path = f"/recognition/declaration/{lodged.data['id']}/accept"
    assert Api(customs).post(path, {"subject": issue.subject}).status in {200, 201}
    assert Decision.objects.exists()
    partner.enter(issue.annulment(turns.clock()))
    turns.follow(partner)
    loops.turn()
    assert told(customs) == ["notice.ended_abroad"]
    assert Occasion.objects.get(code="notice.ended_abroad").number


def test_a_day_that_nears_is_told_once_and_again_when_it_is_over(loops, monkeypatch):
    exporter, assessor = make_exporter(), make_assessor()
    submitted(Api(exporter))
    loops.turn()
    assert told(assessor) == []
    for days in (0, 30, 60):
        loops.wait(days=days, seconds=DEADLINES_EVERY.total_seconds())
        loops.turn()
        loops.turn()
    assert told(assessor).count("notice.overdue") == 1
    row = Notice.objects.get(user=assessor, occasion__code="notice.overdue")
    assert isinstance(row.occasion.due, date)
    assert told(exporter) == []


def test_administrators_hear_of_a_stopped_exchange(loops):
    admin = make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci"))
    from_trail(action="mirror.halted", subject="certorigin/AZ-1/x")
    loops.turn()
    assert told(admin) == ["notice.halted"]


def test_a_request_for_verification_reaches_the_body(loops, folder):
    certifier, assessor = make_certifier(), make_assessor()
    Verification.objects.create(
        request="urn:uuid:1",
        subject="urn:x",
        certificate_number="BYAZ1",
        number="1",
        body=certifier.organisation,
        asked_at=timezone.now(),
    )
    from_trail(action="returns.request_taken", subject="urn:x", request="urn:uuid:1")
    loops.turn()
    assert told(assessor) == ["notice.request_came"]
    assert told(make_assessor("elsewhere", "brest")) == []


def from_trail(**facts):
    services.record(by="", at=timezone.now(), **facts)


def test_the_bell_counts_and_the_list_leads_on(loops, client):
    exporter = make_exporter()
    application = decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    client.force_login(exporter)
    page = client.get("/notices/").content.decode()
    assert f"{application[:8]} was decided" in page
    assert '<span class="count">1<' in page
    row = Notice.objects.get(user=exporter)
    assert client.get(f"/notices/{row.pk}")["Location"] == f"/application/{application}"
    assert count_unread(exporter) == 0
    assert 'class="count"' not in client.get("/notices/").content.decode()


def test_all_are_marked_as_read_and_only_ones_own(loops, client):
    exporter, other = make_exporter(), make_exporter("rival", "rival-trader")
    decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    assert Api(other).post("/notices/read", {}).data == {"read": "0"}
    row = Notice.objects.get()
    assert Api(other).post("/notices/read", {"id": row.pk}).data == {"read": "0"}
    client.force_login(exporter)
    client.post("/notices/", {"order": "read"})
    assert count_unread(exporter) == 0
    (shown,) = Api(exporter).get("/notices").data
    assert (shown["is_read"], shown["code"]) == (True, "notice.decided")


def test_choices_are_kept_by_kind_and_told_to_programs(client):
    user = make_exporter()
    client.force_login(user)
    kinds = ("decision", "question", "deadline", "annulment", "verification", "fee", "alarm")
    form = {f"kinds.{kind}": "none" for kind in kinds} | {"kinds.decision": "digest"}
    assert client.post("/notices/choices", form).status_code == 302
    assert Api(user).put("/notices/choices", {"kinds": {"alarm": "at_once"}}).status == 204
    chosen = Api(user).get("/notices/choices").data
    assert chosen["kinds"]["decision"] == "digest"
    assert chosen["kinds"]["alarm"] == "at_once"
    assert chosen["kinds"]["question"] == "none"
    wrong = client.post("/notices/choices", form | {"kinds.decision": "pigeon"})
    assert wrong.status_code == 422


def test_a_page_of_every_person_in_every_language(client, loops):
    user = make_exporter()
    decided(Api(user), Api(make_assessor()))
    loops.turn()
    client.force_login(user)
    for language in ("en", "ru", "az", "be"):
        for path in ("/notices/", "/notices/choices", "/webhooks/", "/account/keys"):
            page = client.get(path, headers={"accept-language": language})
            assert page.status_code == 200
            assert "web." not in page.content.decode().replace("www.", "")


def test_deadlines_are_looked_for_every_quarter_of_an_hour(loops):
    loops.turn()
    before = Bookmark.objects.get().deadlines_at
    loops.wait(minutes=5)
    loops.turn()
    assert Bookmark.objects.get().deadlines_at == before
    loops.wait(seconds=DEADLINES_EVERY / timedelta(seconds=1))
    loops.turn()
    assert Bookmark.objects.get().deadlines_at > before


def test_no_page_is_loaded_while_the_database_is_locked(loops):
    """At the first notice a process loads every page: seconds, and SQLite has one writer."""
    decided(Api(make_exporter()), Api(make_assessor()))
    found = []

    def look(execute, sql, params, many, context):
        if "notices_bookmark" in sql and "deadlines_at" in sql:  # locked by the first of these
            found.append(get_resolver()._populated)
        return execute(sql, params, many, context)

    clear_url_caches()
    assert not get_resolver()._populated
    with connection.execute_wrapper(look):
        loops.turn()
    assert found[0]
