"""The table of a batch goes with the applications that it became, and after them (R16)."""

import pytest

from certorigin_server.application.models import Application
from certorigin_server.audit.retention import find_due
from certorigin_server.batches.models import Batch, BatchRow
from tests.server.batches.table import approve_goods, turn_until_idle
from tests.server.batches.test_batches import confirmed, looked_at, ordered, taken
from tests.server.destruction import destroyed, later
from tests.server.factories import client_of, make_assessor, make_certifier, make_exporter

pytestmark = pytest.mark.django_db
DECIDE, CERTIFY = "decide", "certify"


@pytest.fixture(autouse=True)
def own_folder(folder):
    return folder


@pytest.fixture
def people():
    exporter, assessor = make_exporter(), make_assessor()
    approve_goods(exporter, assessor)
    Application.objects.update(changed_at=later(5))  # the one that the dossier came of stays
    return exporter, assessor, make_certifier()


def certified_batch(people):
    exporter, assessor, certifier = people
    batch = confirmed(exporter)
    turn_until_idle()
    for order, officer in ((DECIDE, assessor), (CERTIFY, certifier)):
        looked_at(batch, order, officer)
        ordered(batch, order, officer)
        turn_until_idle()
    return batch


def due(kind):
    return [case.name for case in find_due(kind, at=later())]


def test_a_table_goes_after_its_applications_and_its_lines_with_them(people):
    batch = certified_batch(people)
    assert due("batches") == []
    destroyed()
    rows = BatchRow.objects.filter(batch=batch)
    assert set(rows.values_list("document", "name")) == {("", "—")}
    assert client_of(people[0]).get(f"/batches/{batch.pk}").status_code == 200
    assert due("batches") == [f"urn:uuid:{batch.pk}"]
    destroyed("batches")
    assert Batch.objects.get().name == "—"
    assert due("batches") == []
    assert client_of(people[0]).get(f"/batches/{batch.pk}").status_code == 404


def test_a_table_that_nobody_confirmed_goes_alone(people):
    batch = taken(people[0])
    assert due("batches") == [f"urn:uuid:{batch.pk}"]
    destroyed("batches")
    assert set(BatchRow.objects.values_list("document", flat=True)) == {""}


def test_a_table_on_which_the_loop_works_stays(people):
    confirmed(people[0])
    assert due("batches") == []
