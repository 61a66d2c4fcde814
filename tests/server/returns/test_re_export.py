"""Goods that the partner certified go further, on the strength of its certificate (R48)."""

import pytest
from django.utils import timezone

from certorigin_server.certification.models import Certificate, ReExport
from certorigin_server.fees.services import set_rules
from certorigin_server.fees.worker import FeeLoop
from certorigin_server.mirror.models import Alarm
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.queries import standing_of
from certorigin_server.standing.relatives import relatives_of
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.server.factories import Api, client_of, make_certifier, make_exporter, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def wine(partner, exchange):
    """A certificate of Azerbaijan's that our mirror holds."""
    made = partner.issue()
    exchange()
    return made


@pytest.fixture
def holder(wine):
    """The company that box 2 of it names, by its register number."""
    user, importer = make_exporter("holder", "importer"), wine.boxes.importer
    facts = {"name": importer.name, "address": importer.address}
    facts |= {"identifier_scheme": importer.identifier.scheme}
    facts |= {"identifier": importer.identifier.value}
    Organisation.objects.filter(pk=user.organisation_id).update(**facts)
    user.organisation.refresh_from_db()
    return user


@pytest.fixture
def officer(holder):
    return make_certifier()


def terms(wine, amount, *, whole=True):
    item = wine.boxes.to_data()["items"][0]
    part = {"sequence": "1", "invoice": {"number": "RE-5", "date": f"{wine.at.date()}"}}
    part |= {"quantity": item["quantity"] | {"value": amount}, "packages": item["packages"]}
    part |= {name: item[name] for name in ("grossWeight", "netWeight")}
    if not whole:
        part["packages"] = part["packages"] | {"count": "1"}
        part |= {name: {"unit": "KGM", "value": "1"} for name in ("grossWeight", "netWeight")}
    importer = {"name": "Xəzər Ticarət MMC", "address": "AZ1010, Bakı, Nizami küç., 5"}
    return {"presentedIn": "AZ", "importer": importer | {"country": "AZ"}, "items": [part]}


def order(wine, amount, **changes):
    base = {"number": wine.number, "issued_on": f"{wine.at.date()}", "issued_in": "AZ"}
    given = {"base": base, "body": "minsk", "confirmed": True}
    return given | {"terms": terms(wine, amount, **changes)}


def became(holder):
    return [row["outcome"] for row in Api(holder).get("/application").data["applications"]]


def make(officer, asked):
    return Api(officer).post(f"/re-export/{asked.data['request']}/make", {})


def test_a_part_goes_further_and_the_partner_sees_what_it_took(wine, holder, officer, exchange):
    """Asked for on the page, certified at the desk: criterion, country and mark are the base's."""
    client, desk = client_of(holder), client_of(officer)
    page = "/certification/re-export"
    named = {"number": wine.number, "date": f"{wine.at.date()}", "state": "AZ"}
    answer = client.post(page, named | {"order": "ask"})
    assert answer["Location"] == f"{page}/{wine.subject}"
    assert wine.boxes.items[0].description in client.get(answer["Location"]).content.decode()
    assert client.post(answer["Location"], {"order": "ask"}).status_code == 422
    asked = Api(holder).post("/re-export", order(wine, "2", whole=False))
    assert asked.status == 201, asked.data
    assert became(holder) == ["to_certify"]
    waits = ReExport.objects.get()
    here = f"{page}/{waits.pk}"
    assert here in desk.get("/certification/").content.decode()
    assert f"СТ-1 № {wine.number} от " in desk.get(here).content.decode()
    assert desk.post(here, {"order": "make"}).status_code == 422
    answer = desk.post(here, {"order": "make", "confirmed": "on"})
    made = Certificate.objects.get()
    assert became(holder) == ["certified"]
    assert answer["Location"] == f"/certification/{made.pk}"
    assert wine.number in desk.get(answer["Location"]).content.decode()
    assert client.get(f"/application/{made.application_id}").status_code == 200
    exchange()
    theirs = standing_of(wine.subject, at=timezone.now())
    (part,) = theirs.parts
    assert part.body.substitute_subject == made.pk
    assert [one.number for one in relatives_of(theirs)] == [made.number]
    ours = standing_of(made.pk, at=timezone.now())
    boxes = ours.certificate
    assert str(ours.status) == "valid"
    assert (boxes.issued_in, boxes.presented_in, boxes.declaration.country) == ("BY", "AZ", "AZ")
    assert boxes.items[0].criterion == wine.boxes.items[0].criterion
    assert boxes.exporter.name == holder.organisation.name
    assert boxes.marks[0].endswith(f", {wine.boxes.certification.body_name}")
    assert [one.subject for one in relatives_of(ours)] == [wine.subject]


