"""Goods declarations and decisions go when their term is over; what was told abroad stays (R16)."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin.seal.canonical import parse_strict
from certorigin_server.audit.retention import find_due
from certorigin_server.recognition.models import Decision, GoodsDeclaration, NumberPart
from certorigin_server.recognition.queries import acts_and_decisions
from certorigin_server.recognition.services import register_declaration
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.queries import find_broken_link
from tests.server.destruction import destroyed, later

pytestmark = pytest.mark.django_db
UNKNOWN = 404


@pytest.fixture
def accepted(client, lodged, issue, turns):
    """An acceptance that the issuing state was told of."""
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    turns.give_back()
    return Decision.objects.get()


def due():
    return [case.name for case in find_due("customs", at=later())]


def test_what_waits_for_a_decision_or_was_not_told_abroad_is_never_due(
    client, lodged, issue, turns
):
    assert due() == []
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    assert due() == []
    turns.give_back()
    assert due() == [f"urn:uuid:{GoodsDeclaration.objects.get().pk}"]
    assert find_due("customs", at=later(2)) == []


def test_every_version_goes_and_the_use_still_counts(client, officer, lodged, issue, accepted):
    row = GoodsDeclaration.objects.get()
    given = {"by": officer, "at": timezone.now(), "amends": row.pk}
    register_declaration(document=issue.declaration(), **given)
    assert GoodsDeclaration.objects.count() == 2
    acts = list(SealedAct.objects.order_by("pk").values())
    at = later()
    before = acts_and_decisions(issue.subject, at=at)
    protocol = parse_strict(destroyed("customs").protocol.encode())["credentialSubject"]
    (case,) = protocol["cases"]
    assert (protocol["kind"], case["certificates"]) == ("customs", [issue.subject])
    assert set(GoodsDeclaration.objects.values_list("document", flat=True)) == {""}
    assert not NumberPart.objects.exists()
    kept = Decision.objects.get()
    assert (kept.report, kept.remark) == ("{}", "")
    assert (kept.items, kept.act) == (accepted.items, accepted.act)
    assert acts_and_decisions(issue.subject, at=at) == before
    assert list(SealedAct.objects.order_by("pk").values()) == acts
    assert client.get(lodged).status_code == UNKNOWN
    assert client.get("/recognition/").status_code == 200
    assert (due(), find_broken_link()) == ([], None)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        GoodsDeclaration.objects.update(document="x")


def test_an_acceptance_whose_certificate_was_annulled_stays_until_somebody_looked(annulled, turns):
    turns.give_back()
    assert due() == []
