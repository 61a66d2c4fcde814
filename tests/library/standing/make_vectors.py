"""Makes vectors/live: `python -m tests.library.standing.make_vectors` at the root of the project.

Which answer is expected is written here by hand; codes, places and signatures are computed.
"""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from certorigin.seal.proof import seal_document
from certorigin.seal.trust.entries import Key
from certorigin.seal.trust.folder import roots_to_bytes
from certorigin.standing import live
from certorigin.standing.live import code_of, difference, pack, seal_live, take_snapshot
from certorigin.standing.places import CAPACITY, place_of
from tests.library.seal.samples import NOON, PINNED, SYSTEM, YEAR, draft, keys, sealed, sealer

FOLDER = Path(__file__).resolve().parents[3] / "vectors" / "live"
PROVENANCE = "made for Certorigin by tests/library/standing/make_vectors.py; keys follow from names"
SALT = "5f" * 16
GATEWAY = sealer("BY gateway")
TRUST_LIST = draft(keys=[*keys(), Key(GATEWAY.key, SYSTEM, ("gateway",), YEAR)])
SECRET = bytes(range(32))
ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"


def subject(number):
    return f"urn:certorigin:certificate:BY-1:{number}"


def snapshot(numbers, number=7, at=NOON):
    return take_snapshot(
        map(subject, numbers), installation="BY-1", number=number, at=at, salt=SALT
    )


def codes():
    """Base64 and a count, and the codes that they are; none where they must be refused."""
    few, many = [0, 1 << 39], list(range(0, 1 << 40, 1 << 33))
    sound = {"good_none": [], "good_one": [(1 << 40) - 1], "good_two": few, "good_128": many}
    cases = [_codes_case(name, pack(some), len(some), some) for name, some in sound.items()]
    raw = pack(few)
    bad = {
        "codes_with_a_byte_more": (raw + b"\0", 2),
        "codes_with_a_byte_less": (raw[:-1], 2),
        "codes_with_a_bit_after_the_last": (raw[:-1] + bytes([raw[-1] | 1]), 2),
        "codes_of_another_count": (raw, 3),
        "code_above_40_bits": (b"\xff" * 9, 1),
        "codes_for_none": (b"\0", 0),
    }
    return cases + [_codes_case(name, data, count, None) for name, (data, count) in bad.items()]


def _codes_case(name, data, count, some):
    values = None if some is None else [str(one) for one in some]
    return {
        "name": name,
        "codes": base64.b64encode(data).decode(),
        "count": count,
        "values": values,
    }


def documents():
    """Sealed texts, and the code with which they must be refused; empty where they are sound."""
    first, second = snapshot(range(40)), snapshot(range(5, 60), 8, NOON + timedelta(hours=1))
    delta = difference(first, second)
    raw = seal_live(first, GATEWAY)
    two = seal_document(
        live._to_document(first),
        [(GATEWAY, SYSTEM_URN), (sealer("BY log"), SYSTEM_URN)],
        created=NOON,
    )
    other = replace(first, installation="BY-2")
    return [
        ("good_snapshot", raw, ""),
        ("good_delta", seal_live(delta, GATEWAY), ""),
        ("good_snapshot_after_the_delta", seal_live(second, GATEWAY), ""),
        (
            "snapshot_altered",
            raw.replace(b'"number":"7"', b'"number":"9"'),
            "seal.signature_invalid",
        ),
        (
            "snapshot_by_a_key_without_the_role",
            seal_live(first, sealer("BY log")),
            "trust.role_missing",
        ),
        ("snapshot_by_nobody", seal_live(first, sealer("nobody")), "trust.key_unknown"),
        (
            "snapshot_for_another_installation",
            seal_live(other, GATEWAY),
            "trust.controller_differs",
        ),
        ("snapshot_with_two_proofs", two, "live.malformed"),
    ]


SYSTEM_URN = "urn:certorigin:installation:BY-1"


def build():
    """All files of the folder."""
    return {
        "codes": {
            "about": "Codes of live certificates; `values` is null where they must be refused.",
            "provenance": PROVENANCE,
            "hashes": [
                {"salt": SALT, "subject": subject(at), "code": str(code_of(SALT, subject(at)))}
                for at in range(3)
            ],
            "cases": codes(),
        },
        "document": {
            "about": "Snapshots and deltas; `code` says why one must be refused. The delta leads "
            "from good_snapshot to good_snapshot_after_the_delta.",
            "provenance": PROVENANCE,
            "roots": roots_to_bytes({"BY": PINNED["BY"]}).decode(),
            "trustList": sealed(TRUST_LIST).decode(),
            "cases": [
                {"name": name, "text": raw.decode(), "code": code}
                for name, raw, code in documents()
            ],
        },
        "place": {
            "about": "Places of certificates in status lists (docs/spec/status-list.md).",
            "provenance": PROVENANCE,
            "secret": SECRET.hex(),
            "cases": [_place_case(ORIGIN, rank) for rank in (0, 1, 2, CAPACITY - 1, CAPACITY)]
            + [_place_case(ORIGIN.replace("2026", "2027"), 0)],
        },
    }


def _place_case(origin, rank):
    place = place_of(SECRET, origin, rank)
    return {"origin": origin, "rank": rank, "list": place.name, "index": place.index}


def to_text(content):
    return json.dumps(content, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in build().items():
        (FOLDER / f"{name}.json").write_text(to_text(content))
