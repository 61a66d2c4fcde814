"""A large batch: as many statements for the last consignment as for the first, in flat memory.

From the table to certificates that are sealed and stand in the log. CERTORIGIN_BATCH says how many
consignments (scripts/long runs 10,000 of them); what each tenth of them costs is printed.
"""

import os
import time
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from certorigin_server.batches import services
from certorigin_server.batches.queries import CERTIFY, DECIDE, counts_of, looks_of
from certorigin_server.batches.worker import CHUNK, BatchLoop
from certorigin_server.certification.models import Certificate
from certorigin_server.seal.models import SealedAct
from tests.server.batches.table import approve_goods, table_of
from tests.server.factories import make_assessor, make_certifier, make_exporter

SIZE = int(os.environ.get("CERTORIGIN_BATCH", "75"))
# What a process may grow from the first tenth of a stage to its end, in megabytes.
GROWTH = 60

# Each turn commits, as in life: within one transaction no old row could be cleared away. On SQLite
# the guards would refuse to empty the tables afterwards.
COMMITS = connection.vendor == "postgresql"
pytestmark = [pytest.mark.django_db(transaction=COMMITS), pytest.mark.timeout(100 + 3 * SIZE)]


def resident():
    """Return how many megabytes this process holds now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") >> 20


class Stage:
    """One stage of the batch: what its turns ask of the database, and what each tenth costs."""

    def __init__(self, name, turn):
        self.name, self.turn = name, turn
        self.statements, self.held = [], []

    def run(self):
        """Turn until nothing moves."""
        said, done = 0, 0
        mark, clock, begun = 0, time.monotonic(), time.process_time()

        def count(execute, sql, params, many, context):
            nonlocal said
            said += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            while moved := self.turn():
                done += moved
                if moved == CHUNK:
                    self.statements.append(said)
                said = 0
                while done >= (mark + 1) * SIZE // 10 and mark < 10:
                    mark += 1
                    now = time.monotonic(), time.process_time()
                    self.held.append(resident())
                    spent = f"{now[0] - clock:.1f} s, of processor {now[1] - begun:.1f} s"
                    print(f"{self.name} {mark}0 %: {spent}, {self.held[-1]} MB", flush=True)
                    clock, begun = now
        return self


def test_the_last_consignment_costs_what_the_first_did(folder, turns):
    exporter, assessor, certifier = make_exporter(), make_assessor(), make_certifier()
    approve_goods(exporter, assessor)
    turns.publish()
    given = {"by": exporter, "at": timezone.now()}
    begun = time.monotonic()
    batch = services.take(raw=table_of(SIZE), name="many.csv", form="ST-1", **given)
    services.confirm(batch=batch.pk, body="minsk", confirmed=True, **given)
    print(f"\n{SIZE} read in {time.monotonic() - begun:.1f} s, {resident()} MB", flush=True)
    loop = BatchLoop(clock=timezone.now)
    stages = [Stage("submit", loop.turn).run()]
    for order, officer in ((DECIDE, assessor), (CERTIFY, certifier)):
        for one in looks_of(batch, order):
            told = {"row": one.row.number, "what": order, "outcome": "fits", "at": timezone.now()}
            services.look(batch=batch.pk, by=officer, **told)
        services.order(batch=batch.pk, what=order, by=officer, at=timezone.now())
        stages.append(Stage(order, loop.turn).run())
    for stage in stages:
        assert len(stage.statements) == SIZE // CHUNK
        assert max(stage.statements[1:]) - min(stage.statements[1:]) <= CHUNK
    assert counts_of(batch)["certified"] == Certificate.objects.count() == SIZE
    stages.append(Stage("seal and log", lambda: (turns.seal(), turns.log())[1]).run())
    turns.publish()
    assert not SealedAct.objects.filter(log_index=None).exists()
    assert Certificate.objects.filter(act__log_index__isnull=False).count() == SIZE
    for stage in stages:
        assert max(stage.held) - stage.held[0] < GROWTH, (stage.name, stage.held)
