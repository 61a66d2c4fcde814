"""What lies in the log: the bytes themselves or, when too long, a reference to an object file."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.errors import LimitError, MalformedError, ProofError
from certorigin.late import dataclass
from certorigin.log.tiles import MAX_ENTRY

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_OBJECT = 16 << 20

_HEADER = b"certorigin-object/"
_REFERENCE = re.compile(rb"certorigin-object/v1\n([0-9a-f]{64})\n([1-9]\d{4,7})\n")


@dataclass(frozen=True)
class Reference:
    """The name and the size of bytes that lie outside the entry bundles."""

    digest: str
    size: int

    @property
    def path(self) -> str:
        """Return where the bytes lie in the log's folder."""
        return f"object/{self.digest}"

    def to_bytes(self) -> bytes:
        """Write the reference as it stands in an entry."""
        return f"certorigin-object/v1\n{self.digest}\n{self.size}\n".encode()

    @classmethod
    def from_bytes(cls, entry: bytes) -> Reference:
        """Read a reference. Raises MalformedError, or LimitError for an object above 16 MiB."""
        match = _REFERENCE.fullmatch(entry)
        if match is None or int(match[2]) <= MAX_ENTRY:
            raise MalformedError("log.reference_malformed", place="entry")
        size = int(match[2])
        if size > MAX_OBJECT:
            raise LimitError("log.object_too_long", place="entry", value=str(size))
        return cls(match[1].decode(), size)

    def verify(self, data: bytes) -> None:
        """Verify that `data` is what was referred to. Raises ProofError."""
        if len(data) != self.size or sha256(data).hexdigest() != self.digest:
            raise ProofError("log.object_altered", path=self.path)


def entry_of(data: bytes) -> bytes:
    """Return the entry for `data`: itself up to 65,535 bytes, a reference beyond.

    Raises LimitError above 16 MiB, MalformedError for data that pretends to be a reference.
    """
    if data.startswith(_HEADER):
        raise MalformedError("log.entry_like_reference", place="entry")
    if len(data) <= MAX_ENTRY:
        return data
    if len(data) > MAX_OBJECT:
        raise LimitError("log.object_too_long", place="entry", value=str(len(data)))
    return Reference(sha256(data).hexdigest(), len(data)).to_bytes()


def find_reference(entry: bytes) -> Reference | None:
    """Return the reference that the entry is, or None for plain bytes. Raises MalformedError."""
    return Reference.from_bytes(entry) if entry.startswith(_HEADER) else None


def object_name_of(entry: bytes) -> str | None:
    """Return the path of the object that an entry refers to, or None. Raises MalformedError."""
    reference = find_reference(entry)
    return None if reference is None else reference.path


def data_of(entry: bytes, fetch: Callable[[str], bytes]) -> bytes:
    """Return the bytes that were entered, fetching the object file where the entry refers to one.

    Raises MalformedError, ProofError when the object is not the one that was entered, and whatever
    `fetch` raises (UnknownError when the object is not there).
    """
    reference = find_reference(entry)
    if reference is None:
        return entry
    data = fetch(reference.path)
    reference.verify(data)
    return data
