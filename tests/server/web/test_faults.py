"""Requests that never reach a desk get a page of ours too, and programs an answer in JSON."""

import pytest
from django.test import Client

from certorigin_server.users.rights import Role
from certorigin_server.web import views
from tests.server.factories import Api, make_body, make_exporter, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    made = Client(headers={"accept-language": "ru"}, raise_request_exception=False)
    made.force_login(make_exporter())
    return made


def test_what_is_too_large_says_so_with_the_limits(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    answer = client.post("/application/new", {f"a{number}": "x" for number in range(9)})
    page = answer.content.decode()
    assert (answer.status_code, "5 полей" in page) == (413, True)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    answer = client.post("/language", {"language": "x" * 1_000_001})
    assert (answer.status_code, "1 МБ" in answer.content.decode()) == (413, True)


def test_a_program_is_told_in_json(settings):
    api = Api(make_exporter())
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    answer = api.post("/application", {"a": "x" * 2_000})
    assert (answer.status, answer.data["code"]) == (413, "web.request_too_large")
    assert api.get("/no-such-call").data["code"] == "web.not_found_help"


def test_an_address_that_there_is_not_is_told_in_the_shell(client):
    answer = client.get("/no-such-page")
    assert (answer.status_code, 'class="top"' in answer.content.decode()) == (404, True)


def test_an_address_that_takes_nothing_but_a_form_says_so_in_the_shell(client):
    answer = client.get("/application/new")
    page = answer.content.decode()
    assert (answer.status_code, answer["Allow"], 'class="top"' in page) == (405, "POST", True)
    assert "принимает только заполненную форму" in page
    assert client.delete("/application/new").content == b""


@pytest.mark.parametrize("page", ["/administration/people/%00", "/welcome/a%00", "/api/v1/x%00"])
def test_nothing_is_at_an_address_that_no_name_can_have(page):
    admin = Client()
    admin.force_login(make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci")))
    answer = admin.get(page)
    assert answer.status_code == 404
    assert answer["Content-Security-Policy"]


def test_our_own_fault_is_told_without_details(client, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(views, "tasks_for", fail)
    answer = client.get("/")
    page = answer.content.decode()
    assert (answer.status_code, "secret" in page) == (500, False)
    assert "У нас произошла ошибка" in page
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
