"""Certificates issued durably through the services, beside PostgreSQL's own commits of the bytes.

Ours is what a certifying officer's decision costs until nobody can deny it: rights, boxes, number,
act and trail in one commit, then the seals of body and officer, then the log with its head. The
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.pages import enter, generate

AIM = 0.3
CERTIFICATES = 60
CONNECTIONS = (1, 8)
TABLE = "benchmark_commit"


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


def measure(folder: Path, count: int, rounds: int) -> dict[str, object]:
    generate(folder, CERTIFICATES)
    enter(folder)
    desk, found = Desk(folder), []
    for _ in range(rounds):
        cases = desk.prepare(count)
        began, used = time.perf_counter(), time.process_time()
        desk.certify(cases)
        certified = time.perf_counter()
        desk.publish()
        ended = time.perf_counter()
        used = time.process_time() - used
        acts = desk.acts(cases)
        assert len(acts) == count, (len(acts), count)
        theirs = [commits(acts, connections) for connections in CONNECTIONS]
        found.append((count / (ended - began), certified - began, ended - certified, used, *theirs))
    middle = [statistics.median(column) for column in zip(*found, strict=True)]
    rate, certifying, publishing, used, *theirs = middle
    return {
        "aim": AIM,
        "issued_per_second": round(rate, 1),
        "ms_each": {
            "certified": round(certifying / count * 1000, 2),
            "sealed_and_logged": round(publishing / count * 1000, 2),
            "processor_of_this_process": round(used / count * 1000, 2),
        },
        "commits_per_second": dict(zip(map(str, CONNECTIONS), map(round, theirs), strict=True)),
        "share": round(rate / max(theirs), 3),
        "load": [round(one, 1) for one in os.getloadavg()],
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