def test_no_more_goes_than_is_left_and_nothing_on_a_base_that_has_ended(
    wine, partner, holder, officer, exchange
):
    """Counted are earlier parts, also on their way, in masses and places too."""
    total = wine.boxes.items[0].quantity.value
    first = Api(holder).post("/re-export", order(wine, f"{total - 1:f}"))
    second = Api(holder).post("/re-export", order(wine, "2", whole=False))
    third = Api(holder).post("/re-export", order(wine, "1", whole=False))
    assert (first.status, second.status, third.status) == (201, 201, 201)
    assert make(officer, first).status == 201
    refused = make(officer, second)
    assert (refused.status, refused.data["code"]) == (409, "division.exceeds")
    refused = make(officer, third)
    assert (refused.status, refused.data["facts"]["unit"]) == (409, "KGM")
    partner.enter(wine.annulment(partner.clock()))
    exchange()
    (alarm,) = Alarm.objects.filter(code="alarm.base_annulled")
    assert alarm.subject == Certificate.objects.get().pk
    refused = make(officer, third)
    assert (refused.status, refused.data["code"]) == (409, "re_export.base_not_verified")
    assert SealedAct.objects.filter(kind="Divided").count() == 1
    answer = Api(officer).post(f"/re-export/{third.data['request']}/refuse", {"reason": "Отозван"})
    assert (answer.status, answer.data["refused"]) == (200, "Отозван")
    assert became(holder).count("refused") == 1
    page = client_of(holder).get(f"/application/{third.data['application']}")
    assert "Отозван" in page.content.decode()


def test_only_who_received_the_goods_asks(wine, holder, officer):
    stranger = make_exporter("stranger", "another")
    assert Api(stranger).post("/re-export", order(wine, "1")).status == 404
    assert client_of(stranger).get(f"/certification/re-export/{wine.subject}").status_code == 404
    unconfirmed = order(wine, "1") | {"confirmed": False}
    assert Api(holder).post("/re-export", unconfirmed).status == 422


def test_it_costs_what_a_substitute_costs_and_waits_where_the_body_says_so(wine, holder, officer):
    line = {"number": "4", "unit": "certificate", "amount": "30"}
    lines = [line | {"name": "Substitute", "event": "substitute"}]
    lines.append(line | {"number": "1", "name": "Certificate", "amount": "48.50"})
    schedule = {"act": "Order 12", "currency": "BYN", "lines": lines}
    admin = make_user("admin", Role.ADMINISTRATOR, organisation=officer.organisation)
    at = timezone.now()
    order_of_day = {"body": "minsk", "valid_from": "2026-01-01", "document": schedule}
    assert Api(admin).post("/fees/schedules", order_of_day).status == 201
    asked = Api(holder).post("/re-export", order(wine, "1"))
    (fee,) = Api(holder).get(f"/fees/application/{asked.data['application']}").data["fees"]
    assert (fee["event"], fee["sums"]["total"], fee["status"]) == ("substitute", "30.00", "due")
    assert FeeLoop(clock=timezone.now).turn() == 1  # its term was kept; it is not charged again
    rules = {"body": "minsk", "unpaid_stops": True, "late_refunds": True}
    set_rules(**rules, by=admin, at=at)
    refused = make(officer, asked)
    assert (refused.status, refused.data["code"]) == (409, "fees.unpaid")
    payment = {"amount": "30", "on": f"{timezone.localdate(at)}", "number": "118"}
    assert Api(officer).post(f"/fees/{fee['reference']}/payment", payment).status == 201
    assert make(officer, asked).status == 201
    (fee,) = Api(holder).get(f"/fees/application/{asked.data['application']}").data["fees"]
    assert fee["to_give_back"] == "0.00"
