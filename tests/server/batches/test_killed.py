"""A batch whose process is killed again and again runs to the end, with nothing lost or doubled.

Only where CERTORIGIN_BATCH says how many consignments (scripts/long runs 10,000 of them), and on
PostgreSQL: the memory of SQLite is seen by one process alone.
"""

import multiprocessing
import os
import signal
import time

import pytest
from django.db import connection, connections
from django.utils import timezone

from certorigin_server.batches import services
from certorigin_server.batches.models import Batch
from certorigin_server.batches.queries import CERTIFY, DECIDE, WORK, counts_of, looks_of
from certorigin_server.batches.worker import BatchLoop
from certorigin_server.certification.models import Certificate
from certorigin_server.trail.queries import find_broken_link
from tests.server.batches.table import approve_goods, table_of
from tests.server.factories import make_assessor, make_certifier, make_exporter

SIZE = int(os.environ.get("CERTORIGIN_BATCH", "0"))
# How long a process lives, at the least: it is killed wherever it then is.
LIVES = float(os.environ.get("CERTORIGIN_BATCH_LIVES", "20"))

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(200 + 3 * SIZE),
    pytest.mark.skipif(not SIZE, reason="a long run: set CERTORIGIN_BATCH"),
]


def work():
    """What the process of the loops does, until it is killed."""
    connections.close_all()
    loop = BatchLoop(clock=timezone.now)
    while loop.turn() or loop.turn():
        pass
    os._exit(0)


def carried_through(batch):
    """Let processes work at a batch, each killed after its time; return how many were killed."""
    killed = 0
    while Batch.objects.get(pk=batch.pk).stage in WORK:
        connections.close_all()
        worker = multiprocessing.get_context("fork").Process(target=work)
        worker.start()
        worker.join(LIVES)
        if worker.is_alive():
            os.kill(worker.pid, signal.SIGKILL)
            killed += 1
        worker.join()
    return killed


def test_a_batch_goes_on_wherever_its_process_was_killed(capsys):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's memory is seen by one process alone")
    exporter, assessor, certifier = make_exporter(), make_assessor(), make_certifier()
    approve_goods(exporter, assessor)
    given = {"by": exporter, "at": timezone.now()}
    batch = services.take(raw=table_of(SIZE), name="many.csv", form="ST-1", **given)
    services.confirm(batch=batch.pk, body="minsk", confirmed=True, **given)
    begun, kills = time.monotonic(), carried_through(batch)
    for order, officer in ((DECIDE, assessor), (CERTIFY, certifier)):
        for one in looks_of(batch, order):
            told = {"row": one.row.number, "what": order, "outcome": "fits", "at": timezone.now()}
            services.look(batch=batch.pk, by=officer, **told)
        services.order(batch=batch.pk, what=order, by=officer, at=timezone.now())
        kills += carried_through(batch)
    counts = counts_of(batch)
    assert (counts["certified"], counts["fault"], counts["out"]) == (SIZE, 0, 0)
    serials = Certificate.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == list(range(1, SIZE + 1))
    assert batch.rows.values("application").distinct().count() == SIZE
    assert find_broken_link() is None
    assert kills
    with capsys.disabled():
        print(f"\n{SIZE} consignments, {kills} kills: {time.monotonic() - begun:.0f} s")
