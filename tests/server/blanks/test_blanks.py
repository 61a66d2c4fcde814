"""The register of blanks: received, used by a handover, spoiled, destroyed, counted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin_server.blanks.models import Delivery, Destruction, SafeCount, Spoiled, Use
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.queries import entries_of_action
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_exporter,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DELIVERY = {"blanks": "АБ 0001000 - АБ 0001009", "supplier": "Гознак", "document": "накладная 5"}
PAPER = {"handed_to": "Иванова А. П.", "authority": "доверенность 7"}


@pytest.fixture
def certifier():
    return make_certifier()


@pytest.fixture
def api(certifier):
    return Api(certifier)


def receive(api, **changes):
    given = DELIVERY | {"received_on": TODAY().isoformat()} | changes
    return api.post("/blanks/received", given)


def spoil(api, blank, reason="брак печати"):
    return api.post("/blanks/spoiled", {"blank": blank, "reason": reason})


def destroy(api, blanks, protocol="1"):
    told = {"protocol": protocol, "witnesses": "Петров, Сидорова"}
    day = TODAY().isoformat()
    return api.post("/blanks/destroyed", {"blanks": blanks, "destroyed_on": day, **told})


def counts(api):
    return {name: int(number) for name, number in api.get("/blanks").data["counts"].items()}


def test_what_is_received_is_free_until_it_is_used_spoiled_or_destroyed(api):
    assert receive(api).status == 201
    assert spoil(api, "АБ 0001003").status == 201
    assert counts(api) == {
        "received": 10,
        "used": 0,
        "spoiled": 1,
        "destroyed": 0,
        "in_safe": 10,
        "free": 9,
    }
    assert destroy(api, "АБ 0001003").status == 201
    told = api.get("/blanks").data
    assert told["free"] == ["АБ0001000 - АБ0001002", "АБ0001004 - АБ0001009"]
    assert (counts(api)["in_safe"], counts(api)["destroyed"]) == (9, 1)


@pytest.mark.parametrize(
    ("blanks", "status", "code"),
    [
        ("АБ 0001009 - АБ 0001020", 409, "blank.received_twice"),
        ("АБ 0001005", 409, "blank.received_twice"),
        ("АБ 0000990 - АБ 0002000", 409, "blank.received_twice"),
        ("АБ 0001010 - АБ 0001020", 201, None),
        ("ВГ 0001000", 201, None),
        ("АБ 001000", 201, None),
        ("АБ", 400, "blank.malformed"),
        ("АБ 0000001 - АБ 9999999", 413, "blank.too_many"),
    ],
)
def test_no_blank_is_received_twice(api, blanks, status, code):
    receive(api)
    answer = receive(api, blanks=blanks)
    assert (answer.status, answer.data.get("code")) == (status, code)


def test_a_delivery_of_tomorrow_is_refused(api):
    tomorrow = (TODAY() + timedelta(days=1)).isoformat()
    assert receive(api, received_on=tomorrow).data["code"] == "blank.day_ahead"
    assert not Delivery.objects.exists()


def test_a_blank_is_spoiled_once_and_only_when_it_is_there(api):
    receive(api)
    assert spoil(api, "АБ 0001010").data["code"] == "blank.not_received"
    assert spoil(api, "АБ 0001001", reason=" ").data["code"] == "record.member_missing"
    assert spoil(api, "АБ 0001001").status == 201
    assert spoil(api, "аб-0001001").data["code"] == "blank.spoiled"


def test_only_spoiled_blanks_are_destroyed_and_all_of_a_protocol_or_none(api):
    receive(api)
    for number in ("0001001", "0001002"):
        spoil(api, f"АБ {number}")
    answer = destroy(api, "АБ 0001001 - АБ 0001003")
    assert (answer.status, answer.data["code"]) == (409, "blank.not_spoiled")
    assert not Destruction.objects.exists()
    assert counts(api)["spoiled"] == 2
    assert destroy(api, "АБ 0001001\nАБ 0001002").status == 201
    assert destroy(api, "АБ 0001001", protocol="2").data["code"] == "blank.not_spoiled"
    spoil(api, "АБ 0001004")
    assert destroy(api, "АБ 0001004").data["code"] == "blank.protocol_used"


def take_back(api, blank, reason="опечатка в номере"):
    return api.post("/blanks/taken-back", {"blank": blank, "reason": reason})


def test_a_blank_spoiled_by_mistake_is_free_again_and_both_notes_stay(api, certifier):
    receive(api)
    assert take_back(api, "АБ 0001001").data["code"] == "blank.not_waiting"
    spoil(api, "АБ 0001001", reason="залит чаем")
    assert take_back(api, "АБ 0001001", reason=" ").data["code"] == "record.member_missing"
    assert take_back(api, "АБ 0001001").status == 201
    assert take_back(api, "АБ 0001001").data["code"] == "blank.not_waiting"
    assert destroy(api, "АБ 0001001").data["code"] == "blank.not_spoiled"
    assert (counts(api)["spoiled"], counts(api)["free"]) == (0, 10)
    row = Spoiled.objects.get()
    assert (row.reason, row.taken_back_because) == ("залит чаем", "опечатка в номере")
    assert row.taken_back_by == certifier
    shown = client_of(certifier).get("/blanks/").content.decode()
    assert "залит чаем" in shown
    assert "опечатка в номере" in shown


def test_what_was_taken_back_is_spoiled_and_destroyed_as_any_other(api):
    receive(api)
    spoil(api, "АБ 0001001")
    assert take_back(Api(make_certifier("brest", "brest")), "АБ 0001001").status == 409
    take_back(api, "АБ 0001001")
    assert spoil(api, "АБ 0001001", reason="разорван").status == 201
    assert destroy(api, "АБ 0001001").status == 201
    assert take_back(api, "АБ 0001001").data["code"] == "blank.not_waiting"
    for change in ({"taken_back_at": None}, {"taken_back_because": "x"}, {"reason": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Spoiled.objects.filter(destruction=None).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Spoiled.objects.exclude(destruction=None).update(taken_back_because="x")


def take_delivery_back(api, blanks=DELIVERY["blanks"], reason="введён не тот номер"):
    return api.post("/blanks/received/taken-back", {"blanks": blanks, "reason": reason})


def test_a_delivery_noted_by_mistake_was_never_received_and_its_note_stays(api, certifier):
    receive(api, blanks="АБ 0002000 - АБ 0002009")
    assert take_delivery_back(api, blanks="АБ 0002000").data["code"] == "blank.no_delivery"
    assert take_delivery_back(api, blanks="АБ 0002000 - АБ 0002009", reason=" ").status == 400
    brest = Api(make_certifier("brest", "brest"))
    assert take_delivery_back(brest, blanks="АБ 0002000 - АБ 0002009").status == 409
    assert take_delivery_back(api, blanks="АБ 0002000 - АБ 0002009").status == 201
    assert take_delivery_back(api, blanks="АБ 0002000 - АБ 0002009").status == 409
    assert (counts(api)["received"], counts(api)["in_safe"]) == (0, 0)
    assert spoil(api, "АБ 0002001").data["code"] == "blank.not_received"
    assert api.post("/blanks/counted", {"found": ""}).data["missing"] == []
    row = Delivery.objects.get()
    assert (row.taken_back_because, row.taken_back_by) == ("введён не тот номер", certifier)
    (entry,) = entries_of_action("blank.delivery_taken_back", after=0, limit=9)
    assert (entry.actor, "АБ0002000 - АБ0002009" in entry.facts) == (certifier.username, True)
    for change in ({"taken_back_at": None}, {"taken_back_because": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Delivery.objects.update(**change)
    assert receive(api).status == 201
    assert receive(api, blanks="АБ 0002005 - АБ 0002014").status == 201
    assert counts(api)["received"] == 20


def test_a_delivery_stays_once_something_happened_to_one_of_its_blanks(api, made):
    receive(api)
    spoil(api, "АБ 0001003")
    refused = take_delivery_back(api)
    assert (refused.status, refused.data["code"]) == (409, "blank.delivery_touched")
    assert refused.data["facts"]["blank"] == "АБ0001003"
    take_back(api, "АБ 0001003")
    assert hand(api, made, "АБ 0001004").status == 201
    assert take_delivery_back(api).data["facts"]["blank"] == "АБ0001004"
    assert counts(api)["received"] == 10


def test_without_its_only_delivery_a_body_keeps_no_register_again(api, made):
    receive(api)
    take_delivery_back(api)
    assert hand(api, made, "77").status == 201
    assert not Use.objects.exists()


def test_the_page_takes_a_delivery_back_and_shows_why(certifier):
    client = client_of(certifier)
    form = DELIVERY | {"received_on": f"{TODAY():%d.%m.%Y}"}
    client.post("/blanks/receive", form)
    path = "/blanks/delivery-back"
    assert f"{path}?blanks=" in client.get("/blanks/").content.decode()
    noted = {"blanks": "АБ0001000 - АБ0001009"}
    assert noted["blanks"] in client.get(path, noted).content.decode()
    assert client.post(path, noted | {"reason": "не та партия"}).status_code == 302
    refused = client.post(path, noted | {"reason": "ещё раз"})
    assert refused.status_code == 409
    assert "ещё раз" in refused.content.decode()
    shown = client.get("/blanks/").content.decode()
    assert "не та партия" in shown
    assert f"{path}?blanks=" not in shown


def test_a_count_names_what_is_missing_and_what_is_too_many(api):
    receive(api)
    answer = api.post("/blanks/counted", {"found": "АБ 0001000 - АБ 0001007, ВГ 0000001"})
    assert answer.data | {"at": ""} == {
        "at": "",
        "expected": "10",
        "missing": ["АБ0001008 - АБ0001009"],
        "surplus": ["ВГ0000001"],
    }
    assert api.post("/blanks/counted", {"found": DELIVERY["blanks"]}).data["missing"] == []
    assert api.post("/blanks/counted", {"found": ""}).data["missing"] == ["АБ0001000 - АБ0001009"]


@pytest.fixture
def made(settings, certifier):
    """A certificate on paper, published."""
    system = settings.SYSTEM
    (corridor,) = system.corridors
    paper = replace(corridor, document_medium="paper+record")
    settings.SYSTEM = replace(system, corridors=(paper,))
    subject = certified(decided(Api(make_exporter()), Api(make_assessor())), Api(certifier))
    SealedAct.objects.filter(sealed=None).update(sealed="{}")
    SealedAct.objects.filter(published_at=None).update(published_at=timezone.now())
    return subject["id"]


def hand(api, subject, blank):
    return api.post(f"/certification/{subject}/handover", PAPER | {"blank": blank})


def test_without_a_register_any_blank_is_taken(api, made):
    assert hand(api, made, "77").status == 201
    assert not Use.objects.exists()


def test_with_a_register_the_blank_of_a_handover_is_used(api, made):
    receive(api)
    for blank, code in (("АБ 0002000", "blank.not_received"), ("x", "blank.malformed")):
        assert hand(api, made, blank).data["code"] == code
    spoil(api, "АБ 0001001")
    assert hand(api, made, "АБ 0001001").data["code"] == "blank.spoiled"
    assert hand(api, made, "АБ 0001002").status == 201
    assert Use.objects.get().subject == made
    assert api.get("/blanks").data["used"] == ["АБ0001002"]
    assert spoil(api, "АБ 0001002").data["code"] == "blank.used"


def test_bodies_do_not_see_each_others_blanks(api):
    receive(api)
    brest = Api(make_certifier("brest", "brest"))
    assert brest.get("/blanks").data["received"] == []
    assert brest.get("/blanks", body="minsk").status == 404
    assert receive(brest).status == 201
    assert Api(make_auditor()).get("/blanks", body="minsk").data["counts"]["received"] == "10"


def test_the_database_keeps_what_was_noted(api):
    receive(api)
    spoil(api, "АБ 0001001")
    destroy(api, "АБ 0001001")
    api.post("/blanks/counted", {"found": ""})
    changes = (
        (Delivery, {"last": 5000}),
        (Spoiled, {"reason": "x"}),
        (Spoiled, {"destruction": None}),
        (Destruction, {"protocol": "9"}),
        (SafeCount, {"missing": ""}),
    )
    for table, change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.all().delete()


def test_the_pages_note_the_same_and_lose_nothing_typed(certifier):
    client = client_of(certifier)
    form = DELIVERY | {"received_on": f"{TODAY():%d.%m.%Y}"}
    assert client.post("/blanks/receive", form).status_code == 302
    again = client.post("/blanks/receive", form)
    assert again.status_code == 409
    assert "накладная 5" in again.content.decode()
    wrong = client.post("/blanks/spoil", {"blank": "АБ", "reason": "залит чаем"})
    assert wrong.status_code == 422
    assert "залит чаем" in wrong.content.decode()
    assert client.post("/blanks/spoil", {"blank": "АБ 0001001", "reason": "x"}).status_code == 302
    assert "АБ0001001" in client.get("/blanks/destroy").content.decode()
    back = "/blanks/back"
    assert f"{back}?blank=" in client.get("/blanks/").content.decode()
    assert "АБ0001001" in client.get(back, {"blank": "АБ0001001"}).content.decode()
    told = {"blank": "АБ 0001001", "reason": "запись по ошибке"}
    assert client.post(back, told).status_code == 302
    refused = client.post(back, told)
    assert refused.status_code == 409
    assert "запись по ошибке" in refused.content.decode()
    assert client.post("/blanks/spoil", {"blank": "АБ 0001001", "reason": "x"}).status_code == 302
    shown = client.get("/blanks/").content.decode()
    assert "АБ0001000" in shown
    assert "АБ0001002 - АБ0001009" in shown
    counted = client.post("/blanks/count", {"found": "АБ 0001000 - АБ 0001008"}, follow=True)
    assert "АБ0001009" in counted.content.decode()
