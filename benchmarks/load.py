"""A system as large as is asked for: lived through by its services, then poured from a mould.

    DATABASE_URL=postgres://... .venv/bin/python -m benchmarks.load --count 100000 \\
        [--real 1600] [--folder var/load] [--seed 1] [--until 2026-11-20]

The first `--real` certificates go the whole way through the services: application, decision,
certification, seal, log, the partner's mirror, use at customs, annulment, replacement, questions
(`certorigin generate`). The rest are casts of those (`benchmarks/pour.py`). Called again it goes on
where it was stopped, or grows to a larger count. The rate is printed, and where the time went.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from benchmarks.pages import enter

REAL = 1_600
KEPT = "mould.json"
TOGETHER = 16


def live(folder: Path, certificates: int, seed: int, until: str) -> None:
    """Let the services make the first ones, in a process of its own."""
    began = time.monotonic()
    order = ["--certificates", str(certificates), "--seed", str(seed), "--until", until]
    command = [sys.executable, "-m", "certorigin", "generate", str(folder), *order]
    subprocess.run(command, check=True)
    seconds = time.monotonic() - began
    print(f"through the services: {certificates} certificates in {seconds:.0f} s", flush=True)


def pour(folder: Path, count: int) -> None:
    """Add casts until there are so many."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from django.db import connection  # noqa: PLC0415

    from benchmarks.pour import Founder, Pouring  # noqa: PLC0415
    from certorigin_server.operate.generate.abroad import moment  # noqa: PLC0415
    from certorigin_server.operate.generate.loops import Clock, Loops  # noqa: PLC0415
    from certorigin_server.operate.generate.order import read_order  # noqa: PLC0415
    from certorigin_server.operate.generate.partner import PlayedPartner  # noqa: PLC0415

    if connection.vendor != "postgresql":
        sys.exit("load: casts are copied into PostgreSQL; name one in DATABASE_URL")
    order = read_order(folder)
    clock = Clock(moment(order.until + timedelta(days=1), 1))
    partner = PlayedPartner(settings.SYSTEM, folder / "partner", seed=order.seed, clock=clock)
    loops = Loops(partner, clock)
    mould = mould_of(folder, loops)
    founder = Founder(mould, partner, clock.now, TOGETHER)
    pouring = Pouring(mould, partner, loops, clock)
    if pouring.poured():  # the partner may have the next ones already
        pouring.catch_up(founder.moment_of(pouring.poured() + 1))
    add_casts(founder, pouring, mould.certificates, count)
    loops.end()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for what, seconds in sorted(pouring.seconds.items(), key=lambda pair: -pair[1]):
        print(f"{seconds:9.1f} s  {what}")


def add_casts(founder, pouring, each: int, count: int) -> None:
    """Pour until there are so many; a cast adds `each`."""
    done, wanted = pouring.poured(), -(-count // each) - 1
    began, first = time.monotonic(), done
    with ThreadPoolExecutor(1) as ahead:  # some casts are sealed while those before are copied
        for casts in _ahead(ahead, founder.cast, range(done + 1, wanted + 1)):
            pouring.pour(casts)
            done = casts[-1].number
            rate = (done - first) * each / (time.monotonic() - began)
            left = (wanted - done) * each / rate / 60
            total = (done + 1) * each
            print(f"{total} certificates, {rate:.0f}/s, {left:.0f} minutes left", flush=True)


def mould_of(folder: Path, loops):
    """Return the mould of a folder; it is made once, before anything is poured."""
    from benchmarks.mould import Cutter, Mould  # noqa: PLC0415

    place = folder / KEPT
    if not place.is_file():
        loops.settle()
        Cutter().make().keep(place)
    loops.end()
    return Mould.read(place)


def _ahead(pool: ThreadPoolExecutor, make, numbers: range) -> Iterator[list]:
    """Yield casts by groups that enter the log at once; the next is made meanwhile."""
    groups = groupby(numbers, lambda number: -(-number // TOGETHER))
    waiting = None
    for group in [list(numbers) for _, numbers in groups]:
        following = pool.submit(lambda numbers: [make(one) for one in numbers], group)
        if waiting is not None:
            yield waiting.result()
        waiting = following
    if waiting is not None:
        yield waiting.result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--real", type=int, default=REAL)
    parser.add_argument("--folder", type=Path, default=Path("var/load"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", default="2026-11-20", help="the last day of the trade")
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        sys.exit("load: name a PostgreSQL in DATABASE_URL")
    if not (options.folder / KEPT).is_file():
        live(options.folder, min(options.real, options.count), options.seed, options.until)
    enter(options.folder)
    pour(options.folder, options.count)


if __name__ == "__main__":
    main()
