"""A log of many certificates, up to a million: built, followed, checked, audited on two cores.

Every entry is a certificate of its own with its own number, sealed by one key; it is published in
groups of 1,000 through our own `Log.append`, and followed and countersigned every 10,000 entries.
Then `certorigin log fsck` and `certorigin log audit` run as operators run them, over the
mirror. Seconds are given as the clock's and as the processor's, for other work may share the
machine; the limit is PyNaCl's check of the same signatures alone, taken before and after. Both must
find nothing wrong, and then the entry that is altered at the end. Run it with the folder above
`benchmarks` as working folder; a million needs 7 GB of disk and some minutes.

    .venv/bin/python -m benchmarks.archive [--count 20000] [--workers 2] [--json] [--keep DIR]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path

from nacl.bindings import crypto_sign_open

from certorigin.log.tiles import Tile, bundle_from_bytes, bundle_to_bytes
from certorigin.mirror.acts import find_plain, verify_act
from certorigin.seal.base58 import base58_decode, base58_encode
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import signing_input
from certorigin.seal.trust.folder import write_trust_folder
from tests.library.recognition import world as w
from tests.library.standing import sample

AIM = 60.0
GROUP, FOLLOWED = 1_000, 10_000
CERTORIGIN = (sys.executable, "-m", "certorigin")
LIMIT_OF = 5_000


def number_of(number):
    return f"BYAZ6{number:09}"


class Press:
    """Seals certificates that differ in id, subject and number: by cutting, not by writing anew."""

    def __init__(self) -> None:
        paper = sample.certificate(number=number_of(0))
        act = w.act(w.Kind.ISSUED, paper.to_data(), 0, about=0)
        sealed = w.sealed(act)
        document = find_plain(sealed).document
        self._proof = document["proof"][0]
        self._options = signing_input(document, self._proof)[:32]
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        written = strict_bytes(unsecured)
        end = written.rindex(b'"type":')
        self._before, self._after = written[:end], written[end:]
        self._sealer = w.sealer("BY seal")
        self._was = (sample.act_id(0), w.subject(0), number_of(0))

    def seal(self, number):
        before = self._before
        for was, now in zip(self._was, self._names(number), strict=True):
            before = before.replace(was.encode(), now.encode())
        signature = self._sealer.sign(self._options + sha256(before + self._after).digest())
        proof = {**self._proof, "proofValue": "z" + base58_encode(signature)}
        return before + b'"proof":[' + strict_bytes(proof) + b"]," + self._after

    @staticmethod
    def _names(number):
        return sample.act_id(number), w.subject(number), number_of(number)


def build(folder, count):
    """Publish and follow; return the world and the processor's seconds of each part."""
    world, press = w.World(folder), Press()
    spent = dict.fromkeys(("seal", "append", "follow"), 0.0)
    for start in range(0, count, GROUP):
        before = time.process_time()
        acts = [press.seal(number) for number in range(start + 1, min(start + GROUP, count) + 1)]
        sealed = time.process_time()
        at = w.minutes(1 + start // GROUP)
        world.log.append(acts, at=at)
        appended = time.process_time()
        if (start + GROUP) % FOLLOWED == 0 or start + GROUP >= count:
            world.follow(at)
        followed = time.process_time()
        spent["seal"] += sealed - before
        spent["append"] += appended - sealed
        spent["follow"] += followed - appended
        verify_act(acts[-1])
    write_trust_folder(world.trust, folder / "trust")
    return world, spent


def raw_checks(world):
    """The signed bytes and the key of some entries: what no audit can leave out."""
    checks = []
    for data in world.view()._reader.entries(0, min(LIMIT_OF, world.log.head().checkpoint.size)):
        document = find_plain(data).document
        (proof,) = document["proof"]
        key = public_key(proof["verificationMethod"].partition("#")[2]).raw
        signature = base58_decode(proof["proofValue"][1:])
        checks.append((signature + signing_input(document, proof), key))
    return checks


def limit_of(checks):
    """Signatures a second on one core."""
    rates = []
    for _ in range(3):
        start = time.process_time()
        for signed, key in checks:
            crypto_sign_open(signed, key)
        rates.append(len(checks) / (time.process_time() - start))
    return statistics.median(rates)


def command(*arguments):
    """Run a command as operators do: exit code, answer, seconds of clock and processor, memory."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(
        (*CERTORIGIN, *map(str, arguments), "--json"), capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    found = {"clock_s": round(seconds, 1), "processor_s": round(processor, 1)}
    answer = json.loads(done.stdout) if done.stdout else done.stderr
    return done.returncode, answer, found | {"largest_process_mb": after.ru_maxrss >> 10}


def size_of(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def alter(world, index):
    tile = Tile(None, index // 256)
    place = world.mirror_folder / tile.path
    entries = bundle_from_bytes(place.read_bytes())
    entries[index % 256] = entries[index % 256].replace(b'"BX"', b'"CT"').replace(b'"PX"', b'"CT"')
    place.write_bytes(bundle_to_bytes(entries))


def measure(folder, count, workers):
    world, spent = build(folder, count)
    checks = raw_checks(world)
    before = limit_of(checks)
    trust, mirror = folder / "trust", world.mirror_folder
    code, _, fsck = command("log", "fsck", mirror, "--trust", trust)
    assert code == 0
    audit = ("log", "audit", mirror, "--trust", trust, "--workers", workers)
    code, answer, audited = command(*audit, "--resume", folder / "record")
    assert code == 0, answer
    assert answer["entries"] == count
    limit = statistics.median([before, limit_of(checks)])
    alter(world, count // 3)
    code, answer, resumed = command(*audit, "--resume", folder / "record")
    assert code == 1, answer
    assert [one["index"] for one in answer["wrong"]] == [count // 3]
    rate = count / audited["processor_s"]
    return {
        "aim_s": AIM,
        "audit": audited,
        "audit_of_a_core_per_second": round(rate),
        "audit_resumed": resumed,
        "bytes_a_certificate": round(size_of(mirror) / count),
        "count": count,
        "cores": os.cpu_count(),
        "entry_bytes": len(next(world.view()._reader.entries(0, 1))),
        "fsck": fsck,
        "limit_of_a_core_per_second": round(limit),
        "load": [round(one, 1) for one in os.getloadavg()],
        "processor_s_of_a_million": {
            name: round(seconds * 1_000_000 / count, 1) for name, seconds in spent.items()
        },
        "ratio": round(rate / limit, 3),
        "workers": workers,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="an empty folder to build it in, and to leave it")
    parser.add_argument("--json", action="store_true", help="print one JSON object alone")
    arguments = parser.parse_args()
    place = nullcontext(arguments.keep) if arguments.keep else tempfile.TemporaryDirectory()
    with place as folder:
        Path(folder).mkdir(exist_ok=True)
        result = measure(Path(folder), arguments.count, arguments.workers)
    if not arguments.json:
        for name, value in result.items():
            print(f"{name:<32}{value}")
    print(json.dumps(result, sort_keys=True))


if __name__ == "__main__":
    main()
