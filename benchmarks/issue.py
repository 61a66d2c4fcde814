"""Certificates issued durably through the services, beside PostgreSQL's own commits of the bytes.

Ours is what a certifying officer's decision costs until nobody can deny it: rights, boxes, number,
act and trail in one commit, then the seals of body and officer, then the log with its head; one
by one as at the desk, and together as the consignments of a batch. The
limit is a row with the bytes of the same acts and a commit for each, over as many connections as
gain anything (PostgreSQL flushes commits of several at once). Both work on the same database, in
turn. Without DATABASE_URL it has nothing to measure. Run it with the folder above `benchmarks` as
working folder, beside a PostgreSQL that flushes (`scripts/with-postgres` does not).

    DATABASE_URL=postgres://... .venv/bin/python -m benchmarks.issue [--count 200] [--json]
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.pages import enter, generate

AIM = 0.3
CERTIFICATES = 60
CONNECTIONS = (1, 8)
TABLE = "benchmark_commit"

# All of it, certifying, seals and log, and of this process's processor: seconds.
Times = tuple[float, float, float, float]


class Desk:
    """The desks of a generated system, with applications that wait to be certified."""

    def __init__(self, folder: Path) -> None:
        from django.conf import settings  # noqa: PLC0415 - Django is set up by now

        from certorigin_server.operate.generate.abroad import moment  # noqa: PLC0415
        from certorigin_server.operate.generate.home import Home  # noqa: PLC0415
        from certorigin_server.operate.generate.loops import Clock, Loops  # noqa: PLC0415
        from certorigin_server.operate.generate.order import read_order  # noqa: PLC0415
        from certorigin_server.operate.generate.partner import PlayedPartner  # noqa: PLC0415
        from certorigin_server.operate.generate.staff import find_staff  # noqa: PLC0415
        from certorigin_server.operate.generate.trade import Fate, make_plan  # noqa: PLC0415
        from certorigin_server.users.queries import get_user  # noqa: PLC0415

        order = read_order(folder)
        plan = make_plan(order)
        self._day, self._moment = order.until + timedelta(days=1), moment
        clock = Clock(moment(self._day, 1))
        partner = PlayedPartner(settings.SYSTEM, folder / "partner", seed=order.seed, clock=clock)
        exporters = {one.slug: get_user(one.slug) for one in plan.exporters}
        self._loops = Loops(partner, clock)
        self._home = Home(find_staff(at=clock.now), exporters, partner.corridor.corridor.agreement)
        kept = (Fate.CERTIFIED, Fate.WAITS_FOR_CERTIFICATION)
        self._cases = [case for case in plan.ours if case.fate in kept]
        self._made = 10_000  # numbers of invoices that the plan has not

    def prepare(self, count: int) -> list:
        """Apply and decide: what is there before the measured time begins."""
        found = []
        for turn in range(count):
            self._made += 1
            case = self._cases[turn % len(self._cases)]
            case = replace(case, number=self._made, has_slip=False, lacks_fact=False)
            self._home.apply(case, at=self._moment(self._day, 2))
            self._home.decide(case, at=self._moment(self._day, 3))
            found.append(case)
        self._loops.publish()
        return found

    def certify(self, cases: list) -> None:
        for case in cases:
            self._home.certify(case, at=self._moment(self._day, 4))

    def certify_together(self, cases: list) -> None:
        """As the loop does with the consignments of a batch, a chunk of one officer at a time."""
        from certorigin_server.batches.worker import CHUNK  # noqa: PLC0415
        from certorigin_server.certification.services import certify_many  # noqa: PLC0415

        of_officer = defaultdict(list)
        for case in cases:
            of_officer[self._home.certifier_of(case)].append(case)
        for officer, own in of_officer.items():
            for some in batched(own, CHUNK):
                names = {self._home.applications[case.number]: case.number for case in some}
                at = self._moment(self._day, 4)
                made = certify_many(applications=list(names), by=officer, at=at)
                self._home.subjects |= {names[name]: one.pk for name, one in made.items()}

    def publish(self) -> None:
        self._loops.publish()

    def acts(self, cases: list) -> list[bytes]:
        from certorigin_server.standing.models import RegisteredAct  # noqa: PLC0415

        subjects = [self._home.subjects[case.number] for case in cases]
        rows = RegisteredAct.objects.filter(subject__in=subjects, kind="Issued", void="")
        return [one.raw.encode() for one in rows]


def commits(acts: list[bytes], connections: int) -> float:
    """Rows a second, each with a commit of its own, over so many connections."""
    import psycopg  # noqa: PLC0415 - the driver that Django uses
    from django.db import connection  # noqa: PLC0415

    known = connection.get_connection_params()
    place = {
        name: known[name]
        for name in ("dbname", "user", "password", "host", "port")
        if name in known
    }

    def work(part: list[bytes]) -> None:
        with psycopg.connect(**place, autocommit=True) as line:
            for act in part:
                line.execute(f"INSERT INTO {TABLE} (act) VALUES (%s)", (act,))

    with psycopg.connect(**place, autocommit=True) as line:
        line.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE} (number bigserial PRIMARY KEY, act bytea)"
        )
    parts = [acts[start::connections] for start in range(connections)]
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(work, parts))
    seconds = time.perf_counter() - began
    with psycopg.connect(**place, autocommit=True) as line:
        line.execute(f"DROP TABLE {TABLE}")
    return len(acts) / seconds


def batched(rows: list, size: int) -> Iterator[list]:
    """The rows, so many at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def issue(desk: Desk, count: int, certify: Callable[[list], None]) -> tuple[list[bytes], Times]:
    """Certify, seal and log so many; return their acts, and the seconds that it took."""
    cases = desk.prepare(count)
    began, used = time.perf_counter(), time.process_time()
    certify(cases)
    certified = time.perf_counter()
    desk.publish()
    ended = time.perf_counter()
    used = time.process_time() - used
    acts = desk.acts(cases)
    assert len(acts) == count, (len(acts), count)
    return acts, (ended - began, certified - began, ended - certified, used)


