"""Beside the verdict stand the specimens of the certificate's day; and notices, and what fell."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from certorigin.seal.trust.period import Period
from certorigin.seal.trust.specimen import Picture, Specimen
from certorigin_server.mirror.notices import announce, planned
from certorigin_server.seal.ceremony import picture_place
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.users.models import Organisation
from tests.server import partner as az
from tests.server.authority import START
from tests.server.factories import (
    Api,
    client_of,
    make_customs_officer,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
CHANGED = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def browser(partner):
    make_organisation("gtk")
    return client_of(make_customs_officer())


@pytest.fixture
def page(partner, turns, browser):
    """A certificate of the partner, whose body changed its stamp in 2025."""
    picture = Picture.of(PNG)
    specimens = [
        Specimen(az.BODY, "stamp", Period(START, CHANGED), "старая печать"),
        Specimen(az.BODY, "stamp", Period(CHANGED), "круглая печать", picture),
        Specimen(az.OFFICER, "signature", Period(CHANGED), "подпись с росчерком"),
    ]
    folder = settings.SYSTEM.trust_folder / "AZ"
    (folder / "2.json").write_bytes(az.trust_list(2, specimens=specimens))
    place = picture_place(settings.SYSTEM, "AZ", picture.sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(PNG)
    issue = partner.issue()
    turns.follow(partner)
    return f"/received/{issue.subject}"


def test_the_specimens_of_the_day_stand_beside_the_verdict(page, browser):
    shown = browser.get(page).text
    assert "круглая печать" in shown
    assert "подпись с росчерком" in shown
    assert "старая печать" not in shown
    assert "the officer was in office" in shown
    address = f"/recognition/specimen/AZ/{Picture.of(PNG).sha256}"
    assert f'src="{address}"' in shown
    answer = browser.get(address)
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert client_of(make_user("stranger")).get(address).status_code == 404


def test_a_picture_that_is_not_what_its_digest_says_is_awaited_and_not_shown(page, browser):
    picture_place(settings.SYSTEM, "AZ", Picture.of(PNG).sha256).write_bytes(PNG + b"x")
    shown = browser.get(page).text
    assert "has not arrived" in shown
    assert "<img" not in shown
    assert browser.get(f"/recognition/specimen/AZ/{Picture.of(PNG).sha256}").status_code == 404


def test_disturbed_service_is_told_with_what_the_law_says(page, browser):
    assert "paper rules apply" not in browser.get(page).text
    (corridor,) = settings.SYSTEM.corridors
    now = timezone.now().replace(microsecond=0)
    body = planned(affects="exchange", starts=now, ends=now + timedelta(hours=1), remark="")
    facts = {"corridor": corridor, "keyring": get_keyring(), "at": now}
    announce(body=body, by=make_user("operator"), **facts)
    assert "paper rules apply" in browser.get(page).text


def test_what_fell_after_it_was_accepted_is_listed(partner, turns):
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    officer = make_customs_officer()
    api, browser = Api(officer), client_of(officer)
    issue = partner.issue()
    turns.follow(partner)
    row = api.post("/recognition/declaration", issue.declaration("1", amount="10")).data
    path = f"/recognition/declaration/{row['id']}/accept"
    assert api.post(path, {"subject": issue.subject}).status == 201
    assert issue.subject not in browser.get("/recognition/fallen").text
    stolen = turns.clock() - timedelta(hours=2)
    folder = settings.SYSTEM.trust_folder / "AZ"
    withdrawn = {"seal": stolen, "officer": stolen}
    (folder / "2.json").write_bytes(az.trust_list(2, withdrawn=withdrawn))
    turns.follow(partner)
    assert issue.subject in browser.get("/recognition/fallen").text
