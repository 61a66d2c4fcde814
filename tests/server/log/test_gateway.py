"""A gateway between two states changes addresses on the way: what was signed holds (R12)."""

import uuid
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from certorigin.errors import MalformedError
from certorigin.mirror.line import sign_request
from certorigin_server.settings.reading import read_settings
from certorigin_server.settings.system import TlsFiles
from tests.server import partner as az

pytestmark = pytest.mark.django_db
GATEWAY = "https://gateway.example/by"
PATH = "/exchange/trust/1.json"


@pytest.fixture
def known_as(settings):
    """Let the partner know us under the gateway's address."""

    def know(address):
        (corridor,) = settings.SYSTEM.corridors
        changed = replace(settings.SYSTEM, corridors=(replace(corridor, known_as=address),))
        settings.SYSTEM = changed

    return know


def relayed(signed_for, path=PATH, nonce=None):
    """Ask as a gateway relays it: under our own name, with the signature for the gateway's."""
    headers = sign_request(
        "GET",
        signed_for,
        sealer=az.sealer("exchange"),
        at=timezone.now(),
        nonce=nonce or uuid.uuid4().hex,
    )
    headers |= {"Via": "1.1 gateway", "X-Forwarded-Host": "gateway.example"}
    answer = Client().get(path, headers=headers)
    if answer.streaming:
        b"".join(answer)  # a file that is read is closed
    return answer.status_code


def test_a_request_signed_for_the_gateway_is_the_partners(partner, known_as):
    known_as(GATEWAY)
    assert relayed(GATEWAY + PATH) == 200


def test_a_request_that_reaches_us_directly_holds_as_before(partner, known_as):
    known_as(GATEWAY)
    assert relayed(f"http://testserver{PATH}") == 200


@pytest.mark.parametrize(
    ("address", "signed_for"),
    [
        ("", GATEWAY + PATH),
        (GATEWAY, f"https://gateway.example/az{PATH}"),
        (GATEWAY, f"https://other.example/by{PATH}"),
        (GATEWAY, f"{GATEWAY}/exchange/trust/2.json"),
        (GATEWAY, f"{GATEWAY}{PATH}?more"),
    ],
)
def test_what_was_signed_for_another_address_is_nothing_here(
    partner, known_as, address, signed_for
):
    """No header of a relay, and no name that nobody set, says where a request was meant to go."""
    known_as(address)
    assert relayed(signed_for) == 404


def test_a_relayed_request_holds_once(partner, known_as):
    known_as(GATEWAY)
    nonce = uuid.uuid4().hex
    assert [relayed(GATEWAY + PATH, nonce=nonce) for _ in range(2)] == [200, 404]


@pytest.mark.parametrize(
    "address", ["gateway.example", "https://g.example/", "ftp://g", "https://a b"]
)
def test_an_address_that_is_none_stops_the_start(folder, address):
    with pytest.raises(MalformedError, match=r"settings\.not_address"):
        read_settings(
            {
                "installation": {"id": "BY-1", "state": "BY", "name": "x"},
                "corridor": [
                    {
                        "id": "AZ-BY/CIS-2009",
                        "partner": "AZ-1",
                        "partner_url": "https://az.example",
                        "term": "2026",
                        "known_as": address,
                    }
                ],
            },
            folder,
        )


def test_the_names_of_a_system_are_a_list(folder):
    data = {"installation": {"id": "BY-1", "state": "BY", "name": "x"}}
    assert read_settings(data | {"web": {"names": ["by.example"]}}, folder).names == ("by.example",)
    with pytest.raises(MalformedError, match=r"settings\.not_list"):
        read_settings(data | {"web": {"names": "by.example"}}, folder)


def corridor_with(folder, **more):
    named = {"id": "AZ-BY/CIS-2009", "partner": "AZ-1", "partner_url": "https://az.example"}
    data = {
        "installation": {"id": "BY-1", "state": "BY", "name": "x"},
        "corridor": [named | {"term": "2026"} | more],
    }
    return read_settings(data, folder).corridors[0]


def test_the_files_of_tls_are_read_as_they_are_set(folder):
    assert corridor_with(folder).tls == TlsFiles()
    files = {"certificate": "tls/a.pem", "key": "tls/a.key", "authorities": "tls/b.pem"}
    assert corridor_with(folder, **files).tls == TlsFiles(**files)


@pytest.mark.parametrize("alone", ["certificate", "key"])
def test_a_certificate_without_its_key_stops_the_start(folder, alone):
    with pytest.raises(MalformedError, match=r"settings\.tls_without_pair"):
        corridor_with(folder, **{alone: "tls/a.pem"})