def measure(folder: Path, count: int, rounds: int) -> dict[str, object]:
    generate(folder, CERTIFICATES)
    enter(folder)
    desk, alone, together, theirs = Desk(folder), [], [], []
    for _ in range(rounds):  # in turn, so that both are measured under one load
        alone.append(issue(desk, count, desk.certify)[1])
        acts, times = issue(desk, count, desk.certify_together)
        together.append(times)
        theirs.append([commits(acts, connections) for connections in CONNECTIONS])
    limits = [statistics.median(column) for column in zip(*theirs, strict=True)]
    return {
        "aim": AIM,
        "one_by_one": _told(alone, count, max(limits)),
        "together": _told(together, count, max(limits)),
        "commits_per_second": dict(zip(map(str, CONNECTIONS), map(round, limits), strict=True)),
        "load": [round(one, 1) for one in os.getloadavg()],
    }


def _told(found: list[Times], count: int, limit: float) -> dict[str, object]:
    middle = [statistics.median(column) for column in zip(*found, strict=True)]
    rate, each = count / middle[0], [round(one / count * 1000, 2) for one in middle[1:]]
    names = ("certified", "sealed_and_logged", "processor_of_this_process")
    return {
        "issued_per_second": round(rate, 1),
        "share": round(rate / limit, 3),
        "ms_each": dict(zip(names, each, strict=True)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        sys.exit("issue: name an empty PostgreSQL in DATABASE_URL")
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder) / "system", options.count, options.rounds)
    if not options.json:
        for name, value in result.items():
            print(f"{name:<24}{value}")
    print(json.dumps(result, sort_keys=True))


if __name__ == "__main__":
    main()
