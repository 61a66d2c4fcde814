"""Full verification of a bundle against the raw signature check, in one run, interleaved.

Ours is everything: the bundle, the strict profile, the schema, the proof, the inclusion proof, the
signed and cosigned head, the issuer's entitlement, standing as of the head, freshness, the report.
Heads, keys and answers of the trust list are kept by the `Verifier`, as they are in service:
thousands of certificates share them. The limit is PyNaCl's check of the same signatures alone. Both
sides must accept the good and reject the tampered. Run it with the folder above `benchmarks` as
working folder.

    .venv/bin/python -m benchmarks.verify [--count 500] [--rounds 9] [--lines 10] \
        [--seals 1] [--json]

A certificate has the body's seal alone (1), the certifying officer's as well (2), or the examiner's
besides (3), as the desks issue it where officers have keys.

`act` is the part without bundle and registration: strict bytes, schema, proofs, body, issuer at the
legal time (`mirror.acts.Checker`), as a follower and an audit do it.

Time is that of the processor, for both sides: other work on the machine is not counted.
"""

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from certorigin.mirror.acts import Checker
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.verify import Verifier
from certorigin.seal.base58 import base58_decode
from certorigin.seal.canonical import parse_strict
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import signing_input
from tests.library.recognition import world as w
from tests.library.standing import sample

GOAL = 0.6
EXAMINER = "urn:certorigin:officer:BY:examiner"
SEALERS = (("BY seal", w.BODY), ("BY officer", w.OFFICER), ("BY examiner", EXAMINER))


def sealed_papers(count: int, lines: int, seals: int) -> list[bytes]:
    """Certificates of so many lines, each sealed by so many of body, certifier and examiner."""
    items = tuple(sample.item(number) for number in range(1, lines + 1))
    papers = (
        sample.certificate(items=items, number=f"BYAZ{6001000000 + number}")
        for number in range(1, count + 1)
    )
    return [
        w.issued(number, *SEALERS[:seals], certificate=one) for number, one in enumerate(papers, 1)
    ]


def trust_of_sealers():
    """A list with the examiner beside body and certifying officer."""
    officers = w.contents("BY").officers
    examiner = replace(officers[0], id=EXAMINER, rights=("examine",))
    key = w.key("BY examiner", EXAMINER, "officer")
    return w.trust(by={"officers": [*officers, examiner], "extra_keys": [key]})


def make_bundles(folder: Path, count: int, lines: int = 10, seals: int = 1):
    """A log with one certificate for each bundle, published and mirrored."""
    world = w.World(folder, trust_of_sealers())
    world.enter(*sealed_papers(count, lines, seals))
    world.follow(w.minutes(1))
    return world, [world.bundle(index) for index in range(count)]


def raw_checks(bundles):
    """The signed bytes, the signature and the key of every proof: what no verifier can leave
    out."""
    checks = []
    for bundle in bundles:
        document = parse_strict(Bundle.from_bytes(bundle).act)
        for proof in document["proof"]:
            key = public_key(proof["verificationMethod"].partition("#")[2]).raw
            signature = base58_decode(proof["proofValue"][1:])
            checks.append((signature + signing_input(document, proof), key))
    return checks


def check_both_sides(world, bundles, checks):
    """Accept the good, reject the tampered: else the figures mean nothing."""
    verifier = Verifier(world.trust)
    at = w.minutes(5)
    assert all(str(verifier.verify(raw, at=at).bottom_line) == "recognised" for raw in bundles)
    tampered = bundles[0].replace(b"BYAZ6001000001", b"BYAZ6001000002")
    assert str(verifier.verify(tampered, at=at).bottom_line) == "refused"
    for signed, key in checks:
        crypto_sign_open(signed, key)
    signed, key = checks[0]
    try:
        crypto_sign_open(signed[:-1] + bytes([signed[-1] ^ 1]), key)
    except BadSignatureError:
        return
    raise AssertionError


def run_full(verifier, bundles):
    at = w.minutes(5)
    start = time.process_time()
    for raw in bundles:
        verifier.verify(raw, at=at)
    return len(bundles) / (time.process_time() - start)


def run_acts(checker, acts):
    at = w.minutes(5)
    start = time.process_time()
    for act in acts:
        checker.check(act, at=at)
    return len(acts) / (time.process_time() - start)


def run_raw(checks, bundles):
    start = time.process_time()
    for signed, key in checks:
        crypto_sign_open(signed, key)
    return len(bundles) / (time.process_time() - start)


def measure(count: int, rounds: int, lines: int, seals: int):
    with tempfile.TemporaryDirectory() as folder:
        world, bundles = make_bundles(Path(folder), count, lines, seals)
        checks = raw_checks(bundles)
        check_both_sides(world, bundles, checks)
        alone, mirrored = Verifier(world.trust), Verifier(world.trust, [world.view()])
        acts = [Bundle.from_bytes(raw).act for raw in bundles]
        checker = Checker(world.trust, publisher="BY-1", corridor=str(w.CORRIDOR))
        figures = {"act": [], "full": [], "mirrored": [], "raw": []}
        run_full(mirrored, bundles)  # the index of the mirror is built once
        for _ in range(rounds):
            figures["raw"].append(run_raw(checks, bundles))
            figures["act"].append(run_acts(checker, acts))
            figures["full"].append(run_full(alone, bundles))
            figures["mirrored"].append(run_full(mirrored, bundles))
        size = statistics.median(map(len, bundles))
    medians = {name: statistics.median(values) for name, values in figures.items()}
    pairs = zip(figures["full"], figures["raw"], strict=True)
    low, _, high = statistics.quantiles([full / raw for full, raw in pairs], n=4)
    return {
        "acts_per_second": round(medians["act"]),
        "best_ratio": round(max(figures["full"]) / max(figures["raw"]), 3),
        "bundle_bytes": size,
        "certificates": count,
        "full_per_second": round(medians["full"]),
        "goal": GOAL,
        "lines": lines,
        "proofs_per_act": len(checks) / len(bundles),
        "ratio": round(medians["full"] / medians["raw"], 3),
        "ratio_of_acts": round(medians["act"] / medians["raw"], 3),
        "ratio_quarters": [round(low, 3), round(high, 3)],
        "ratio_with_mirror": round(medians["mirrored"] / medians["raw"], 3),
        "raw_per_second": round(medians["raw"]),
        "rounds": rounds,
        "with_mirror_per_second": round(medians["mirrored"]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--lines", type=int, default=10, help="lines of goods a certificate has")
    parser.add_argument("--seals", type=int, default=1, choices=(1, 2, 3))
    parser.add_argument("--json", action="store_true", help="print one JSON object alone")
    arguments = parser.parse_args()
    result = measure(arguments.count, arguments.rounds, arguments.lines, arguments.seals)
    if not arguments.json:
        tell(result)
    print(json.dumps(result, sort_keys=True))


def tell(result):
    print(f"{'raw signature check (limit)':<32}{result['raw_per_second']:>10} /s")
    print(f"{'full verification, bundle':<32}{result['full_per_second']:>10} /s")
    print(f"{'full verification, with mirror':<32}{result['with_mirror_per_second']:>10} /s")
    print(f"{'acts, as a follower checks them':<32}{result['acts_per_second']:>10} /s")
    print(f"{'ratio (goal ' + str(GOAL) + ')':<32}{result['ratio']:>10}")
    print(f"{'ratio of acts':<32}{result['ratio_of_acts']:>10}")


if __name__ == "__main__":
    main()
