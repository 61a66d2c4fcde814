"""A whole bundle on paper: compressed, cut into numbered QR codes, joined again.

    CO1:<first 8 hex digits of the SHA-256 of the bundle>:<number>/<of how many>:<base45>

The numbering is ours, since few readers join the structured append of the QR standard.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.errors import LimitError, MalformedError
from certorigin.seal.base45 import base45_decode, base45_encode

if TYPE_CHECKING:
    from collections.abc import Iterable

# So many bytes fill a symbol of version 13 at level M beside the heading: 483 characters.
BYTES = 306
MOST_PARTS = 99
MAX_RECORD = 1 << 20

_PART = re.compile(r"CO1:([0-9A-F]{8}):([1-9][0-9]?)/([1-9][0-9]?):([0-9A-Z $%*+\-./:]{1,480})")


@dataclass(frozen=True)
class RecordPart:
    """One code of a record."""

    name: str
    number: int
    count: int
    data: bytes

    @classmethod
    def from_text(cls, text: str) -> RecordPart:
        """Read the text of a code. Raises MalformedError (`code.part_malformed`)."""
        found = _PART.fullmatch(text)
        if found is None or int(found[2]) > int(found[3]):
            raise MalformedError("code.part_malformed", place="", value=text[:40])
        return cls(found[1], int(found[2]), int(found[3]), base45_decode(found[4]))


def is_part(text: str) -> bool:
    """Say whether the text of a code is a part of a record."""
    return text.startswith("CO1:")


def record_parts(bundle: bytes) -> list[str]:
    """Cut a bundle into the texts of its codes. Raises LimitError (`code.record_too_long`)."""
    packed = zlib.compress(bundle, 9)
    pieces = [packed[start : start + BYTES] for start in range(0, len(packed), BYTES)]
    if len(pieces) > MOST_PARTS:
        raise LimitError("code.record_too_long", place="", limit=str(MOST_PARTS))
    name = _name_of(bundle)
    return [
        f"CO1:{name}:{number}/{len(pieces)}:{base45_encode(piece)}"
        for number, piece in enumerate(pieces, start=1)
    ]


def join_parts(parts: Iterable[RecordPart]) -> bytes:
    """Join the codes of one record, in any order, each once or more often.

    Raises MalformedError: `code.parts_missing` with the numbers, `code.parts_differ` when they are
    not of one record.
    """
    known: dict[int, RecordPart] = {}
    for one in parts:
        if known.setdefault(one.number, one) != one:
            raise MalformedError("code.parts_differ", place=str(one.number))
    if len({(one.name, one.count) for one in known.values()}) != 1:
        raise MalformedError("code.parts_differ", place="")
    first = next(iter(known.values()))
    missing = [str(number) for number in range(1, first.count + 1) if number not in known]
    if missing:
        facts = {"missing": ", ".join(missing), "count": str(first.count)}
        raise MalformedError("code.parts_missing", place="", **facts)
    bundle = _unpacked(b"".join(known[number].data for number in sorted(known)))
    if _name_of(bundle) != first.name:
        raise MalformedError("code.parts_differ", place="digest")
    return bundle


def _unpacked(packed: bytes) -> bytes:
    machine = zlib.decompressobj()
    try:
        bundle = machine.decompress(packed, MAX_RECORD)
    except zlib.error:
        raise MalformedError("code.parts_differ", place="zlib") from None
    if machine.unconsumed_tail or not machine.eof or machine.unused_data:
        raise LimitError("code.record_too_long", place="", limit=str(MAX_RECORD))
    return bundle


def _name_of(bundle: bytes) -> str:
    return sha256(bundle).hexdigest()[:8].upper()
