"""C2SP tlog-checkpoint: origin, size and root of a log, as a signed note."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError, SignatureError
from certorigin.late import dataclass
from certorigin.log.key import Verifier, base64_strict
from certorigin.log.merkle import EMPTY_ROOT, HASH_SIZE
from certorigin.log.note import Note, Verified, check_text, verify_note
from certorigin.log.tiles import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_DECIMAL = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log at one size. Raises MalformedError when made of odd parts."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if any(not line or "\n" in line for line in lines):
            raise MalformedError("log.checkpoint_malformed", place="line")
        if not 0 <= self.size < MAX_SIZE:
            raise MalformedError("log.checkpoint_malformed", place="size", value=str(self.size))
        if len(self.root) != HASH_SIZE or (self.size == 0 and self.root != EMPTY_ROOT):
            raise MalformedError("log.checkpoint_malformed", place="root", value=self.root.hex())

    @classmethod
    def from_text(cls, text: bytes) -> Checkpoint:
        """Read a note's text; the exact inverse of `to_text`. Raises MalformedError."""
        check_text(text)
        lines = text.decode()[:-1].split("\n")
        if len(lines) < 3:
            raise MalformedError("log.checkpoint_malformed", place="lines", value=str(len(lines)))
        origin, size, root, *extensions = lines
        return cls(
            origin, decimal(size, place="size"), base64_strict(root, place="root"), (*extensions,)
        )

    def to_text(self) -> bytes:
        """Write the text that is signed. Raises MalformedError for control characters."""
        root = base64.b64encode(self.root).decode()
        lines = (self.origin, str(self.size), root, *self.extensions)
        text = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
        check_text(text)
        return text


@dataclass(frozen=True)
class SignedHead:
    """A checkpoint that its log has signed: the exact bytes, and every verified signature."""

    data: bytes
    checkpoint: Checkpoint
    signatures: tuple[Verified, ...]

    def times_by(self, verifier: Verifier) -> tuple[datetime, ...]:
        """Return the times at which a key has cosigned, earliest first."""
        times = [item.at for item in self.signatures if item.verifier == verifier]
        return tuple(sorted(at for at in times if at is not None))


def read_head(data: bytes, log: Verifier, others: Sequence[Verifier] = ()) -> SignedHead:
    """Read a signed checkpoint of the log whose key is `log`; its key name is the origin.

    Raises MalformedError, SignatureError when the log has not signed or a known key's signature is
    wrong.
    """
    note = Note.from_bytes(data)
    checkpoint = Checkpoint.from_text(note.text)
    if checkpoint.origin != log.name:
        raise SignatureError("log.origin_wrong", origin=checkpoint.origin[:80], name=log.name)
    verified = verify_note(note, (log, *others))
    if not any(item.verifier == log for item in verified):
        raise SignatureError("log.signature_missing", name=log.name)
    return SignedHead(data, checkpoint, verified)


def decimal(text: str, *, place: str) -> int:
    """Read a decimal of at most 19 digits without leading zeros. Raises MalformedError."""
    if not _DECIMAL.fullmatch(text):
        raise MalformedError("log.checkpoint_malformed", place=place, value=text[:40])
    return int(text)
