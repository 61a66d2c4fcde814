"""Pages around a case, without a browser: what they show, take and refuse."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certorigin_server.application.models import Application, Question, WorksheetVersion
from certorigin_server.assessment.models import (
    Appeal,
    Assessment,
    Dossier,
    ExaminationAct,
    Refusal,
)
from tests.server.factories import (
    Api,
    client_of,
    consignment,
    decided,
    make_assessor,
    make_body,
    make_exporter,
    submitted,
)

pytestmark = pytest.mark.django_db
BILL = "наименование;код;страна;стоимость;валюта;основа\nСталь;7208;RU;100,00;BYN;customs_value\n"


@pytest.fixture
def people(folder):
    make_body()
    return {"exporter": make_exporter(), "assessor": make_assessor()}


@pytest.fixture
def case(people):
    return submitted(Api(people["exporter"]))


@pytest.fixture
def officer(people, case):
    return client_of(people["assessor"])


def text_of(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2_000]
    return answer.content.decode()


def refused(people, case) -> None:
    order = {"ground": "false_documents", "remark": "Счёт не выдавался", "confirmed": "on"}
    answer = client_of(people["assessor"]).post(
        f"/assessment/{case}/refuse", order | {"version": "1"}
    )
    assert answer.status_code == 302, answer.content.decode()


# -- questions and the clock ----------------------------------------------------------------------


def test_a_question_stops_the_clock_on_every_page(people, case, officer):
    order = {"text": "Откуда сталь?", "suspends": "on"}
    assert officer.post(f"/assessment/{case}/ask", order).status_code == 302
    asked = Question.objects.get()
    assert "The clock stands still" in text_of(officer.get(f"/assessment/{case}"))
    assert "The clock stands still" in text_of(officer.get("/assessment/"))
    assert f"{case}/worksheet" not in text_of(officer.get("/"))  # it waits for somebody else
    seen = text_of(client_of(people["exporter"]).get(f"/assessment/{case}"))
    assert "The clock stands still" in seen
    assert "Откуда сталь?" in seen
    assert officer.post(f"/assessment/questions/{asked.pk}/take-back").status_code == 302
    assert "Days left: " in text_of(officer.get(f"/assessment/{case}"))
    assert f"{case}/worksheet" in text_of(officer.get("/"))


def test_an_empty_question_is_not_asked(case, officer):
    page = text_of(officer.post(f"/assessment/{case}/ask", {"suspends": "on"}), 422)
    assert "the text is empty" in page
    assert "checked" in page
    assert not Question.objects.exists()


# -- refusal and appeal ---------------------------------------------------------------------------


def test_only_grounds_that_are_borne_out_are_offered(case, officer):
    page = text_of(officer.get(f"/assessment/{case}/refuse"))
    assert 'value="false_documents"' in page
    assert 'value="criteria_not_met"' not in page
    lacking = text_of(officer.post(f"/assessment/{case}/refuse", {"version": "1"}), 422)
    assert "Choose the ground" in lacking
    assert "Confirm the refusal" in lacking
    order = {"ground": "false_documents", "confirmed": "on", "version": "1"}
    silent = text_of(officer.post(f"/assessment/{case}/refuse", order), 422)
    assert "Say in the remark" in silent
    assert not Refusal.objects.exists()


def test_what_changed_meanwhile_is_told(case, officer):
    order = {"ground": "false_documents", "remark": "x", "confirmed": "on", "version": "7"}
    text_of(officer.post(f"/assessment/{case}/refuse", order), 409)


def test_the_letter_is_in_russian_and_a_translation_is_a_reading_copy(people, case):
    refused(people, case)
    english = text_of(client_of(people["exporter"]).get(f"/assessment/{case}/refusal"))
    assert "Об отказе в выдаче сертификата" in english
    assert "Reading copy" in english
    assert "Счёт не выдавался" in english
    russian = text_of(client_of(people["exporter"], "ru").get(f"/assessment/{case}/refusal"))
    assert "Об отказе в выдаче сертификата" in russian
    assert "Перевод для чтения" not in russian


def test_an_appeal_goes_from_the_letter_to_another_officer_and_opens_the_case(people, case):
    refused(people, case)
    exporter = client_of(people["exporter"])
    assert f"/assessment/{case}/appeal" in text_of(exporter.get(f"/assessment/{case}/refusal"))
    text_of(exporter.post(f"/assessment/{case}/appeal", {"text": " "}), 422)
    assert exporter.post(f"/assessment/{case}/appeal", {"text": "Выдавался"}).status_code == 302
    assert f"/assessment/{case}/appeal" not in text_of(exporter.get(f"/assessment/{case}/refusal"))
    filed = Appeal.objects.get()
    own = client_of(people["assessor"])
    assert str(filed.pk) not in text_of(own.get("/assessment/appeals"))
    order = {"outcome": "upheld", "text": "Счёт найден"}
    assert own.post(f"/assessment/appeals/{filed.pk}", order).status_code == 404
    other = client_of(make_assessor("other"))
    assert str(filed.pk) in text_of(other.get("/assessment/appeals"))
    text_of(other.post(f"/assessment/appeals/{filed.pk}", {"outcome": "upheld"}), 422)
    assert other.post(f"/assessment/appeals/{filed.pk}", order).status_code == 302
    page = text_of(exporter.get(f"/assessment/{case}"))
    assert "appeal upheld" in page
    assert "Счёт найден" in page
    assert Application.objects.get(pk=case).decided_at is None


# -- acts of examination --------------------------------------------------------------------------

ACT = {
    "number": "15/2026",
    "date": "01.05.2026",
    "expert": "Иванова И. И.",
    "issuer": "Отделение экспертизы",
    "validFrom": "01.05.2026",
    "validUntil": "01.05.2100",
    "findings": "Компрессор необходим",
    "confirmsNecessaryComponents": "yes",
    "goods[0].tariffCode": "8418",
    "goods[0].description": "Холодильники",
}


def test_an_act_is_recorded_cited_and_used_again_until_it_is_withdrawn(people, case, officer):
    path = f"/assessment/{case}/acts"
    assert 'value="841810' in text_of(officer.get(path))
    wrong = ACT | {"validUntil": "01.05.2000", "goods[0].tariffCode": "x"}
    page = text_of(officer.post(path, wrong | {"order": "record"}), 422)
    assert "15/2026" in page
    assert officer.post(path, ACT | {"order": "record"}).status_code == 302
    act = ExaminationAct.objects.get()
    text_of(officer.post(path, ACT | {"order": "record"}), 409)
    order = {"item": "1", "version": "1"}
    assert officer.post(f"{path}/{act.pk}/cite", order).status_code == 302
    latest = WorksheetVersion.objects.order_by("version").last()
    assert json.loads(latest.document)["items"][0]["expertAct"]["number"] == "15/2026"
    later = submitted(Api(people["exporter"]))
    assert "15/2026" in text_of(officer.get(f"/assessment/{later}/acts"))
    assert officer.post(f"/assessment/acts/{act.pk}/withdraw").status_code == 302
    assert "was withdrawn" in text_of(officer.get(f"/assessment/{case}/worksheet"))


def test_the_exporter_sees_its_acts_and_records_none(people, case, officer):
    officer.post(f"/assessment/{case}/acts", ACT | {"order": "record"})
    own = client_of(people["exporter"])
    page = text_of(own.get(f"/assessment/{case}/acts"))
    assert "15/2026" in page
    assert "<textarea" not in page
    text_of(own.post(f"/assessment/{case}/acts", ACT | {"number": "16"}))
    assert ExaminationAct.objects.count() == 1


def test_an_act_that_nobody_recorded_counts_for_nothing(case, officer):
    facts = consignment()["worksheet"]
    facts["items"][0]["expertAct"] = {"number": "99", "date": "2026-05-01"}
    api = Api(make_assessor("second"))
    told = api.put(f"/assessment/{case}/worksheet", facts, version="1")
    assert told.status == 200, told.data
    assert "not on record" in text_of(officer.get(f"/assessment/{case}/worksheet"))


# -- bills of materials ---------------------------------------------------------------------------


def give(officer, case, text: str, name: str = "bill.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return officer.post(f"/assessment/{case}/materials", {"file": file, "order": "look"})


def test_a_bill_is_looked_at_and_then_applied_whole(case, officer):
    page = text_of(give(officer, case, BILL))
    assert "Сталь" in page
    assert WorksheetVersion.objects.count() == 1
    rows = json.dumps(
        {"rows": [{"item": "0", "line": "2", "material": {"description": "Сталь"}}]},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    order = {"order": "apply", "mode": "append", "version": "1", "rows": rows}
    assert officer.post(f"/assessment/{case}/materials", order).status_code == 302
    before, after = (
        json.loads(row.document)["items"][0]["materials"]
        for row in WorksheetVersion.objects.order_by("version")
    )
    assert after == [*before, {"description": "Сталь"}]
    text_of(officer.post(f"/assessment/{case}/materials", order), 409)  # an older version
    order |= {"mode": "replace", "version": "2"}
    officer.post(f"/assessment/{case}/materials", order)
    newest = json.loads(WorksheetVersion.objects.order_by("version").last().document)
    assert newest["items"][0]["materials"] == [{"description": "Сталь"}]


def test_what_is_shown_is_what_is_applied(case, officer):
    page = text_of(give(officer, case, BILL))
    rows = re.search(r'name="rows" value="([^"]*)"', page)[1].replace("&quot;", '"')
    order = {"order": "apply", "mode": "replace", "version": "1", "rows": rows}
    assert officer.post(f"/assessment/{case}/materials", order).status_code == 302
    newest = json.loads(WorksheetVersion.objects.order_by("version").last().document)
    assert newest["items"][0]["materials"][0]["value"] == {"amount": "100.00", "currency": "BYN"}


def test_a_faulty_bill_is_told_line_by_line_and_nothing_is_applied(case, officer):
    page = text_of(give(officer, case, BILL + "Медь;74О3;Россия;1;BYN;customs_value\n"), 422)
    summary = page.partition("</section>")[0]
    assert summary.count("<li>line 3, ") == 2
    assert "line 3, Tariff code" in summary
    assert "Nothing was applied" in summary
    assert WorksheetVersion.objects.count() == 1
    text_of(give(officer, case, "%PDF-1.7"), 422)
    text_of(officer.post(f"/assessment/{case}/materials", {"order": "look"}), 422)
    text_of(officer.post(f"/assessment/{case}/materials", {"order": "apply", "rows": "{"}), 409)


# -- reasons --------------------------------------------------------------------------------------


def test_the_reasons_rest_on_digests_and_come_out_the_same_again(people):
    exporter = Api(people["exporter"])
    case = submitted(exporter)
    path = f"/application/{case}/evidence?name=act.pdf&kind=examination_act"
    digest = exporter.post_bytes(path, b"%PDF-1.7", "application/pdf").data["digest"]
    officer = Api(people["assessor"])
    assert officer.post(f"/assessment/{case}/decide", {"worksheet_version": "1"}).status == 200
    attempt = Assessment.objects.get()
    assert json.loads(attempt.basis)["files"][0]["digest"] == digest
    page = f"/assessment/{case}/reasons/{attempt.pk}"
    client = client_of(people["exporter"])
    text = text_of(client.get(page))
    assert digest in text
    assert json.loads(attempt.basis)["rules"] in text
    assert "word for word" not in text
    assert "word for word" in text_of(client.get(page, {"again": "yes"}))
    text_of(client.get(f"/assessment/{case}/reasons/{attempt.pk + 9}"), 404)


# -- dossiers -------------------------------------------------------------------------------------


@pytest.fixture
def dossier(people):
    case = decided(Api(people["exporter"]), Api(people["assessor"]))
    until = (timezone.localdate() + timedelta(days=100)).strftime("%d.%m.%Y")
    officer = client_of(people["assessor"])
    order = {"item": "1", "validUntil": until}
    assert officer.post(f"/assessment/{case}/dossier", order).status_code == 302
    assert officer.post(f"/assessment/{case}/dossier", order).status_code == 409
    assert officer.post(f"/assessment/{case}/dossier", order | {"item": "9"}).status_code == 404
    return Dossier.objects.get()


def test_a_dossier_is_used_in_one_click(people, dossier):
    exporter = Api(people["exporter"])
    draft = exporter.post("/application", consignment()["application"]).data["id"]
    client = client_of(people["exporter"])
    assert client.post(f"/assessment/{draft}/reuse").status_code == 302
    facts = exporter.get(f"/application/{draft}/worksheet/1").data["document"]
    old = json.loads(dossier.assessment.worksheet.document)["items"][0]
    assert facts["items"][0] | {"description": ""} == old | {"description": ""}


def test_an_application_begins_with_the_goods_of_chosen_dossiers(people, dossier):
    client = client_of(people["exporter"])
    listed = client.get("/assessment/dossiers").content.decode()
    assert f'name="dossier" value="{dossier.pk}" form="begin"' in listed
    chosen = {"dossier": [str(dossier.pk), "no"]}
    answer = client.post("/assessment/dossiers/begin", chosen)
    row = answer["Location"].split("/")[2]
    draft = Api(people["exporter"]).get(f"/application/{row}").data
    assert draft["document"]["items"][0]["tariffCode"] == dossier.code
    assert draft["worksheet_version"] == "1"
    # Neither nobody's nor another's goods are taken.
    rival = client_of(make_exporter("rival", "rival-trader"))
    for one in (
        client.post("/assessment/dossiers/begin"),
        rival.post("/assessment/dossiers/begin", chosen),
    ):
        assert one["Location"] == "/assessment/dossiers"


def test_other_goods_have_no_dossier(people, dossier):
    other = consignment()["application"]
    other["items"][0]["description"] = "Другой товар"
    draft = Api(people["exporter"]).post("/application", other).data["id"]
    answer = client_of(people["exporter"]).post(f"/assessment/{draft}/reuse")
    assert "No dossier" in text_of(answer, 409)


def test_a_dossier_says_what_it_would_come_to_today(people, dossier):
    client = client_of(people["assessor"])
    assert "same answer" in text_of(client.get("/assessment/dossiers"))
    assert dossier.code not in text_of(client.get("/assessment/dossiers", {"changed": "yes"}))
    dearer = text_of(client.get("/assessment/dossiers", {"changed": "yes", "more": "400"}))
    assert "another answer" in dearer
    assert client.post(f"/assessment/dossiers/{dossier.pk}/withdraw").status_code == 302
    assert "withdrawn" in text_of(client.get("/assessment/dossiers"))
    rival = client_of(make_exporter("rival", "rival-trader"))
    assert dossier.code not in text_of(rival.get("/assessment/dossiers"))


def test_a_dossier_is_not_valid_for_ever(people, dossier):
    officer = client_of(people["assessor"])
    case = decided(Api(people["exporter"]), Api(people["assessor"]))
    for until in ("01.01.2000", (timezone.localdate() + timedelta(days=400)).strftime("%d.%m.%Y")):
        order = {"item": "1", "validUntil": until}
        assert officer.post(f"/assessment/{case}/dossier", order).status_code == 400
    assert officer.post(f"/assessment/{case}/dossier", {"item": "1"}).status_code == 302
    assert Dossier.objects.count() == 1


def test_the_exporter_finds_dossiers_and_files_at_the_draft(people):
    draft = Api(people["exporter"]).post("/application", consignment()["application"]).data["id"]
    client = client_of(people["exporter"])
    page = text_of(client.get(f"/application/{draft}"))
    assert f"/assessment/{draft}/reuse" in page
    assert f"/application/{draft}/evidence" in text_of(client.get(f"/application/{draft}/edit"))
