"""Seals a second beside raw signatures, and what the steps around the key cost.

The certificate has ten lines. It is sealed once with the body's key, once with the three of a proof
set. The limit is in the same run: as many Ed25519 signatures over 64 bytes with the same library,
and nothing else. `prepared` is what the server does: the stored bytes are read, signed, and
verified again, so that a broken key module leaves no mark; its limit signs and verifies as often.
Run it with the folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.seal [--seconds 1]

Time is that of the processor: other work on the machine is not counted.
"""

import argparse
import json
from collections.abc import Callable
from statistics import median

from nacl.signing import SigningKey

from benchmarks.assess import rate
from certorigin.seal.prepared import Slot, prepare
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.vocabulary.acts import Kind
from tests.library.recognition import world as w
from tests.library.standing import sample

WANTED = {"share_of_signing": 0.4}
ROUNDS = 7
EXAMINER = "urn:certorigin:officer:BY:examiner"
SEALERS = [("BY seal", w.BODY), ("BY officer", w.OFFICER), ("examiner", EXAMINER)]
LINES = 10


def share(
    ours: Callable[[], object], other: Callable[[], object], seconds: float
) -> dict[str, float]:
    """Measure both sides in turn; return the medians and their ratio, taken round by round."""
    pairs = [(rate(ours, seconds), rate(other, seconds)) for _ in range(ROUNDS)]
    return {
        "ours_per_second": round(median(one for one, _ in pairs)),
        "limit_per_second": round(median(two for _, two in pairs)),
        "share": round(median(one / two for one, two in pairs), 2),
    }


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=1)
    seconds = parser.parse_args().seconds / ROUNDS
    items = tuple(sample.item(number) for number in range(1, LINES + 1))
    act = w.act(Kind.ISSUED, sample.certificate(items=items).to_data(), 1)
    document, raw_key = act.to_document(), SigningKey(b"k" * 32)
    told: dict[str, object] = {"wanted": WANTED}
    for count in (1, 3):
        pairs = [(w.sealer(name), owner) for name, owner in SEALERS[:count]]
        named = {sealer.key: sealer for sealer, _ in pairs}
        slots = [Slot(owner, sealer.key, sealer.suite) for sealer, owner in pairs]
        prepared = prepare(document, slots=slots, created=act.at)
        sealed = seal_document(document, pairs, created=act.at)
        assert prepared.seal(named.__getitem__) == sealed
        assert len(verify_sealed(sealed).proofs) == count
        signed = raw_key.sign(b"m" * 64)

        def sign(count: int = count) -> None:
            for _ in range(count):
                raw_key.sign(b"m" * 64)

        def sign_and_verify(count: int = count, signed: bytes = signed) -> None:
            for _ in range(count):
                raw_key.sign(b"m" * 64)
                raw_key.verify_key.verify(signed)

        told[f"sealed_{count}"] = share(
            lambda pairs=pairs: seal_document(document, pairs, created=act.at), sign, seconds
        )
        told[f"prepared_{count}"] = share(
            lambda prepared=prepared, named=named: prepared.seal(named.__getitem__),
            sign_and_verify,
            seconds,
        )
        told[f"bytes_{count}"] = len(sealed)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
