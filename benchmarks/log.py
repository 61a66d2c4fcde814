"""Durable appends of our log beside raw `fdatasync` of the same bytes, and beside `pymerkle`.

Ours is everything: leaf hashes, tiles, two signatures on the head, the stage made durable, the head
swapped, tiles and checkpoint published, each with its fsync. Raw is one file to which the same
entries are appended, with one `fdatasync` a group. pymerkle is its SQLite tree, which commits every
group, and its tree in memory, which keeps nothing. All see the same groups of the same entries, in
turn; the folders lie on the disk of TMPDIR. Run it with the folder above `benchmarks` as working
folder.

    .venv/bin/python -m benchmarks.log [--groups 1 10 100 1000] [--rounds 15] [--json]

Waiting for the disk is what is measured, so the clock is the wall's; the quarter and three-quarter
points of the rounds are given with each median.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from pymerkle import InmemoryTree, SqliteTree

from benchmarks.archive import Press
from tests.library.recognition import world as w

GOAL = 0.3  # of raw fdatasync, in groups of 100


class Raw:
    """One file, as bare as durable can be."""

    def __init__(self, folder: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.open(folder / "raw", flags, 0o600)

    def append(self, entries):
        os.write(self._file, b"".join(entries))
        os.fdatasync(self._file)


class Ours:
    """The log as an installation keeps it, its head in a file."""

    def __init__(self, folder: Path) -> None:
        self._log = w.create_log(folder / "log")

    def append(self, entries):
        self._log.append(entries, at=w.NOON)

    def root(self):
        return self._log.head().checkpoint.root


class Pymerkle:
    """A Merkle tree by others, which takes groups as well."""

    def __init__(self, tree) -> None:
        self._tree = tree

    def append(self, entries):
        self._tree.append_entries(entries)

    def root(self):
        return self._tree.get_state()


def seconds_of(append, entries):
    start = time.perf_counter()
    append(entries)
    return time.perf_counter() - start


def kinds_in(folder):
    """Return whatever takes entries, each with its files in the folder."""
    return {
        "raw": Raw(folder),
        "ours": Ours(folder),
        "pymerkle_sqlite": Pymerkle(SqliteTree(str(folder / "pymerkle.db"))),
        "pymerkle_memory": Pymerkle(InmemoryTree()),
    }


def measure_group(folder, size, rounds, press):
    folder.mkdir()
    kinds = kinds_in(folder)
    rates = {name: [] for name in kinds}
    for turn in range(rounds):
        entries = [press.seal(turn * size + number) for number in range(size)]
        for name, kind in kinds.items():
            rates[name].append(size / seconds_of(kind.append, entries))
    roots = {kind.root() for name, kind in kinds.items() if name != "raw"}
    assert len(roots) == 1, "ours and pymerkle differ"
    raw = statistics.median(rates["raw"])
    return {name: spread(values) | {"of_raw": of(values, raw)} for name, values in rates.items()}


def of(values, limit):
    return round(statistics.median(values) / limit, 3)


def spread(values):
    low, middle, high = statistics.quantiles(values, n=4)
    return {"median": round(middle), "quarter": round(low), "three_quarters": round(high)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--groups", type=int, nargs="+", default=[1, 10, 100, 1000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print one JSON object alone")
    arguments = parser.parse_args()
    press = Press()
    with tempfile.TemporaryDirectory() as folder:
        groups = {
            size: measure_group(Path(folder) / str(size), size, arguments.rounds, press)
            for size in arguments.groups
        }
    if not arguments.json:
        print(
            f"{'group':>6} {'':<16}{'entries/s':>10}{'quarter':>10}{'3 quarters':>12}{'of raw':>8}"
        )
        for size, kinds in groups.items():
            for name, one in kinds.items():
                print(
                    f"{size:>6} {name:<16}{one['median']:>10}{one['quarter']:>10}"
                    f"{one['three_quarters']:>12}{one['of_raw']:>8}"
                )
    print(json.dumps({"goal_100": GOAL, "groups": groups, "rounds": arguments.rounds}))


if __name__ == "__main__":
    main()
