"""The certifying officer's desk, without a browser."""

import re
from dataclasses import replace
from datetime import UTC

import pytest

from certorigin_server.application.models import Application, Declaration
from certorigin_server.certification.models import Certificate, NumberSequence
from certorigin_server.certification.queries import boxes_of
from certorigin_server.certification.sheet import sheet_of
from certorigin_server.users.models import RoleGrant
from certorigin_server.users.rights import Role
from tests.server import factories
from tests.server.authority import START
from tests.server.factories import (
    Api,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    seal_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessor():
    return make_assessor()


@pytest.fixture
def application(assessor):
    return decided(Api(make_exporter()), Api(assessor))


@pytest.fixture
def client(application):
    return client_of(make_certifier())


def page_of(application: str) -> str:
    return f"/certification/{application}"


def test_what_waits_is_listed_and_leads_to_the_sheet(client, application):
    assert page_of(application) in client.get("/certification/").content.decode()
    assert page_of(application) in client.get("/").content.decode()


def test_the_sheet_shows_every_box_with_its_legal_title_and_gives_no_number(client, application):
    page = client.get(page_of(application)).content.decode()
    for title in ("1. Грузоотправитель/экспортер", "5. Для служебных отметок", "9. Критерий"):
        assert title in page
    for title in ("12. Удостоверение", "13. Декларация заявителя"):
        assert title in page
    assert "Д8418" in page
    assert re.search(r"BYAZ\d{10}", page)
    assert not NumberSequence.objects.exists()


def test_the_sheet_shows_who_confirmed_box_13_and_of_which_document(client, application):
    declared = Declaration.objects.get()
    page = client.get(page_of(application)).content.decode()
    assert f"Подтверждено в электронном виде: {declared.declarant}" in page
    assert f"{declared.confirmed_at.astimezone(UTC):%d.%m.%Y %H:%M} UTC" in page
    assert f"SHA-256 заявления: {declared.digest[:16]}…" in page
    assert declared.digest not in page


def test_the_sheet_shows_the_mark_of_box_2(client, application):
    client.post(page_of(application), {"confirmed": "on"})
    mark = "Для свободного обращения"
    boxes = replace(boxes_of(Certificate.objects.get()), consignee_mark=mark)
    shown = sheet_of(boxes, form="ST-1", number="—", issued_in="BY", criteria=[], language="en")
    assert shown.head[1].lines[-1] == mark
    # Names stand beside it in letters that the reader knows; a reader of Russian needs none.
    assert shown.head[1].aid[-1] == "Dlya svobodnogo obrashcheniya"
    russian = sheet_of(boxes, form="ST-1", number="—", issued_in="BY", criteria=[], language="ru")
    assert not any(cell.aid for cell in russian.head)


def test_certifying_wants_a_confirmation(client, application):
    answer = client.post(page_of(application))
    assert answer.status_code == 422
    assert 'id="confirmed-told"' in answer.content.decode()
    assert not Certificate.objects.exists()


def test_a_certificate_stands_as_it_was_shown(client, application):
    shown = re.search(r"BYAZ\d+", client.get(page_of(application)).content.decode())[0]
    answer = client.post(page_of(application), {"confirmed": "on"})
    made = Certificate.objects.get()
    assert answer["Location"] == f"/certification/{made.pk}"
    assert made.number == shown
    page = client.get(answer["Location"]).content.decode()
    assert shown in page
    assert 'hx-trigger="every 3s"' in page
    assert "bundle" not in page
    assert client.get(page_of(application))["Location"] == f"/certification/{made.pk}"


def test_after_export_the_box_says_so_and_faults_stand_beside_the_field(client, application):
    fields = {"confirmed": "on", "exported.number": "CMR 17", "exported.date": "someday"}
    answer = client.post(page_of(application), fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="exported-date-told"' in page
    assert 'value="CMR 17"' in page
    assert 'value="someday"' in page
    answer = client.post(page_of(application), fields | {"exported.date": "01.02.2100"})
    assert answer.status_code == 422
    assert not Certificate.objects.exists()
    client.post(page_of(application), fields | {"exported.date": "01.02.2026"})
    assert (
        "Выдан впоследствии"
        in client.get(f"/certification/{Certificate.objects.get().pk}").content.decode()
    )


def test_whoever_assessed_is_told_why_another_must_certify(application, assessor):
    RoleGrant.objects.create(user=assessor, role=str(Role.CERTIFYING_OFFICER), starts=START)
    client = client_of(assessor)
    page = client.get(page_of(application)).content.decode()
    assert "another officer must certify" in page
    assert 'value="certify"' not in page
    answer = client.post(page_of(application), {"confirmed": "on"})
    assert answer.status_code == 409
    assert not Certificate.objects.exists()


def test_for_others_there_is_no_such_page(application):
    strangers = (make_certifier("stranger", "brest"), make_customs_officer())
    for other in (*strangers, make_assessor("second"), make_certifier("central", "belcci")):
        client = client_of(other)
        assert client.get(page_of(application)).status_code == 404
        assert client.post(page_of(application), {"confirmed": "on"}).status_code == 404
    client_of(make_certifier()).post(page_of(application), {"confirmed": "on"})
    made = Certificate.objects.get()
    for other in strangers:
        for end in ("", "/bundle", "/annul"):
            answer = client_of(other).get(f"/certification/{made.pk}{end}")
            assert answer.status_code == 404
    assert client_of(make_exporter("trader")).get(f"/certification/{made.pk}").status_code == 200
    assert Application.objects.count() == 1


def test_an_unpublished_certificate_is_not_handed_out_nor_annulled(client, application):
    client.post(page_of(application), {"confirmed": "on"})
    seal_all()
    here = f"/certification/{Certificate.objects.get().pk}"
    assert client.get(f"{here}/bundle").status_code == 404
    assert client.get(f"{here}/annul").status_code == 200
    unsure = client.post(f"{here}/annul", {"order": "confirm", "remark": "kept"})
    assert unsure.status_code == 422
    assert 'id="ground-told"' in unsure.content.decode()
    assert "kept" in unsure.content.decode()
    fields = {"ground": "returned_unused", "remark": "kept"}
    asked = client.post(f"{here}/annul", fields | {"order": "confirm"}).content.decode()
    assert 'value="annul"' in asked
    assert 'name="confirmed"' in asked
    assert client.post(f"{here}/annul", fields | {"order": "annul"}).status_code == 422
    fields |= {"order": "annul", "confirmed": "on"}
    answer = client.post(f"{here}/annul", fields)
    assert answer.status_code == 409
    assert "not in the log yet" in answer.content.decode()
    assert "kept" in answer.content.decode()


def test_goods_that_do_not_fit_stand_on_additional_sheets_with_the_same_number(monkeypatch):
    sample = factories.consignment()
    goods = sample["application"]["items"][0]
    lines = range(1, 31)
    sample["application"]["items"] = [goods | {"sequence": str(one)} for one in lines]
    fact = sample["worksheet"]["items"][0]
    sample["worksheet"]["items"] = [fact | {"sequence": str(one)} for one in lines]
    monkeypatch.setattr(factories, "consignment", lambda name: sample)
    application = decided(Api(make_exporter()), Api(make_assessor()))
    page = client_of(make_certifier()).get(page_of(application)).content.decode()
    number = re.search(r"BYAZ\d+", page)[0]
    for sheet in (1, 2):
        assert f"Дополнительный лист {sheet} к сертификату формы ST-1 № {number}" in page
    assert "Дополнительный лист 3" not in page
    assert page.count('data-label="9"') == len(lines)
    assert page.count("12. Удостоверение") == 3
