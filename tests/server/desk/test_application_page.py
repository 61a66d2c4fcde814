"""The example page, without a browser: it saves, keeps, tells and submits."""

import pytest
from django.test import Client

from certorigin_server.application.forms import LAYOUT
from certorigin_server.application.models import Application
from certorigin_server.desk.carry import mark_for
from certorigin_server.desk.forms import Form
from certorigin_server.desk.models import Typed
from tests.server.factories import (
    Api,
    consignment,
    make_assessor,
    make_body,
    make_customs_officer,
    make_exporter,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter():
    return make_exporter()


@pytest.fixture
def client(exporter):
    client = Client(headers={"accept-language": "ru"})
    client.force_login(exporter)
    return client


@pytest.fixture
def row(client):
    client.post("/application/new")
    return Application.objects.get()


def typed(document=None, **more: str) -> dict[str, str]:
    """What the page of a consignment sends."""
    document = document or consignment()["application"]
    values = Form.from_data(LAYOUT, document, "ru").values
    return values | {"version": "1"} | more


def edit(row) -> str:
    return f"/application/{row.pk}/edit"


def test_a_draft_is_begun_and_listed(client, row):
    assert row.status == "draft"
    assert str(row.pk)[:8] in client.get("/application/").content.decode()
    assert client.get(edit(row)).status_code == 200


def test_a_draft_is_saved_as_it_was_typed(client, row):
    answer = client.post(edit(row), typed(order="save"))
    assert (answer.status_code, answer["Location"]) == (302, edit(row))
    row.refresh_from_db()
    assert row.version == 2
    assert "МХМ-345" in row.document
    assert not Typed.objects.exists()
    page = client.get(edit(row)).content.decode()
    assert "42240,00" in page
    assert "Черновик записан." in page


def test_saving_what_is_saved_already_makes_no_new_version(client, row):
    fields = typed(order="save")
    client.post(edit(row), fields)
    client.post(edit(row), fields | {"version": "2"})
    row.refresh_from_db()
    assert row.version == 2


def test_what_cannot_be_read_is_told_beside_its_field_and_nothing_is_lost(client, row):
    fields = typed(order="save") | {
        "items[0].tariffCode": "восемь",
        "items[0].quantity.value": "много",
        "invoice.date": "позавчера",
    }
    answer = client.post(edit(row), fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    for place in ("items-0-tariffCode", "items-0-quantity-value", "invoice-date"):
        assert f'href="#{place}"' in page
        assert f'id="{place}-told"' in page
    for text in ("восемь", "много", "позавчера", "МХМ-345"):
        assert text in page
    again = client.get(edit(row)).content.decode()
    assert "позавчера" in again
    row.refresh_from_db()
    assert row.version == 1


def test_what_is_typed_is_kept_and_what_lacks_is_told(client, row):
    part = {"HX-Request": "true"}
    early = client.post(edit(row), typed(order="keep"), headers=part).content.decode()
    assert all(f'href="#{place}"' in early for place in ("body", "confirmed"))
    done = typed(order="keep", body="minsk", confirmed="on")
    answer = client.post(edit(row), done, headers=part)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="kept"' in page
    assert "<html" not in page
    assert "Всё заполнено" in page
    assert Typed.objects.get().version == "1"
    shown = client.get(edit(row)).content.decode()
    assert "МХМ-345" in shown
    client.post(edit(row), {"order": "discard"})
    assert "МХМ-345" not in client.get(edit(row)).content.decode()


def test_somebody_elses_change_is_shown_and_can_be_written_over(client, row, exporter):
    colleague = make_user("colleague", organisation=exporter.organisation)
    document = consignment()["application"]
    document["transport"]["route"] = "Минск – Баку"
    Application.objects.filter(pk=row.pk).update(version=2, created_by=colleague)
    kept = client.post(edit(row), typed(order="keep"), headers={"HX-Request": "true"})
    assert "notice bad" in kept.content.decode()
    answer = client.post(edit(row), typed(order="save"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'name="over" value="2"' in page
    assert "transport.route" in page
    answer = client.post(edit(row), typed(over="2"))
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.version == 3


def test_rows_come_and_go_without_a_script(client, row):
    page = client.post(edit(row), typed(order="add:items")).content.decode()
    assert 'name="items[1].description"' in page
    fields = typed(order="remove:items[0]") | {"items[1].description": "Второй товар"}
    page = client.post(edit(row), fields).content.decode()
    assert "Второй товар" in page
    assert "МХМ-345" not in page


def test_an_application_is_submitted_with_the_confirmed_declaration(client, row):
    make_body()
    lacking = client.post(edit(row), typed(order="submit"))
    assert lacking.status_code == 422
    assert 'href="#confirmed"' in lacking.content.decode()
    assert 'href="#body"' in lacking.content.decode()
    answer = client.post(edit(row), typed(order="submit", body="minsk", confirmed="on"))
    assert answer.status_code == 302, answer.content.decode()
    row.refresh_from_db()
    assert row.status == "submitted"
    assert '"declarant":"Exporter"' in row.document
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(edit(row)).status_code == 302


def test_an_incomplete_application_is_saved_and_not_submitted(client, row):
    make_body()
    document = consignment()["application"]
    del document["importer"]
    fields = typed(document, order="submit", body="minsk", confirmed="on")
    answer = client.post(edit(row), fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#importer-name"' in page
    assert "графа 2" in page
    row.refresh_from_db()
    assert (row.status, row.version) == ("draft", 2)


def test_another_person_finds_no_such_page(row):
    for stranger in (make_exporter("other", "other-trader"), make_customs_officer()):
        client = Client()
        client.force_login(stranger)
        assert client.get(edit(row)).status_code == 404
        assert client.post(edit(row), typed(order="save")).status_code == 404


def test_an_assessor_reads_and_does_not_write(client, row):
    make_body()
    client.post(edit(row), typed(order="submit", body="minsk", confirmed="on"))
    reader = Client()
    reader.force_login(make_assessor())
    assert reader.get(f"/application/{row.pk}").status_code == 200
    assert reader.get(edit(row)).status_code == 404


# -- the session ends in the middle of a form -----------------------------------------------------


def sign_in(client: Client, username: str, password: str, **more: str):
    return client.post("/sign-in", {"username": username, "password": password} | more)


def carried_in(page: str) -> str:
    return page.split('name="carried" value="', 1)[1].split('"', 1)[0]


def test_what_was_typed_survives_the_end_of_the_session(client, row, exporter):
    exporter.set_password("a long password")
    exporter.save()
    client.logout()
    answer = client.post(edit(row), typed(order="save", person=mark_for("exporter")))
    assert answer.status_code == 401
    carried = carried_in(answer.content.decode())
    wrong = sign_in(client, "exporter", "a wrong password", carried=carried)
    assert carried_in(wrong.content.decode()) == carried
    offered = sign_in(client, "exporter", "a long password", carried=carried).content.decode()
    assert f'action="{edit(row)}"' in offered
    assert "МХМ-345" in offered
    assert client.post(edit(row), typed(order="save")).status_code == 302


def test_what_one_person_typed_is_not_given_to_another(client, row):
    other = make_exporter("other", "other-trader")
    other.set_password("a long password")
    other.save()
    client.logout()
    answer = client.post(edit(row), typed(order="save", person=mark_for("exporter")))
    carried = carried_in(answer.content.decode())
    answer = sign_in(client, "other", "a long password", carried=carried)
    assert answer.status_code == 302
    assert "МХМ-345" not in client.get("/").content.decode()


def test_a_form_that_we_did_not_make_is_not_carried(client, row):
    client.logout()
    for mark in ("", "exporter", mark_for("exporter") + "x"):
        answer = client.post(edit(row), typed(order="save", person=mark))
        assert answer.status_code == 401
        assert 'name="carried"' not in answer.content.decode()
        assert "notice bad" in answer.content.decode()
    assert (
        'name="carried" value=""'
        not in sign_in(client, "x", "y", carried="forged").content.decode()
    )


def test_typing_without_a_session_says_what_to_do(client, row):
    client.logout()
    answer = client.post(edit(row), typed(order="keep"), headers={"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#notices"
    assert "notice bad" in answer.content.decode()


def test_a_form_of_an_earlier_session_of_the_same_person_is_offered_again(row, exporter):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(exporter)
    answer = strict.post(edit(row), typed(order="save", person=mark_for("exporter")))
    assert "МХМ-345" in answer.content.decode()
    assert answer.status_code == 200
    refused = strict.post(edit(row), typed(order="save", person=mark_for("somebody")))
    assert refused.status_code == 403
    assert "МХМ-345" not in refused.content.decode()
    row.refresh_from_db()
    assert row.version == 1


# -- the shell ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_no_page_shows_a_bare_code(client, row, language):
    client.cookies["django_language"] = language
    for path in ("/", "/application/", edit(row), "/search?text=иней", f"/application/{row.pk}"):
        page = client.get(path).content.decode()
        assert "web." not in page.replace("web.archive", ""), path
        assert f'<html lang="{language}">' in page


def test_a_page_asks_no_other_host_and_stands_in_no_cache(client):
    answer = client.get("/")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert "http://" not in answer.content.decode()
    assert "https://" not in answer.content.decode()


def test_the_first_page_lists_what_waits(client, row):
    page = client.get("/").content.decode()
    assert f'href="{edit(row)}"' in page


def test_a_submitted_application_waits_for_the_body(client, row):
    make_body()
    client.post(edit(row), typed(order="submit", body="minsk", confirmed="on"))
    officer = Client()
    officer.force_login(make_assessor())
    assert f'href="/application/{row.pk}"' in officer.get("/").content.decode()


def test_who_is_not_signed_in_comes_back_to_the_page_after_it(row):
    answer = Client().get(edit(row))
    assert answer["Location"] == f"/sign-in?next=%2Fapplication%2F{row.pk}%2Fedit"


def test_the_machine_interface_sees_the_same_draft(client, row, exporter):
    client.post(edit(row), typed(order="save"))
    answer = Api(exporter).get(f"/application/{row.pk}")
    assert answer.data["document"]["exporter"] == consignment()["application"]["exporter"]


def test_what_programs_read_stays_out_of_caches_too():
    client = Client()
    for path in ("/api/v1/application", "/api/v1/openapi.json", "/health", "/sign-in"):
        assert "no-store" in client.get(path)["Cache-Control"]
