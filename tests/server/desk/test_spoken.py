"""Every list, and the pages of one case, in each language: no word of another one stands there."""

import pytest

from certorigin_server.users.rights import Role
from tests import pages
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_auditor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_user,
    submitted,
)
from tests.spoken import strangers_in, typed_words

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]


@pytest.fixture
def people():
    body = make_body("minsk")
    return {
        "exporter": make_exporter(),
        "assessor": make_assessor(),
        "certifier": make_certifier(),
        "customs": make_customs_officer(),
        "auditor": make_auditor(),
        "admin": make_user("admin", Role.ADMINISTRATOR, organisation=body),
    }


@pytest.fixture
def addresses(people):
    """Lists, and what has one case in its address."""
    exporter, assessor = Api(people["exporter"]), Api(people["assessor"])
    waiting, done = submitted(exporter), decided(exporter, assessor)
    made = certified(done, Api(people["certifier"]))["id"]
    draft = exporter.post("/application", {}).data["id"]
    known = [one for one in pages.routes() if one.is_list and not one.is_call]
    return [
        *(one.path({}) for one in known if one.pattern not in pages.PARTS),
        *(f"/application/{one}" for one in (waiting, done)),
        *(f"/application/{draft}/{one}" for one in ("edit", "worksheet", "evidence", "withdraw")),
        *(f"/assessment/{waiting}{one}" for one in ("", "/worksheet", "/refuse", "/acts")),
        *(f"/certification/{made}{one}" for one in ("", "/annul", "/ask/duplicate", "/excerpt")),
        *(f"/certificate/{made}", f"/assessment/{done}"),
        *("/sign-in", "/check", "/open-data"),
    ]


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_no_page_speaks_another_language_than_its_own(people, addresses, language):
    typed, seen, wrong = typed_words(language), set(), {}
    for role, person in people.items():
        client = client_of(person, language)
        for address in [one for one in addresses if one not in seen]:
            answer = client.get(address)
            page = b"" if answer.streaming else answer.content
            if answer.status_code == 200 and page.lower().startswith(b"<!doctype html"):
                seen.add(address)
                found = strangers_in(page.decode(), typed)
                wrong |= {f"{role} {address}": sorted(found)} if found else {}
    told = [f"{where}: {' '.join(found)}" for where, found in wrong.items()]
    assert not told, "\n".join(told)
    assert len(seen) > 60
