"""Help for each kind of person, and the tour of the demo."""

import tomllib
from html import unescape
from importlib.resources import files

import pytest
from django.conf import settings

from certorigin.terminal.sentences import LANGUAGES, get_catalogue
from certorigin_server.users.rights import Role
from certorigin_server.web import demo, guides
from tests.server.factories import (
    client_of,
    make_auditor,
    make_exporter,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


def table():
    return tomllib.loads(files("certorigin_server.web").joinpath("guides.toml").read_text("utf-8"))


def test_every_role_has_a_guide_whose_sentences_are_there():
    steps = table()["steps"]
    assert set(steps) == {role.value for role in Role}
    told = {code for one in steps.values() for code, _ in one}
    told |= {step[0] for step in table()["tour"]["steps"]}
    assert len(told) == sum(len(one) for one in steps.values()) + 10
    for language in LANGUAGES:
        assert told <= get_catalogue(language).keys()


@pytest.mark.parametrize(("make", "role"), [(make_exporter, "exporter"), (make_auditor, "auditor")])
def test_a_person_reads_the_steps_of_their_role_and_may_open_each_page(make, role):
    client = client_of(make(), "az")
    text = unescape(client.get("/help").content.decode())
    for step in guides.steps_of(role):
        assert get_catalogue("az")[step.code] in text
        assert f'href="{step.url}"' in text
        assert client.get(step.url).status_code == 200
    others = {step.code for one in Role if one != role for step in guides.steps_of(one.value)}
    assert not [code for code in others if get_catalogue("az")[code] in text]


def test_the_tour_is_a_page_of_the_demo_alone(client, folder):
    assert client.get("/tour").status_code == 404
    mark = folder.parent / demo.DEMO_MARK
    mark.write_text("a demo\n", "utf-8")
    try:
        answer = client.get("/tour")
        text = unescape(answer.content.decode())
        assert answer.status_code == 200
        assert text.count("<li><p>") == len(guides.tour_steps()) == 10
        assert 'href="/check"' in text
        declaration = "next=%2Frecognition%2F%3Ftext%3D70200%2F118990&as=customs-az"
        assert declaration in text  # one among many, which nobody could tell from the others
        assert "/sign-in?next=%2Freceived%2F&as=customs-az" in text  # at the other state's address
        asked = client.get("/sign-in", {"next": "/ask/", "as": "exporter-by-01"}).content.decode()
        assert 'value="exporter-by-01"' in asked
        assert 'value="/ask/"' in asked
        assert "exporter-by-01" in text
        assert 'href="/tour"' in client.get("/sign-in").content.decode()
    finally:
        mark.unlink()


def test_who_looks_at_the_demo_keeps_the_language_of_the_browser(client, folder):
    """The people there are invented; elsewhere the language of one's account is taken."""
    olga = make_user("olga", Role.EXPORTER, organisation=make_organisation("trader"), language="ru")
    olga.set_password("pass phrase of olga")
    olga.save()
    said = {"username": "olga", "password": "pass phrase of olga"}
    mark = folder.parent / demo.DEMO_MARK
    mark.write_text("a demo\n", "utf-8")
    try:
        assert settings.LANGUAGE_COOKIE_NAME not in client.post("/sign-in", said).cookies
    finally:
        mark.unlink()
    client.logout()
    assert client.post("/sign-in", said).cookies[settings.LANGUAGE_COOKIE_NAME].value == "ru"
