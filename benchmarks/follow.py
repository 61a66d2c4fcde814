"""Entries followed and fully verified, beside the raw check of their signatures.

Followed is what the follower of a corridor does with a partner's log: the head's signatures, every
leaf and tile, all of it written durably, the head countersigned; then each act read strictly, its
schema, proofs and body, its issuer at the legal time (`LogView.judge`, in the turns in which the
follower registers; its rows in the database are not counted). The
limit is PyNaCl's check of the same signatures alone. Both must find the same entry that
was logged with a broken seal. Run it with the folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.follow [--count 1024] [--lines 10] [--rounds 9] \
        [--seals 1] [--json]

Time is that of the processor, for both sides: other work on the machine is not counted.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from benchmarks.verify import sealed_papers, trust_of_sealers
from certorigin.mirror.acts import find_plain
from certorigin.seal.base58 import base58_decode
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import signing_input
from tests.library.recognition import world as w

GOAL = 0.5
SPOILED = "Комбайны"
TURN = 256  # entries that the follower registers in one go


def publish(folder, count, lines, seals=1):
    """A log of so many certificates; in the last one a word was changed after it was sealed."""
    acts = sealed_papers(count, lines, seals)
    acts[-1] = acts[-1].replace("Тракторы".encode(), SPOILED.encode(), 1)
    world = w.World(folder, trust_of_sealers())
    world.enter(*acts)
    return world


def raw_checks(world):
    checks = []
    for place, data in enumerate(world.acts):
        document = find_plain(data).document
        for proof in document["proof"]:
            key = public_key(proof["verificationMethod"].partition("#")[2]).raw
            signature = base58_decode(proof["proofValue"][1:])
            checks.append((place, signature + signing_input(document, proof), key))
    return checks


def run_raw(checks):
    """Return the entries that have one which does not fit."""
    bad = {}
    for place, signed, key in checks:
        try:
            crypto_sign_open(signed, key)
        except BadSignatureError:
            bad[place] = True
    return [*bad]


class Followers:
    """Follows the log from its beginning into a new folder each time."""

    def __init__(self, world, folder: Path) -> None:
        self._world, self._folder, self._turn = world, folder, 0

    def follow(self):
        self._turn += 1
        self._world.mirror_folder = self._folder / str(self._turn)
        self._world.follow(w.minutes(1))

    def verify(self):
        """Verify what was followed; return the entries that are void."""
        view = self._world.view()
        turns = [range(start, min(start + TURN, view.size)) for start in range(0, view.size, TURN)]
        judged = (one for turn in turns for one in view.judge(turn))
        return [one.index for one in judged if one.judged.weight is None]


def timed(run, *arguments):
    start = time.process_time()
    found = run(*arguments)
    return found, time.process_time() - start


def measure(count, lines, rounds, seals):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = publish(folder / "published", count, lines, seals)
        checks, followers = raw_checks(world), Followers(world, folder / "followed")
        figures = {name: [] for name in ("raw", "follow", "verify", "both")}
        for _ in range(rounds):
            bad, raw = timed(run_raw, checks)
            _, follow = timed(followers.follow)
            void, verify = timed(followers.verify)
            assert bad == void == [count - 1], (bad, void)
            for part, spent in (("raw", raw), ("follow", follow), ("verify", verify)):
                figures[part].append(spent / count)
            figures["both"].append((follow + verify) / count)
    return report(figures, count, lines, rounds)


def report(figures, count, lines, rounds):
    middle = {name: statistics.median(values) for name, values in figures.items()}
    ratios = [raw / both for raw, both in zip(figures["raw"], figures["both"], strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4)
    return {
        "count": count,
        "followed_and_verified_per_second": round(1 / middle["both"]),
        "followed_per_second": round(1 / middle["follow"]),
        "goal": GOAL,
        "lines": lines,
        "load": [round(one, 1) for one in os.getloadavg()],
        "ratio": round(statistics.median(ratios), 3),
        "ratio_quarters": [round(low, 3), round(high, 3)],
        "ratio_verified_alone": round(middle["raw"] / middle["verify"], 3),
        "raw_per_second": round(1 / middle["raw"]),
        "rounds": rounds,
        "verified_per_second": round(1 / middle["verify"]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1024)
    parser.add_argument("--lines", type=int, default=10, help="lines of goods a certificate has")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seals", type=int, default=1, choices=(1, 2, 3))
    parser.add_argument("--json", action="store_true", help="print one JSON object alone")
    arguments = parser.parse_args()
    result = measure(arguments.count, arguments.lines, arguments.rounds, arguments.seals)
    if not arguments.json:
        for name, value in result.items():
            print(f"{name:<36}{value}")
    print(json.dumps(result, sort_keys=True))


if __name__ == "__main__":
    main()
