"""Risk indicators on the desk and for machines, from the register."""

from html import unescape

import pytest

from tests.server.factories import Api
from tests.server.recognition.hands import examination

pytestmark = pytest.mark.django_db


def test_a_new_exporter_is_told_and_the_verdict_stays(officer, client, lodged, issue):
    _, page = examination(client, lodged)
    assert "Worth a look: 1" in page
    assert "first certificate of" in page
    assert 'name="order" value="accept"' in page
    (told,) = Api(officer).get(f"/recognition/certificate/{issue.subject}/risk").data
    assert (told["code"], told["links"]) == ("risk.exporter_new", [])


def test_what_is_behind_an_indicator_is_linked(officer, client, lodged, issue, partner, turns):
    again = partner.issue("AZBY6001000002")
    turns.follow(partner)
    told = Api(officer).get(f"/recognition/certificate/{issue.subject}/risk").data
    assert [(one["code"], one["links"]) for one in told] == [
        ("risk.invoice_reused", [again.subject])
    ]
    _, page = examination(client, lodged)
    assert f'href="/received/{again.subject}">AZBY6001000002' in unescape(page)
