"""Server time of every list and search page, for every role, in a system with many certificates.

A test system is generated first (`certorigin generate`), on SQLite or, below
`scripts/with-postgres`, on PostgreSQL; what the generator leaves empty is filled
(`benchmarks/crowd.py`). Then the route table is walked: every page and call that can be read, as
each role asks for it; lists also by page, filter and search. At p95 an answer has to be there in
100 ms. Run it with the folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.pages [--certificates 10000] [--rounds 20] [--folder var/pages]

Told are two clocks: the processor's, of this process and of the one in PostgreSQL that serves it,
which holds on a busy machine, too; and the wall's, for which it has to be quiet. An answer that
takes less than a fifth of the limit is asked for five times only.
"""

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

import django

LIMIT_MS = 100
FEW = 5


@dataclass(frozen=True)
class Found:
    """What one role had to wait for one question: milliseconds and the number of statements."""

    route: str
    asked: str
    role: str
    processor: list[float]
    wall: list[float]
    queries: int


def generate(folder: Path, certificates: int) -> None:
    """Make the system, in a process of its own."""
    command = ["generate", str(folder), "--certificates", str(certificates), "--seed", "1"]
    subprocess.run([sys.executable, "-m", "certorigin", *command], check=True)


def enter(folder: Path) -> None:
    os.environ["CERTORIGIN_DIR"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "certorigin_server.settings.project"
    django.setup()
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


def as_served() -> None:
    """Load what the door of the web servers loads, and freeze it as that does.

    Without it every few answers look through all of it for what could be dropped: 140 ms that
    nobody waits for at a running system.
    """
    import_module("certorigin_server.wsgi")


def measure(rounds: int, only: str) -> list[Found]:
    """Return what each route takes whoever asks it, for whatever answers."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    from tests import pages  # noqa: PLC0415

    as_served()
    names, words, clock = pages.names_of(), pages.words_of(), Clock(connection)
    readers = pages.readers()  # once: each of them signs in and makes a key
    found = []
    for route in pages.routes():
        missing = route.missing(names)
        if missing:
            print(f"not asked, for want of {', '.join(missing)}: {route.pattern}")
        if missing or only not in route.pattern:
            continue
        for reader in readers:
            for asked in pages.questions(route):
                path = route.path(names) + asked.format(**words)
                status = reader.ask(route, path).status_code
                if status >= 500:
                    print(f"broken for {reader.role}: {path}")
                if status != pages.GOOD:
                    continue
                with pages.counting(connection) as queries:
                    reader.ask(route, path)
                times = clock.times(partial(reader.ask, route, path), rounds)
                found.append(Found(route.pattern, asked, reader.role, *times, len(queries)))
                if len(found) % FEW == 0:
                    print(f"{len(found)} questions", end="\r", file=sys.stderr, flush=True)
    return found


class Clock:
    """Reads the processor's time of this process and of PostgreSQL's that serves it."""

    def __init__(self, connection) -> None:
        self._served = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self._served = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def read(self) -> float:
        """Return milliseconds; where another process can't be looked into, only our own."""
        theirs = 0
        if self._served is not None and self._served.exists():
            theirs = int(self._served.read_text("ascii").split()[0])
        return time.process_time() * 1000 + theirs / 1e6

    def times(self, act, rounds: int) -> tuple[list[float], list[float]]:
        """Return what each answer took: of the processor, and by the wall's clock."""
        processor, wall = [], []
        while len(wall) < rounds and not (len(wall) == FEW and max(processor) < LIMIT_MS / 5):
            began, worked = time.perf_counter(), self.read()
            act()
            processor.append(self.read() - worked)
            wall.append((time.perf_counter() - began) * 1000)
        return processor, wall


def quantile(times: list[float], hundredths: int) -> float:
    """Return the time that so many of a hundred answers keep."""
    if len(times) < 2:
        return max(times)
    return statistics.quantiles(times, n=100, method="inclusive")[hundredths - 1]


def pooled(rows: list[Found], clock: str = "processor") -> list[float]:
    """Return every answer of a route, whoever asked for whatever."""
    return [one for row in rows for one in getattr(row, clock)]


def tell(found: list[Found]) -> bool:
    """Print a line of a table for each route, over all roles and questions; say if all hold."""
    routes: dict[str, list[Found]] = {}
    for one in found:
        routes.setdefault(one.route, []).append(one)
    ranked = sorted(routes.values(), key=lambda rows: -quantile(pooled(rows), 95))
    print(
        "| route | answers | median | p95 | p99 | p95 by the wall | statements at most | slowest |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for rows in ranked:
        times, worst = pooled(rows), max(rows, key=lambda one: max(one.processor))
        told = [statistics.median(times), quantile(times, 95), quantile(times, 99)]
        told.append(quantile(pooled(rows, "wall"), 95))
        queries = max(one.queries for one in rows)
        figures = " | ".join(f"{one:.0f}" for one in told)
        slowest = f"{worst.asked or 'as it is'}, {worst.role}"
        print(f"| `/{worst.route}` | {len(times)} | {figures} | {queries} | {slowest} |")
    late = [rows for rows in ranked if quantile(pooled(rows), 95) > LIMIT_MS]
    print(f"{len(routes)} routes, {len(found)} questions; {len(late)} routes over {LIMIT_MS} ms")
    return not late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--certificates", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="keep the system here; use it if it is there")
    parser.add_argument("--only", default="", help="routes that hold this text")
    parser.add_argument("--json", type=Path, help="keep every number in this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "system"
        if not (folder / "mould.json").is_file():  # one of benchmarks/load.py is as it is
            generate(folder, options.certificates)
        enter(folder)
        from benchmarks.crowd import crowd  # noqa: PLC0415

        crowd(options.certificates)
        found = measure(options.rounds, options.only)
        if options.json:
            options.json.write_text(json.dumps([asdict(one) for one in found]), "utf-8")
        if not tell(found):
            sys.exit(f"a page takes longer than {LIMIT_MS} ms of the processor")


if __name__ == "__main__":
    main()
