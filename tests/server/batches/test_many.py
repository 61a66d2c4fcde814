"""A large batch: as many statements for the last consignment as for the first, in flat memory.

CERTORIGIN_BATCH says how many consignments (scripts/long runs 10,000 of them).
"""

import os
import resource
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certorigin_server.batches import services
from certorigin_server.batches.queries import CERTIFY, DECIDE, looks_of
from certorigin_server.batches.worker import CHUNK, BatchLoop
from certorigin_server.certification.models import Certificate
from tests.server.batches.table import approve_goods, table_of
from tests.server.factories import make_assessor, make_certifier, make_exporter

SIZE = int(os.environ.get("CERTORIGIN_BATCH", "75"))
# What a process may grow from the first tenth of the work to its end, in kilobytes.
GROWTH = 60_000

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(20 + SIZE)]


def statements_of_turns(loop):
    """Turn until the stage is done; count the statements of each whole turn."""
    counts = []
    while True:
        with CaptureQueriesContext(connection) as said:
            moved = loop.turn()
        if moved == CHUNK:
            counts.append(len(said))
        said.connection.queries_log.clear()
        if not moved:
            return counts


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_the_last_consignment_costs_what_the_first_did(capsys):
    exporter, assessor, certifier = make_exporter(), make_assessor(), make_certifier()
    approve_goods(exporter, assessor)
    given = {"by": exporter, "at": timezone.now()}
    begun = time.monotonic()
    batch = services.take(raw=table_of(SIZE), name="many.csv", form="ST-1", **given)
    services.confirm(batch=batch.pk, body="minsk", confirmed=True, **given)
    figures, read = [f"read {time.monotonic() - begun:.1f} s"], peak()
    loop = BatchLoop(clock=timezone.now)
    for order, officer in (("", None), (DECIDE, assessor), (CERTIFY, certifier)):
        begun = time.monotonic()
        for one in looks_of(batch, order) if officer else ():
            told = {"row": one.row.number, "what": order, "outcome": "fits", "at": timezone.now()}
            services.look(batch=batch.pk, by=officer, **told)
        if officer:
            services.order(batch=batch.pk, what=order, by=officer, at=timezone.now())
        counts = statements_of_turns(loop)
        figures.append(f"{order or 'submit'} {time.monotonic() - begun:.1f} s")
        assert len(counts) == SIZE // CHUNK
        assert max(counts[1:]) - min(counts[1:]) <= CHUNK
    assert Certificate.objects.count() == SIZE
    assert peak() - read < GROWTH
    with capsys.disabled():
        print(f"\n{SIZE}: {', '.join(figures)}; {read // 1024} MB read, {peak() // 1024} MB end")
