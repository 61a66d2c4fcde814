"""Server time of every list and search page, for every role, in a system with many certificates.

A test system is generated first (`certorigin generate`), on SQLite or, below
`scripts/with-postgres`, on PostgreSQL. Then the route table is walked: every page and call that can
be read, as each role asks for it; lists also by page and by search. At p95 an answer has to be
there in 100 ms. Run it with the folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.pages [--certificates 10000] [--rounds 20] [--folder var/pages]

The clock is the wall's, for the database works in another process: run it on a quiet machine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

LIMIT_MS = 100
# A page well inside, one that is not there; a number, a party, a common word, nothing at all.
ASKED = ("", "?page=3", "?page=400", "?text={number}", "?text={party}", "?text=ООО", "?text=хвфчщ")


def generate(folder: Path, certificates: int) -> None:
    """Make the system, in a process of its own."""
    command = ["generate", str(folder), "--certificates", str(certificates), "--seed", "1"]
    subprocess.run([sys.executable, "-m", "certorigin", *command], check=True)


def enter(folder: Path) -> None:
    os.environ["CERTORIGIN_DIR"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "certorigin_server.settings.project"
    django.setup()


def measure(rounds: int) -> list[tuple[str, str, str, list[float], int]]:
    """Return route, question, role, milliseconds and queries, for whatever answers."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    from certorigin_server.certification.models import Certificate  # noqa: PLC0415
    from tests import pages  # noqa: PLC0415

    names = pages.names_of()
    some = Certificate.objects.order_by("pk").first()
    words = {"number": some.number[:9], "party": "нефт"}
    found = []
    for route in pages.routes():
        missing = [name for name in route.wants if name not in names]
        if missing:
            print(f"not asked, for want of {', '.join(missing)}: {route.pattern}")
            continue
        for reader in pages.readers():
            for asked in ASKED if route.is_list else ("",):
                path = route.path(names) + asked.format(**words)
                status = reader.ask(route, path).status_code
                if status >= 500:
                    print(f"broken for {reader.role}: {path}")
                if status != pages.GOOD:
                    break
                with pages.counting(connection) as queries:
                    reader.ask(route, path)
                times = []
                for _ in range(rounds):
                    began = time.perf_counter()
                    reader.ask(route, path)
                    times.append((time.perf_counter() - began) * 1000)
                found.append((route.pattern, asked, reader.role, times, len(queries)))
    return found


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def tell(found: list[tuple[str, str, str, list[float], int]]) -> bool:
    """Print one line a route, with the role and question that took longest; say if all hold."""
    routes = {pattern: [] for pattern, *_ in found}
    for pattern, asked, role, times, queries in found:
        routes[pattern].append((p95(times), statistics.median(times), queries, asked, role))
    print(f"{'p95 ms':>7} {'median':>7} {'queries':>7}  route, question, role (the slowest)")
    for pattern, rows in sorted(routes.items(), key=lambda one: -max(one[1])[0]):
        slowest, median, queries, asked, role = max(rows)
        print(f"{slowest:7.1f} {median:7.1f} {queries:7d}  /{pattern} {asked} {role}")
    worst = max(p95(times) for *_, times, _ in found)
    print(f"{len(routes)} routes, {len(found)} questions; slowest p95 {worst:.1f} ms")
    return worst <= LIMIT_MS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--certificates", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="keep the system here; use it if it is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "system"
        generate(folder, options.certificates)
        enter(folder)
        if not tell(measure(options.rounds)):
            sys.exit(f"a page takes longer than {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
