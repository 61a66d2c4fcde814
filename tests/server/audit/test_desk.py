"""The auditor's desk: the trail by filters and keys, sealed exports, samples that repeat."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from certorigin.audit.export import verify_export
from certorigin.audit.sample import draw
from certorigin.errors import FindingsError, UnknownError, VerificationError
from certorigin_server.audit import services
from certorigin_server.audit.checklist import checklist_of
from certorigin_server.audit.models import AuditFinding, Drawn, Sample
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.trust import get_trust
from certorigin_server.trail.models import TrailEntry, TrailHead
from certorigin_server.trail.queries import TrailFilter, actions, find_entries
from certorigin_server.trail.services import record, record_read
from certorigin_server.users.models import Organisation
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
)
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def auditor():
    return make_auditor(body="belcci")


@pytest.fixture
def client(auditor):
    client = Client(headers={"accept-language": "en"})
    client.force_login(auditor)
    return client


@pytest.fixture
def subject(partner, turns):
    """One certificate that both states hold."""
    application = decided(Api(make_exporter()), Api(make_assessor()))
    found = certified(application, Api(make_certifier()))["id"]
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    return found


def sampled(auditor, **more):
    today = timezone.localdate()
    facts = {"kind": "certificates", "start": today - DAY, "end": today + DAY, "body": None}
    facts |= {"size": 5, "seed": "", "by": auditor, "at": timezone.now()}
    return services.draw_sample(**(facts | more))


def lines(content):
    return content.splitlines(keepends=True)


# -- the trail ------------------------------------------------------------------------------------


def write(count, **facts):
    at = timezone.now()
    for number in range(count):
        told = {"by": "olga", "action": "test.done", "subject": f"urn:x:{number}"} | facts
        record(at=at, **told)


def test_the_trail_is_paged_by_its_own_numbers(client):
    write(120)
    page = client.get("/audit/")
    assert len(page.context["entries"]) == 50
    write(7)  # what comes meanwhile moves nothing
    following = client.get("/audit/", {"before": page.context["further"]})
    shown = [one.sequence for one in (*page.context["entries"], *following.context["entries"])]
    assert shown == list(range(120, 20, -1))
    last = client.get("/audit/", {"before": 21})
    assert (len(last.context["entries"]), last.context["further"]) == (20, None)


def test_the_trail_is_asked_by_person_act_subject_and_period():
    write(3)
    write(2, by="anna")
    write(1, action="other.done", subject="urn:y")
    record_read(by="anna", at=timezone.now(), subject="urn:x:1")
    asked = {
        TrailFilter(actor="anna"): 3,
        TrailFilter(action="test.done"): 5,
        TrailFilter(action="test"): 0,
        TrailFilter(action="trail.read"): 1,
        TrailFilter(subject="urn:x:1"): 3,
        TrailFilter(actor="anna", subject="urn:x:1"): 2,
        TrailFilter(start=timezone.now() + DAY): 0,
        TrailFilter(end=timezone.now() + DAY): 7,
        TrailFilter(end=timezone.now() - DAY): 0,
    }
    assert {one: len(find_entries(one)) for one in asked} == asked
    assert actions() == ["other.done", "test.done", "trail.read"]


def test_the_trail_is_read_to_the_end_of_the_calendar(client, auditor):
    last = "9999-12-31"
    assert client.get(f"/audit/?end={last}").status_code == 200
    assert Api(auditor).get("/audit/trail", end=last).status == 200
    form = {"start": "2020-01-01", "end": last}
    with transaction.atomic():
        record(by="olga", at=timezone.now(), action="a.b", subject="x")
    assert client.post("/audit/export", form).status_code == 200
    assert Api(auditor).post("/audit/export", **(form | {"start": last})).status == 404


def test_a_day_that_is_none_is_told_and_stays(client):
    page = client.get("/audit/", {"start": "32.01.2026", "actor": "olga"})
    assert page.status_code == 422
    assert 'value="32.01.2026"' in page.content.decode()
    assert client.get("/audit/", {"before": "x"}).status_code == 200


def test_the_page_says_whether_the_chain_holds(client):
    write(3)
    assert "The chain holds" in client.get("/audit/", {"verify": "yes"}).content.decode()
    TrailHead.objects.update(hash="0" * 64)
    assert "broken at entry 4" in client.get("/audit/", {"verify": "yes"}).content.decode()


# -- exports --------------------------------------------------------------------------------------


def test_an_export_is_verified_by_an_outsider(client, auditor):
    write(5)
    today = timezone.localdate().isoformat()
    answer = client.post("/audit/export", {"start": today, "end": today})
    content = answer.getvalue()
    found = verify_export(lines(content), get_trust())
    assert (found.head.installation, found.head.first, found.head.last) == ("BY-1", 1, 5)
    assert "attachment" in answer["Content-Disposition"]
    told = TrailEntry.objects.order_by("-sequence").first()
    assert (told.action, told.actor) == ("audit.exported", "auditor")
    forged = content.replace(b'"actor":"olga"', b'"actor":"eve"', 1)
    with pytest.raises(VerificationError):
        verify_export(lines(forged), get_trust())


def test_a_part_of_the_trail_goes_on_from_what_was_before():
    old = timezone.now() - 3 * DAY
    record(by="olga", at=old, action="test.done", subject="urn:old")
    write(2)
    made = services.export_trail(
        start=timezone.now() - DAY,
        end=timezone.now() + DAY,
        sealer=get_keyring().named("gateway"),
        by=make_auditor(),
        at=timezone.now(),
    )
    found = verify_export(list(made), get_trust())
    assert (found.head.first, found.head.last) == (2, 3)
    assert found.head.previous == TrailEntry.objects.get(sequence=1).hash


def test_an_empty_period_and_a_missing_day_are_told(client):
    assert (
        client.post("/audit/export", {"start": "2020-01-01", "end": "2020-01-02"}).status_code
        == 422
    )
    page = client.post("/audit/export", {"start": "2026-01-02", "end": "x"})
    assert (page.status_code, 'value="2026-01-02"' in page.content.decode()) == (422, True)
    assert not TrailEntry.objects.filter(action="audit.exported").exists()


# -- samples --------------------------------------------------------------------------------------


def test_a_sample_can_be_drawn_again_from_what_the_page_gives(client, auditor, subject):
    sample = sampled(auditor, seed="0123abcd")
    names = client.get(f"/audit/samples/{sample.pk}/population").content.decode().split()
    drawn = [one.name for one in Drawn.objects.all()]
    assert drawn == list(draw(names, seed="0123abcd", size=5)) == [subject]
    page = client.get(f"/audit/samples/{sample.pk}").content.decode()
    assert "0123abcd" in page
    assert "ST-1 BYAZ" in page
    assert sample.population_digest in page
    assert "the same today" in page


def test_a_seed_is_made_where_none_is_given_and_stands_in_the_trail(auditor, subject):
    first, second = sampled(auditor), sampled(auditor)
    assert first.seed != second.seed
    told = TrailEntry.objects.filter(action="audit.sample_drawn")
    assert [json.loads(one.facts)["seed"] for one in told] == [first.seed, second.seed]


def test_everything_wrong_with_a_sample_is_told_at_once(client):
    fields = {"kind": "x", "start": "2026-02-01", "end": "2026-01-01", "size": "x", "body": "mars"}
    page = client.post("/audit/samples", fields)
    told = {(one.told.code, one.told.place) for one in page.context["form"].errors}
    assert page.status_code == 422
    assert told == {
        ("administration.period_crosswise", "end"),
        ("organisation.unknown", "body"),
        ("audit.size_out_of_range", "size"),
    }
    assert not Sample.objects.exists()


def test_an_empty_population_gives_no_sample(auditor):
    with pytest.raises(FindingsError) as refused:
        sampled(auditor, start=date(2020, 1, 1), end=date(2020, 1, 2))
    assert [one.code for one in refused.value.findings] == ["audit.population_empty"]


def test_the_checklist_looks_at_the_whole_journey(client, auditor, subject):
    sample = sampled(auditor)
    points = checklist_of("certificates", subject, user=auditor, at=timezone.now()).points
    assert [one.title.removeprefix("web.") for one in points] == [
        "journey",
        "application",
        "worksheet",
        "decision",
        "second_person",
        "certificate",
        "log_proof",
        "use",
    ]
    assert {one.title: one.holds for one in points if one.title != "web.journey"} == {
        one.title: True for one in points if one.title != "web.journey"
    }
    page = client.get(f"/audit/samples/{sample.pk}/1")
    assert page.status_code == 200
    read = TrailEntry.objects.filter(action="trail.read", subject=subject, actor="auditor")
    assert read.count() == 1


def test_a_finding_stays_and_a_later_one_stands_beside_it(client, auditor, subject):
    sample = sampled(auditor)
    path = f"/audit/samples/{sample.pk}/1"
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"outcome": "remark", "remark": " "}).status_code == 422
    client.post(path, {"outcome": "remark", "remark": "box 13 is illegible"})
    client.post(path, {"outcome": "in_order"})
    assert [one.outcome for one in AuditFinding.objects.all()] == ["remark", "in_order"]
    page = client.get(f"/audit/samples/{sample.pk}").content.decode()
    assert re.search(r"1 / 1", page)
    assert "All of the sample" in page
    for rows in (AuditFinding.objects.all(), Drawn.objects.all(), Sample.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditFinding.objects.update(outcome="in_order")


def test_decisions_of_customs_are_sampled_too(client, auditor, partner, turns):
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    issue = partner.issue()
    turns.follow(partner)
    customs = Api(make_customs_officer())
    lodged = customs.post("/recognition/declaration", issue.declaration()).data["id"]
    order = {"subject": issue.subject}
    answer = customs.post(f"/recognition/declaration/{lodged}/accept", order)
    assert answer.status < 300, answer.data
    sample = sampled(auditor, kind="decisions")
    (drawn,) = sample.drawn.all()
    points = checklist_of("decisions", drawn.name, user=auditor, at=timezone.now()).points
    assert [one.holds for one in points] == [True, None, True, None]
    assert client.get(f"/audit/samples/{sample.pk}/1").status_code == 200


def test_an_auditor_of_one_body_draws_from_it_alone(auditor, subject):
    elsewhere = make_auditor("brest-auditor", body="brest")
    with pytest.raises(FindingsError):
        sampled(elsewhere)
    sample = sampled(auditor)
    client = Client()
    client.force_login(elsewhere)
    assert client.get(f"/audit/samples/{sample.pk}").status_code == 404
    with pytest.raises(UnknownError):
        checklist_of("certificates", subject, user=elsewhere, at=timezone.now())


def test_the_machine_interface_does_the_same(auditor, subject):
    api = Api(auditor)
    today = timezone.localdate().isoformat()
    order = {"kind": "certificates", "start": today, "end": today, "size": "3"}
    sample = api.post("/audit/sample", order)
    assert (sample.status, sample.data["drawn"][0]["name"]) == (201, subject)
    path = f"/audit/sample/{sample.data['id']}"
    assert api.post(f"{path}/1/finding", {"outcome": "in_order"}).status == 201
    assert api.get(path).data["drawn"][0]["findings"][0]["outcome"] == "in_order"
    assert api.post(f"{path}/2/finding", {"outcome": "in_order"}).status == 404
    entries = api.get("/audit/trail", action="audit.found").data
    assert [one["subject"] for one in entries] == [subject]
    older = api.get("/audit/trail", before=entries[0]["sequence"]).data
    assert int(older[0]["sequence"]) == int(entries[0]["sequence"]) - 1
    headers = {"authorization": api._headers["authorization"]}
    raw = Client().post(f"/api/v1/audit/export?start={today}&end={today}", headers=headers)
    assert verify_export(lines(raw.getvalue()), get_trust()).head.first == 1
