"""C2SP tlog-proof: one text that proves offline, for ever, that an entry is in a log."""

from __future__ import annotations

import base64
import re
from binascii import a2b_base64, b2a_base64
from functools import lru_cache
from typing import TYPE_CHECKING

from certorigin.errors import LimitError, MalformedError
from certorigin.late import dataclass
from certorigin.log.checkpoint import Checkpoint, SignedHead, decimal, read_head
from certorigin.log.key import Verifier, base64_strict
from certorigin.log.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from certorigin.log.note import MAX_NOTE, Note

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_EXTRA = 64 << 10
MAX_HASHES = 63

_HEADER = "c2sp.org/tlog-proof@v1"
# Most proofs have nothing extra, and hashes in their one spelling: of the last character before the
# padding, two bits are none of the hash's.
_LINE = 1 + 44
_PLAIN = re.compile(
    re.escape(_HEADER.encode())
    + rb"\nindex (0|[1-9][0-9]{0,18})((?:\n[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)*+)"
)
_MAX_PROOF = MAX_NOTE + 2 * MAX_EXTRA + 64 * (MAX_HASHES + 4)


@dataclass(frozen=True)
class Proof:
    """Index, inclusion proof, exact bytes of a signed checkpoint; nobody authenticates `extra`."""

    index: int
    hashes: tuple[bytes, ...]
    head: bytes
    extra: bytes = b""

    def to_bytes(self) -> bytes:
        """Write the text. Raises MalformedError when it could not be read again."""
        lines = [_HEADER]
        if self.extra:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines.extend(base64.b64encode(hash_).decode() for hash_ in self.hashes)
        data = "\n".join(lines).encode() + b"\n\n" + self.head
        Proof.from_bytes(data)  # nothing is written that could not be read again
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Proof:
        """Read the text; the exact inverse of `to_bytes`. Raises MalformedError, LimitError."""
        if len(data) > _MAX_PROOF:
            raise LimitError("log.proof_over_limit", place="proof", value=str(len(data)))
        top, split, head = data.partition(b"\n\n")
        if not split:
            raise MalformedError("log.proof_malformed", place="proof")
        plain = _PLAIN.fullmatch(top)
        if plain is not None and len(plain[2]) <= MAX_HASHES * _LINE:
            _check_readable(head)
            hashes = tuple([a2b_base64(line) for line in plain[2].split(b"\n")[1:]])
            return cls(int(plain[1]), hashes, head)
        try:
            header, *lines = top.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise MalformedError("log.proof_malformed", place="encoding") from None
        if header != _HEADER:
            raise MalformedError("log.proof_malformed", place="header", value=header[:40])
        extra = _extra(lines.pop(0)) if lines and lines[0].startswith("extra ") else b""
        if not lines or not lines[0].startswith("index "):
            raise MalformedError("log.proof_malformed", place="index")
        index = decimal(lines[0].removeprefix("index "), place="index")
        if len(lines) - 1 > MAX_HASHES:
            raise LimitError("log.proof_over_limit", place="hashes", value=str(len(lines) - 1))
        _check_readable(head)
        return cls(index, _hashes(lines[1:]), head, extra)

    def verify(self, entry: bytes, log: Verifier, others: Sequence[Verifier] = ()) -> SignedHead:
        """Verify that `entry` is in the log, and return the head that says so.

        Raises MalformedError, SignatureError (the head), ProofError (the way to it).
        """
        head = read_head(self.head, log, others)
        size, root = head.checkpoint.size, head.checkpoint.root
        verify_inclusion(leaf_hash(entry), self.index, size, self.hashes, root)
        return head


@lru_cache(maxsize=1024)
def _check_readable(head: bytes) -> None:
    """Check that a head is one before anybody verifies it; many proofs share theirs."""
    Checkpoint.from_text(Note.from_bytes(head).text)


def _extra(line: str) -> bytes:
    extra = base64_strict(line.removeprefix("extra "), place="extra")
    if not extra:
        raise MalformedError("log.proof_malformed", place="extra")
    if len(extra) > MAX_EXTRA:
        raise LimitError("log.proof_over_limit", place="extra", value=str(len(extra)))
    return extra


def _hashes(lines: list[str]) -> tuple[bytes, ...]:
    """Read all of them at once; where something is wrong, one by one, to say what."""
    try:
        read = [a2b_base64(line) for line in lines]
    except ValueError:
        read = []
    written = [b2a_base64(one, newline=False).decode() for one in read]
    if written != lines or any(len(one) != HASH_SIZE for one in read):
        return tuple(_hash(line) for line in lines)
    return tuple(read)


def _hash(line: str) -> bytes:
    hash_ = base64_strict(line, place="hash")
    if len(hash_) != HASH_SIZE:
        raise MalformedError("log.proof_malformed", place="hash", value=line[:80])
    return hash_
