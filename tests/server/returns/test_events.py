"""Duplicates, substitutes, corrected versions, contracts of sale, on both sides of the border."""

from dataclasses import replace

import pytest
from django.utils import timezone

from certorigin.errors import ConflictError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act
from certorigin_server.application.models import Application
from certorigin_server.certification.events.services import put_back_made
from certorigin_server.certification.models import Certificate
from certorigin_server.certification.queries import boxes_of
from certorigin_server.mirror.models import Alarm
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.queries import standing_of
from certorigin_server.standing.relatives import relatives_of
from certorigin_server.users.power_services import revoke_power
from tests.server.factories import (
    Api,
    certified,
    client_of,
    consignment,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    make_power,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter(partner):
    return make_exporter()


@pytest.fixture
def officer(exporter):
    return make_certifier()


@pytest.fixture
def old(exporter, officer, exchange):
    """A certificate that both states hold."""
    made = certified(decided(Api(exporter), Api(make_assessor())), Api(officer))
    exchange()
    return made


def ask(person, old, event, reason, terms=None):
    order = {"event": event, "reason": reason, "terms": terms or {}}
    return Api(person).post(f"/returns/{old['id']}/events", order)


def make(officer, asked):
    return Api(officer).post(f"/returns/events/{asked.data['request']}/make", {})


def act_of(row):
    return Act.from_document(parse_strict(row.document.encode()))


def a_part(old, amount, gross):
    item = old["document"]["items"][0]
    quantity = item["quantity"] | {"value": amount}
    mass = {"unit": "KGM", "value": gross}
    part = {"sequence": "1", "packages": item["packages"], "quantity": quantity}
    part |= {"grossWeight": mass, "netWeight": item["netWeight"]}
    return {"importer": old["document"]["importer"], "items": [part]}


def status_of(person, subject):
    return Api(person).get(f"/returns/{subject}").data["status"]


def test_a_duplicate_is_asked_for_made_and_ends_the_original(old, exporter, officer, exchange):
    """Both pages link, box 5 has the mark, and the number is the next one (R46)."""
    here = f"/certification/{old['id']}"
    client, desk = client_of(exporter), client_of(officer)
    assert f"{here}/ask/duplicate" in client.get(here).content.decode()
    assert client.post(f"{here}/ask/duplicate", {"order": "ask"}).status_code == 422
    answer = client.post(f"{here}/ask/duplicate", {"reason": "lost", "order": "ask"})
    assert answer["Location"] == here
    (waits,) = Api(officer).get("/returns/events/waiting").data["events"]
    page = f"/certification/asked/{waits['request']}"
    assert page in desk.get("/certification/").content.decode()
    mark = f"Дубликат № {old['number']} от "
    assert mark in desk.get(page).content.decode()
    assert desk.post(page, {"order": "make"}).status_code == 422
    answer = desk.post(page, {"order": "make", "confirmed": "on"})
    new = Certificate.objects.get(event="duplicate")
    assert answer["Location"] == f"/certification/{new.pk}"
    issued = act_of(new.act)
    assert (new.serial, new.version, new.number == old["number"]) == (2, 1, False)
    assert issued.body["officialMarks"][0].startswith(mark)
    assert [cause.act for cause in issued.causes] == [old["act"]]
    assert issued.body["items"] == old["document"]["items"]
    exchange()
    assert (status_of(exporter, old["id"]), status_of(exporter, new.pk)) == ("replaced", "valid")
    assert new.number in client.get(here).content.decode()
    assert old["number"] in client.get(f"/certification/{new.pk}").content.decode()
    events = Api(exporter).get(f"/returns/{old['id']}/events").data["events"]
    assert [(one["event"], one["made"]) for one in events] == [("duplicate", new.pk)]
    assert ask(exporter, old, "duplicate", "lost").status == 409


def test_a_substitute_takes_no_more_than_the_base_still_covers(old, exporter, officer, exchange):
    total = int(old["document"]["items"][0]["quantity"]["value"])
    gross = old["document"]["items"][0]["grossWeight"]["value"]
    first = ask(exporter, old, "substitute", "split_release", a_part(old, str(total - 1), gross))
    second = ask(exporter, old, "substitute", "split_release", a_part(old, "2", gross))
    assert (first.status, second.status) == (201, 201), (first.data, second.data)
    made = make(officer, first)
    assert made.status == 201, made.data
    assert made.data["document"]["officialMarks"][0].startswith(
        f"Сертификат выдан на основании сертификата формы СТ-1 № {old['number']} от "
    )
    criterion = old["document"]["items"][0]["originCriterion"]
    assert made.data["document"]["items"][0]["originCriterion"] == criterion
    exchange()
    refused = make(officer, second)
    assert (refused.status, refused.data["code"]) == (409, "division.exceeds")
    assert Certificate.objects.count() == 2
    held = Api(exporter).get(f"/returns/{old['id']}").data
    assert (held["status"], held["items"][0]["remaining"]) == ("valid", "1")
    divided = act_of(SealedAct.objects.get(kind="Divided"))
    assert divided.body["substituteSubject"] == made.data["id"]
    answer = Api(officer).post(
        f"/returns/events/{second.data['request']}/refuse", {"reason": "Товар уже разделён"}
    )
    assert (answer.status, answer.data["refused"]) == (200, "Товар уже разделён")


def newspapers(exporter):
    """Hand in newspapers under a long-term contract, with box 10 empty; return the application."""
    sample = consignment()
    asked, worksheet = sample["application"], sample["worksheet"]
    (item,), (facts,) = asked["items"], worksheet["items"]
    for name in ("quantity", "grossWeight", "netWeight", "invoice", "value"):
        del item[name]
    del asked["invoice"], asked["invoiceTotal"]
    asked["longTermContract"] = True
    item |= {"tariffCode": "490210", "description": "Газета «Звезда», подписка"}
    paper = facts["materials"][2] | {"description": "Бумага газетная", "tariffCode": "480100"}
    facts |= {"tariffCode": "490210", "materials": [paper]}
    api = Api(exporter)
    row = api.post("/application", asked)
    path = f"/application/{row.data['id']}"
    assert api.put(f"{path}/worksheet", worksheet).status == 200
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    answer = api.post(f"{path}/submit", order)
    assert answer.status == 200, answer.data
    return row.data["id"]


def test_nothing_of_an_empty_box_10_goes_to_a_substitute_and_nothing_is_said_to_be_left(
    exporter, officer, exchange
):
    """R24 and R48 together: who can't tell how much is covered gives no part of it away."""
    application = newspapers(exporter)
    decide = Api(make_assessor()).post(
        f"/assessment/{application}/decide", {"worksheet_version": "1"}
    )
    assert decide.data["decision"] == "originating", decide.data
    papers = certified(application, Api(officer))
    exchange()
    (held,) = Api(exporter).get(f"/returns/{papers['id']}").data["items"]
    assert (held["quantity"], held["used"], held["remaining"]) == ("0", "0", None)
    part = a_part(papers, "10", "5")
    asked = ask(exporter, papers, "substitute", "split_release", part)
    assert (asked.status, asked.data["code"]) == (409, "division.not_counted")
    page = client_of(exporter).get(f"/application/{application}").content.decode()
    assert "box 10 is empty, nothing is counted against it" in page


def test_a_corrected_version_keeps_the_number_and_the_old_one_stays_to_be_read(
    old, exporter, officer, exchange
):
    terms = {"transport": {"means": "автомобиль", "route": "Минск - Баку"}}
    asked = ask(exporter, old, "correction", "misprint", terms)
    made = make(officer, asked)
    assert made.status == 201, made.data
    new = Certificate.objects.get(event="correction")
    assert (new.number, new.version) == (old["number"], 2)
    assert made.data["document"]["transport"]["route"] == "Минск - Баку"
    exchange()
    assert (status_of(exporter, old["id"]), status_of(exporter, new.pk)) == ("replaced", "valid")
    page = client_of(exporter).get(f"/certification/{old['id']}").content.decode()
    assert new.pk in page
    items = [{"sequence": "1", "quantity": {"unit": "H87", "value": "1"}}]
    answer = ask(exporter, made.data, "correction", "misprint", {"items": items})
    assert (answer.status, answer.data["code"]) == (400, "record.member_unknown")
    answer = ask(exporter, made.data, "correction", "misprint", {})
    assert answer.status == 422


def test_after_a_restore_a_version_stands_beside_the_one_before(old, exporter, officer):
    """Box 5 says from which certificate it was made; the request is lost."""
    first = Certificate.objects.get()
    mark = f"№ {old['number']} от 20.05.2026"
    boxes = boxes_of(first)
    version = replace(boxes, marks=(f"Исправленный экземпляр сертификата формы СТ-1 {mark}",))
    act = replace(act_of(first.act), subject=f"{first.pk}-2")
    Api(officer).post(f"/returns/{first.pk}/annul", {"ground": "error_in_certificate"})
    row = SealedAct.objects.get(kind="Annulled")  # a row that no certificate has yet
    assert not put_back_made(boxes, act, row)
    assert put_back_made(version, act, row)
    made = Certificate.objects.get(pk=act.subject)
    assert (made.number, made.version, made.application) == (first.number, 2, first.application)
    again = replace(boxes, marks=(f"Дубликат {mark}",))
    with pytest.raises(ConflictError, match=r"number_given_again"):
        put_back_made(again, replace(act, subject=f"{first.pk}-3"), row)


def test_nobody_makes_what_he_asked_for_himself(old, officer):
    client = client_of(officer)
    page = f"/certification/{old['id']}/enter/duplicate"
    assert client.post(page, {"reason": "damaged", "order": "ask"}).status_code == 302
    (waits,) = Api(officer).get("/returns/events/waiting").data["events"]
    answer = Api(officer).post(f"/returns/events/{waits['request']}/make", {})
    assert (answer.status, answer.data["code"]) == (403, "certification.two_persons")


def test_a_contract_is_recorded_only_where_one_is_awaited(old, officer):
    page = f"/certification/{old['id']}/sale"
    buyer = old["document"]["importer"]
    typed = {"contract.number": "К-17", "contract.date": "2026-05-20"}
    typed |= {f"buyer.{name}": buyer[name] for name in ("name", "address", "country")}
    assert client_of(officer).post(page, typed).status_code == 409
    assert client_of(officer).post(page, {}).status_code == 422


def small(old, net):
    """One piece of the first item, which weighs `net`."""
    part = a_part(old, "1", net)
    one = part["items"][0]
    one["netWeight"] = {"unit": "KGM", "value": net}
    one["packages"] = {"count": "1", "kind": "CT"}
    return part


def test_masses_of_several_substitutes_are_summed_against_the_base(old, exporter, officer):
    net = old["document"]["items"][0]["netWeight"]["value"]
    ask_for = ("substitute", "split_release")
    assert make(officer, ask(exporter, old, *ask_for, small(old, net))).status == 201
    refused = ask(exporter, old, *ask_for, small(old, "1"))
    assert (refused.status, refused.data["code"]) == (409, "division.exceeds")
    assert refused.data["facts"]["unit"] == "KGM"


def test_a_substitute_of_an_annulled_base_is_work_for_its_body(old, exporter, officer, exchange):
    """It does not end by itself: an officer annuls it, has it replaced, or notes why it stays."""
    made = make(officer, ask(exporter, old, "substitute", "split_release", small(old, "1"))).data
    exchange()
    body = {"ground": "issued_unlawfully"}
    assert Api(officer).post(f"/returns/{old['id']}/annul", body).status in {200, 201}
    exchange()
    assert status_of(exporter, made["id"]) == "valid"
    desk = client_of(officer)
    assert made["number"] in desk.get("/mirror/fallen").content.decode()
    (alarm,) = Alarm.objects.filter(code="alarm.base_annulled")
    assert (alarm.subject, alarm.ended_at) == (made["id"], None)
    told = [one.what for one in relatives_of(standing_of(made["id"], at=timezone.now()))]
    assert told == ["web.event_from_annulled"]
    codes = [one.code for one in standing_of(made["id"], at=timezone.now()).findings]
    assert codes == ["standing.base_annulled"]
    assert Api(officer).post(f"/returns/{made['id']}/annul", body).status in {200, 201}
    alarm.refresh_from_db()
    assert alarm.ended_at is not None


def test_a_part_that_is_on_its_way_to_the_log_is_not_divided_again(old, exporter, officer):
    """Two substitutes in one moment: of the first no log holds anything yet (R48)."""
    total = int(old["document"]["items"][0]["quantity"]["value"])
    gross = old["document"]["items"][0]["grossWeight"]["value"]
    first = ask(exporter, old, "substitute", "split_release", a_part(old, str(total - 1), gross))
    second = ask(exporter, old, "substitute", "split_release", a_part(old, "2", gross))
    assert make(officer, first).status == 201
    refused = make(officer, second)
    assert (refused.status, refused.data.get("code")) == (409, "division.exceeds")


def test_who_only_sees_a_certificate_asks_for_nothing_in_its_exporters_name(old, exporter):
    """An agent sees for ever what it handed in, and acts only while its power holds (R60)."""
    agent = make_exporter("agent", "broker")
    power = make_power(exporter, "broker")
    Application.objects.update(power=power, submitted_by=agent)
    revoke_power(power=power.pk, by=exporter, at=timezone.now())
    assert Api(agent).get(f"/certification/{old['id']}").status == 200
    refused = ask(agent, old, "duplicate", "lost")
    assert (refused.status, refused.data["code"]) == (403, "application.no_power")
    make_power(exporter, "broker")
    assert ask(agent, old, "duplicate", "lost").status == 201
