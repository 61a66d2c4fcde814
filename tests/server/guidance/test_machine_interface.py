"""The questionnaire, acceptance rules and supplier declarations for programs."""

import pytest

from certorigin_server.application.models import Application
from certorigin_server.guidance.models import AnswerSet
from certorigin_server.suppliers.models import Declaration
from certorigin_server.users.rights import Role
from tests.library.certification.make_acceptance_vectors import publication
from tests.server.factories import Api, make_body, make_exporter, make_user

pytestmark = pytest.mark.django_db
GOODS = {"description": "coated steel sheet", "tariffCode": "7210", "originCountry": "BY"}
SUPPLY = {
    "customer": "trader",
    "validFrom": "2026-01-01",
    "validUntil": "2099-12-31",
    "goods": [GOODS],
}
START = {
    "productionCountry": "BY",
    "items[0].tariffCode": "841810",
    "trade.importedInto": "AZ",
}


@pytest.fixture
def api():
    return Api(make_exporter())


def test_a_program_is_asked_until_the_answers_make_an_application(api):
    begun = api.post("/ask", {"format": "certorigin-answers/v1", "passed": []})
    assert begun.status == 201
    path = f"/ask/{begun.data['inquiry']}"
    places = {one["place"] for one in begun.data["asked"]["questions"]}
    assert places == set(START)
    told = api.post(path, {"turn": "1", "given": {"productionCountry": "BY"}})
    assert told.data["turn"] == "2"
    late = api.post(path, {"turn": "1", "given": {"items[0].tariffCode": "8418"}})
    assert (late.status, late.data["code"]) == (409, "application.changed_meanwhile")
    wrong = api.post(path, {"turn": "2", "given": {"items[0].tariffCode": "none"}})
    assert [one["place"] for one in wrong.data["findings"]] == ["items[0].tariffCode"]
    assert AnswerSet.objects.count() == 2
    api.post(path, {"turn": "2", "given": START})
    used = api.post(f"{path}/use", {})
    assert str(Application.objects.get().pk) == used.data["application"]
    again = api.post(f"{path}/use", {"application": used.data["application"]})
    assert again.data == used.data
    listed = api.get("/ask").data["inquiries"]
    assert [(one["tariff_code"], one["finished"]) for one in listed] == [("841810", False)]


def test_rules_are_entered_and_read_back_and_a_draft_is_checked(api):
    admin = Api(make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci")))
    entered = admin.post("/acceptance", publication())
    assert entered.status == 201
    assert api.get(f"/acceptance/{entered.data['publication']}").data == entered.data
    assert admin.post("/acceptance", publication()).status == 409
    assert api.get("/acceptance").data["publications"][0]["digest"] == entered.data["digest"]
    inquiry = api.post("/ask", {"format": "certorigin-answers/v1", "passed": []}).data["inquiry"]
    api.post(f"/ask/{inquiry}", {"turn": "1", "given": START})
    application = api.post(f"/ask/{inquiry}/use", {}).data["application"]
    checked = api.get(f"/acceptance/of/{application}").data
    assert checked["published"]
    assert checked["check"]["answers"]


def test_a_supplier_declares_and_withdraws(api):
    supplier = Api(make_exporter("supplier", "steelworks"))
    made = supplier.post("/suppliers", SUPPLY)
    assert (made.status, made.data["status"]) == (201, "prepared")
    assert made.data["document"]["goods"] == [GOODS]
    path = f"/suppliers/{made.data['declaration']}"
    assert api.get(path).data["customer"] == "trader"
    assert api.post(f"{path}/withdraw", {"reason": "mine not"}).status == 404
    gone = supplier.post(f"{path}/withdraw", {"reason": "other steel"})
    assert (gone.data["status"], gone.data["reason"]) == ("withdrawn", "other steel")
    assert supplier.post(f"{path}/withdraw", {"reason": "again"}).status == 409


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"validUntil": "never"}, "validUntil"),
        ({"goods": [GOODS | {"tariffCode": "x"}]}, "goods[0].tariffCode"),
        ({"seal": "mine"}, "seal"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_place(api, change, place):
    answer = api.post("/suppliers", SUPPLY | change)
    assert (answer.status, answer.data["facts"]["place"]) == (400, place)
    assert not Declaration.objects.exists()
