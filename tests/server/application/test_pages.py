"""The exporter's pages: one application with all that came of it, its questions, its company."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from certorigin_server.application import services
from certorigin_server.application.models import Application
from certorigin_server.users.models import Organisation, PowerOfAttorney
from tests.server.factories import (
    Api,
    certified,
    consignment,
    decided,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
    make_organisation,
    make_power,
    seal_all,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter():
    make_body()
    return make_exporter()


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def page(user, path, status=200):
    answer = browser(user).get(path)
    assert answer.status_code == status, answer.content.decode()[:500]
    return text_of(answer)


def test_the_page_tells_what_was_asked_with_names_beside_codes(exporter):
    application = submitted(Api(exporter))
    shown = page(exporter, f"/application/{application}")
    for said in ("Azerbaijan", "UNP", "704 kg", "carton", "Declaration of box 13", "decides until"):
        assert said in shown, said


def test_who_waits_for_whom_is_told_at_every_stop(exporter, folder):
    assessor, certifier = make_assessor(), make_certifier()
    application = submitted(Api(exporter))
    path = f"/application/{application}"
    asked = services.ask(
        application=Application.objects.get().pk,
        text="Откуда сталь?",
        suspends=True,
        by=assessor,
        at=timezone.now(),
    )
    assert "until then the term stands still" in page(exporter, path)
    assert "Answer a question" in page(exporter, "/")
    services.answer(question=asked.pk, text="Жлобин", by=exporter, at=timezone.now())
    shown = page(exporter, path)
    assert "Жлобин" in shown
    assert "decides until" in shown
    order = {"worksheet_version": "1"}
    assert Api(assessor).post(f"/assessment/{application}/decide", order).status == 200
    assert "certifying officer" in page(exporter, path)
    number = certified(application, Api(certifier))["number"]
    assert f"{number} is certified" in page(exporter, path)
    seal_all()
    assert number in page(exporter, path)


def test_a_question_is_answered_on_its_page_and_an_empty_answer_is_told(exporter):
    submitted(Api(exporter))
    asked = services.ask(
        application=Application.objects.get().pk,
        text="Откуда сталь?",
        suspends=False,
        by=make_assessor(),
        at=timezone.now(),
    )
    client, path = browser(exporter), f"/application/question/{asked.pk}"
    assert "Откуда сталь?" in text_of(client.get(path))
    empty = client.post(path, {"text": " "})
    assert empty.status_code == 422
    assert "the text is empty" in text_of(empty)
    assert client.post(path, {"text": "Из Жлобина"}).status_code == 302
    asked.refresh_from_db()
    assert asked.answer == "Из Жлобина"
    rival = make_exporter("rival", "rival")
    assert browser(rival).get(path).status_code == 404


def test_withdrawal_asks_once_more(exporter):
    application = submitted(Api(exporter))
    client, path = browser(exporter), f"/application/{application}/withdraw"
    assert "Yes, withdraw it" in text_of(client.get(path))
    assert Application.objects.get().status == "submitted"
    long = client.post(path, {"reason": "x" * 1_001})
    assert (long.status_code, "x" * 1_001 in long.content.decode()) == (422, True)
    assert client.post(path, {"reason": "Рейс отменён"}).status_code == 302
    assert "Рейс отменён" in page(exporter, f"/application/{application}")
    assert client.post(path).status_code == 409


def test_who_found_a_mistake_withdraws_and_goes_on_with_a_copy_and_its_files(exporter, folder):
    api = Api(exporter)
    application = submitted(api)
    files = f"/application/{application}/evidence?kind=invoice&name=invoice.txt"
    assert api.post_bytes(files, b"Invoice 7", "text/plain").status == 201
    client, path = browser(exporter), f"/application/{application}/withdraw"
    assert "Correct or withdraw" in page(exporter, f"/application/{application}")
    answer = client.post(path, {"reason": "Вес", "order": "anew"})
    anew = Application.objects.exclude(pk=application).get()
    assert answer["Location"] == f"/application/{anew.pk}/edit"
    assert Application.objects.get(pk=application).status == "withdrawn"
    assert [one.name for one in anew.evidence.all()] == ["invoice.txt"]
    assert client.post(path, {"order": "anew"}).status_code == 409
    assert Application.objects.count() == 2


def test_who_has_nothing_yet_is_shown_where_to_begin(exporter):
    assert "/application/start" in browser(exporter).get("/").content.decode()
    assert "/application/start" not in browser(make_certifier()).get("/").content.decode()
    assert "Try the number" in page(exporter, "/search?text=AZBY1")


def test_lists_tell_consignments_apart_by_importer_and_invoice(exporter):
    document = consignment()["application"]
    Api(exporter).post("/application", document)
    Api(exporter).post("/application", {"form": "ST-1"})
    known = f"{document['importer']['name']}, {document['invoice']['number']}"
    for path in ("/", "/application/"):
        assert known in page(exporter, path)


def test_a_copy_opens_as_a_draft(exporter):
    application = submitted(Api(exporter))
    answer = browser(exporter).post(f"/application/{application}/copy")
    assert answer.status_code == 302
    copied = Application.objects.exclude(pk=application).get()
    assert answer["Location"] == f"/application/{copied.pk}/edit"


def test_what_was_decided_and_used_is_told(exporter, folder):
    application = decided(Api(exporter), Api(make_assessor()))
    certified(application, Api(make_certifier()))
    shown = page(exporter, f"/application/{application}")
    assert "Reasons and figures" in shown
    assert re.search(r"0 pcs of \d+ pcs", shown)


def test_an_officer_reads_the_page_and_finds_no_buttons_of_the_exporter(exporter):
    application = submitted(Api(exporter))
    shown = page(make_assessor(), f"/application/{application}")
    for said in ("Withdraw the application", "Copy as a new application"):
        assert said not in shown


def test_the_company_gives_and_takes_back_a_power(exporter):
    make_organisation("broker", identifier="190000000", name="ООО «Брокер»")
    make_organisation("branch", parent=exporter.organisation, name="Филиал в Гомеле")
    client = browser(exporter)
    assert "Филиал в Гомеле" in text_of(client.get("/company"))
    wrong = client.post("/company", {"agent": "190000000", "ends": "31.02.2027"})
    assert wrong.status_code == 422
    told = text_of(wrong)
    assert "31.02.2027" in wrong.content.decode()
    for said in ("Give the number of the power", "Give the first day", "Say what the agent may do"):
        assert said in told, said
    assert "Give the last day" not in told
    sound = {"agent": "190000000", "number": "12/26", "covers": "submit"}
    sound |= {"starts": "01.01.2026", "ends": "31.12.2099"}
    assert client.post("/company", sound).status_code == 302
    power = PowerOfAttorney.objects.get()
    assert "12/26" in text_of(client.get("/company"))
    assert client.post(f"/company/power/{power.pk}/revoke").status_code == 302
    power.refresh_from_db()
    assert power.revoked_by == exporter


def test_an_agent_chooses_for_whom_it_asks(exporter):
    agent = make_exporter("agent", "broker")
    assert "For whom" not in page(agent, "/application/")
    make_power(exporter, "broker")
    assert "For whom" in page(agent, "/application/")
    answer = browser(agent).post("/application/new", {"behalf": "trader"})
    assert answer.status_code == 302
    row = Application.objects.get()
    assert (row.organisation, row.power.agent) == (exporter.organisation, agent.organisation)
    assert "power of attorney" in page(agent, f"/application/{row.pk}/edit")
    assert browser(agent).post("/application/new", {"behalf": "minsk"}).status_code == 404


def test_a_draft_begins_with_what_is_known_of_the_company(exporter):
    browser(exporter).post("/application/new")
    assert exporter.organisation.name in Application.objects.get().document
    kind = Organisation.Kind.NATURAL_PERSON
    make_organisation("ivanov", kind, name="Иванов И. И.")
    browser(make_exporter("ivanov", "ivanov")).post("/application/new")
    row = Application.objects.get(organisation__slug="ivanov")
    assert '"naturalPerson":true' in row.document


def test_the_wording_of_box_13_stands_above_the_box_to_tick(exporter):
    browser(exporter).post("/application/new")
    shown = page(exporter, f"/application/{Application.objects.get().pk}/edit")
    assert "страна происхождения всех указанных товаров - Беларусь" in shown


GOODS = "наименование;код;количество;единица\nМасло;0405109000;10,5;кг\nСыр;0406909900;3;т"


def begun(exporter):
    browser(exporter).post("/application/new")
    return Application.objects.get()


def test_goods_are_pasted_and_stand_behind_those_that_are_there(exporter):
    row = begun(exporter)
    client, path = browser(exporter), f"/application/{row.pk}/goods"
    assert "наименование;код" in text_of(client.get(path))
    for mode, count in (("append", 2), ("append", 4), ("replace", 2)):
        row.refresh_from_db()
        order = {"cells": GOODS, "mode": mode, "version": str(row.version)}
        assert client.post(path, order).status_code == 302
        row.refresh_from_db()
        assert row.document.count('"tariffCode"') == count
    assert '"value":"10.5"' in row.document


def test_a_fault_in_a_table_is_told_with_its_line_and_what_was_pasted_stays(exporter):
    row = begun(exporter)
    cells = GOODS.replace("0406909900", "04")
    order = {"cells": cells, "mode": "append", "version": str(row.version)}
    answer = browser(exporter).post(f"/application/{row.pk}/goods", order)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "line 3, tariffCode" in shown
    assert "Масло;0405109000" in shown
    row.refresh_from_db()
    assert "tariffCode" not in row.document


def test_a_table_over_an_older_version_is_not_taken(exporter):
    row = begun(exporter)
    order = {"cells": GOODS, "mode": "append", "version": "7"}
    answer = browser(exporter).post(f"/application/{row.pk}/goods", order)
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.version == 1


def test_goods_over_the_machine_interface(exporter):
    row = begun(exporter)
    api, path = Api(exporter), f"/application/{row.pk}/goods?version=1"
    wrong = api.post_bytes(path, "код\n87".encode(), "text/csv")
    assert (wrong.status, wrong.codes) == (400, {"tariff.malformed"})
    taken = api.post_bytes(path, GOODS.encode(), "text/csv")
    assert taken.status == 200, taken.data
    assert [item["sequence"] for item in taken.data["document"]["items"]] == ["1", "2"]


def test_of_many_lines_only_those_one_works_on_are_open_and_none_is_lost(exporter):
    row = begun(exporter)
    lines = "\n".join(f"Товар {n};8701931000" for n in range(1, 41))
    table = f"наименование;код\n{lines}"
    Api(exporter).post_bytes(f"/application/{row.pk}/goods?version=1", table.encode(), "text/csv")
    client, path = browser(exporter), f"/application/{row.pk}/edit"
    shown = client.get(path).content.decode()
    assert shown.count('class="row closed"') == 40
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown))
    opened = client.post(path, fields | {"order": "open:items[7]", "version": "2"})
    text = opened.content.decode()
    assert text.count('class="row closed"') == 39
    assert 'name="items[7].description"' in text
    assert 'name="_opened" value="items[7]"' in text
    saved = client.post(path, fields | {"order": "save", "version": "2", "form": "ST-1"})
    assert saved.status_code == 302
    row.refresh_from_db()
    assert row.document.count("Товар") == 40
