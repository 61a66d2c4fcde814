"""The consignments of a chunk are certified together: all or none, and none in the others' way."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certorigin import crash
from certorigin_server.batches import certifying, services
from certorigin_server.batches.models import BatchRow
from certorigin_server.batches.queries import CERTIFY, DECIDE, counts_of, looks_of
from certorigin_server.batches.worker import BatchLoop
from certorigin_server.certification.models import Certificate, NumberSequence
from certorigin_server.trail.queries import find_broken_link
from tests.server.batches.table import approve_goods, table_of, turn_until_idle
from tests.server.factories import make_assessor, make_certifier, make_exporter

pytestmark = pytest.mark.django_db
SIZE = 6


@pytest.fixture
def batch():
    """A batch whose consignments were decided, and that a certifying officer has ordered."""
    exporter, assessor, certifier = make_exporter(), make_assessor(), make_certifier()
    approve_goods(exporter, assessor)
    given = {"by": exporter, "at": timezone.now()}
    found = services.take(raw=table_of(SIZE), name="table.csv", form="ST-1", **given)
    services.confirm(batch=found.pk, body="minsk", confirmed=True, **given)
    for order, officer in ((DECIDE, assessor), (CERTIFY, certifier)):
        turn_until_idle()
        for one in looks_of(found, order):
            told = {"row": one.row.number, "what": order, "outcome": "fits", "at": timezone.now()}
            services.look(batch=found.pk, by=officer, **told)
        services.order(batch=found.pk, what=order, by=officer, at=timezone.now())
    return found


def test_a_chunk_is_certified_in_the_statements_of_one_and_in_the_order_of_the_table(batch):
    with CaptureQueriesContext(connection) as asked:
        assert BatchLoop(clock=timezone.now).turn() == SIZE
    # As for one, and the loop's own: batch, person, rights, rows, how far they are, savepoints.
    assert len(asked) <= 30
    rows = batch.rows.order_by("number").values_list("application", flat=True)
    made = Certificate.objects.order_by("serial").values_list("application", flat=True)
    assert list(made) == list(rows)
    assert find_broken_link() is None


def test_a_chunk_whose_process_ends_before_the_commit_is_certified_by_the_next(batch):
    class Crash(BaseException):
        """Not caught by anything on the way, like the end of a process."""

    def hook(name):
        if name == "certification.before_commit":
            raise Crash

    crash.arm(hook)
    try:
        with pytest.raises(Crash):
            BatchLoop(clock=timezone.now).turn()
    finally:
        crash.disarm()
    assert counts_of(batch)["decided"] == SIZE
    assert not Certificate.objects.exists()
    turn_until_idle()
    assert counts_of(batch)["certified"] == NumberSequence.objects.get().last == SIZE


def test_what_breaks_the_chunk_holds_up_its_own_consignment_alone(batch, monkeypatch):
    """A fault of the program's own undoes what was done together: each is then taken by itself."""
    broken = batch.rows.get(number=3).application_id
    one, many = services.certify, certifying.certify_many

    def certify(*, application, **given):
        if application == broken:
            raise ZeroDivisionError
        return one(application=application, **given)

    def certify_many(*, applications, **given):
        made = many(applications=applications, **given)
        if broken in made:
            raise ZeroDivisionError
        return made

    monkeypatch.setattr(services, "certify", certify)
    monkeypatch.setattr(certifying, "certify_many", certify_many)
    turn_until_idle()
    held = BatchRow.objects.exclude(fault="").get()
    assert (held.number, held.state, held.fault) == (3, "decided", "bulk.broken")
    assert counts_of(batch)["certified"] == NumberSequence.objects.get().last == SIZE - 1
    serials = Certificate.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == list(range(1, SIZE))
    assert find_broken_link() is None
