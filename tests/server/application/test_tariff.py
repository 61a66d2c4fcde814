"""Codes found by words: on a page, beside the field while one types, in four languages."""

import pytest
from django.conf import settings
from django.test import Client

from certorigin_server.application import lookup
from tests.server.factories import make_customs_officer, make_exporter

pytestmark = pytest.mark.django_db

OFFICIAL = """hscode,description
84,Machines
8418,Refrigerators and freezers
841810,"Refrigerators; combined refrigerator-freezers"
841830,"Freezers; of the chest type"
"""


@pytest.fixture
def client():
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_exporter())
    return client


@pytest.fixture
def official(settings, tmp_path):
    (tmp_path / lookup.FILE).write_text(OFFICIAL, "utf-8")
    settings.SYSTEM = settings.SYSTEM.__class__(
        **{name: getattr(settings.SYSTEM, name) for name in settings.SYSTEM.__dataclass_fields__}
        | {"folder": tmp_path}
    )
    return tmp_path / lookup.FILE


@pytest.mark.parametrize(
    ("word", "heading", "language", "name"),
    [
        ("трактор", "8701", "ru", "тракторы, тягачи"),
        ("traktor", "8701", "az", "traktor"),
        ("трактары", "8701", "be", "трактары"),
        ("tractor", "8701", "en", "tractors"),
        ("kərə yağı", "0405", "az", "kərə yağı"),
        ("халадзільнік", "8418", "be", "халадзільнікі"),
    ],
)
def test_headings_are_found_in_four_languages_without_any_file(
    client, word, heading, language, name
):
    page = client.get("/tariff", {"text": word}, headers={"accept-language": language})
    found = page.context["found"]
    assert found[0].code == heading
    assert found[0].name == name
    assert page.context["only_headings"] is True


def test_an_official_nomenclature_gives_six_digits(client, official):
    page = client.get("/tariff", {"text": "chest freezer"})
    assert page.context["found"][0].code == "841830"
    assert page.context["only_headings"] is False
    assert "of the chest type" in page.content.decode()


def test_a_new_file_is_read_when_it_changed(client, official):
    assert client.get("/tariff", {"text": "anvil"}).context["found"] == []
    official.write_text(OFFICIAL + '732690,"Anvils of iron"\n', "utf-8")
    assert client.get("/tariff", {"text": "anvil"}).context["found"][0].code == "732690"


def test_beside_the_field_codes_are_offered_for_words_and_digits(client, official):
    field = "items[0].tariffCode"
    for text, codes in (("8418", ["841810", "841830"]), ("freezer", ["841830", "841810"])):
        page = client.get("/tariff/offers", {"field": field, field: text})
        assert {one.code for one in page.context["found"]} == set(codes)
        assert "code=841830" in page.content.decode()


@pytest.mark.parametrize("text", ["", "8", "841830"])
def test_nothing_is_offered_for_too_little_or_for_a_code_that_is_whole(client, official, text):
    page = client.get("/tariff/offers", {"field": "f", "f": text})
    assert page.context["found"] == []


def test_what_is_chosen_stands_in_the_field_and_has_the_focus(client):
    page = client.get("/tariff/choose", {"field": "items[2].tariffCode", "code": "841830"})
    text = page.content.decode()
    assert 'name="items[2].tariffCode"' in text
    assert 'value="841830"' in text
    assert "autofocus" in text


def test_what_is_typed_cannot_break_the_page(client):
    nasty = '"><script>alert(1)</script>'
    for address in ("/tariff", "/tariff/offers", "/tariff/choose"):
        page = client.get(address, {"text": nasty, "field": nasty, "code": nasty, nasty: nasty})
        assert b"<script>alert" not in page.content


def test_every_role_may_look_and_nobody_else():
    client = Client()
    assert client.get("/tariff").status_code == 302
    client.force_login(make_customs_officer())
    assert client.get("/tariff").status_code == 200
    assert settings.SYSTEM.folder.exists()
