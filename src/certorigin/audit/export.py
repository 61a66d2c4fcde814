"""A part of the trail in a file: entries as JSON lines, closed by a sealed head (R14, R17).

Each line is the canonical form of one entry. The last line is a credential that the installation
seals: it names the first and the last entry, the hash before the first, and the digest of all
lines. A file that was cut short has no head; one that was changed does not fit it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from certorigin.audit.chain import entry_hash
from certorigin.audit.logged import compare_heads
from certorigin.errors import LimitError, MalformedError, VerificationError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.vocabulary.acts import CONTEXT
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from certorigin.audit.logged import LoggedHead
    from certorigin.seal.proof import Sealer
    from certorigin.seal.trust.trust import Trust

FORMAT: Final = "certorigin-trail/v1"
TYPES: Final = ("VerifiableCredential", "TrailExport")
# An entry holds names and outcomes; facts of more than this are none of ours.
MAX_LINE: Final = 65_536

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """One entry of the trail."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    facts: str
    hash: str

    @classmethod
    def from_line(cls, line: bytes, place: str = "") -> Entry:
        """Read one line; the exact inverse of `to_line`. Raises MalformedError, LimitError."""
        if len(line) > MAX_LINE:
            raise LimitError("audit.line_too_long", place=place, limit=str(MAX_LINE))
        record = Record(parse_strict(line), place)
        entry = cls(
            sequence=int(record.text("sequence", pattern=_NUMBER)),
            at=record.moment("at"),
            actor=_any_text(record, "actor"),
            action=record.text("action"),
            subject=_any_text(record, "subject"),
            facts=_any_text(record, "facts"),
            hash=record.text("hash", pattern=_HASH),
        )
        record.finish()
        return entry

    def to_line(self) -> bytes:
        """Write the line, without its newline."""
        return strict_bytes(
            {
                "action": self.action,
                "actor": self.actor,
                "at": moment_to_text(self.at),
                "facts": self.facts,
                "hash": self.hash,
                "sequence": str(self.sequence),
                "subject": self.subject,
            }
        )

    def hash_after(self, previous: str) -> str:
        """Return the hash that the entry must have after the one before it."""
        return entry_hash(
            previous=previous,
            sequence=self.sequence,
            at=self.at,
            actor=self.actor,
            action=self.action,
            subject=self.subject,
            facts=self.facts,
        )


@dataclass(frozen=True)
class Head:
    """What the installation seals about an export."""

    installation: str
    start: datetime
    end: datetime
    first: int
    last: int
    previous: str
    hash: str
    digest: str

    @classmethod
    def from_record(cls, record: Record) -> Head:
        """Read the credential's subject. Raises MalformedError."""
        record.choice("format", (FORMAT,))
        head = cls(
            installation=record.text("installation"),
            start=record.moment("from"),
            end=record.moment("until"),
            first=int(record.text("first", pattern=_NUMBER)),
            last=int(record.text("last", pattern=_NUMBER)),
            previous=record.text("previous", pattern=_HASH),
            hash=record.text("hash", pattern=_HASH),
            digest=record.text("digest", pattern=_HASH),
        )
        record.finish()
        return head

    @property
    def issuer(self) -> str:
        """The name of the installation in the trust list."""
        return f"urn:certorigin:installation:{self.installation}"

    def to_document(self, *, at: datetime) -> dict[str, Any]:
        """Write the whole credential, without its proof."""
        return {
            "@context": list(CONTEXT),
            "credentialSubject": {
                "digest": self.digest,
                "first": str(self.first),
                "format": FORMAT,
                "from": moment_to_text(self.start),
                "hash": self.hash,
                "installation": self.installation,
                "last": str(self.last),
                "previous": self.previous,
                "until": moment_to_text(self.end),
            },
            "id": f"urn:certorigin:trail:{self.installation}:{self.first}-{self.last}",
            "issuer": self.issuer,
            "type": list(TYPES),
            "validFrom": moment_to_text(at),
        }


class Writer:
    """Writes an export line by line, and seals what went through its hands."""

    def __init__(self, *, installation: str, start: datetime, end: datetime, previous: str) -> None:
        self._about = (installation, start, end, previous)
        self._digest = hashlib.sha256()
        self._first: Entry | None = None
        self._last: Entry | None = None

    def write(self, entry: Entry) -> bytes:
        """Return the line of the next entry."""
        line = entry.to_line() + b"\n"
        self._digest.update(line)
        self._first, self._last = self._first or entry, entry
        return line

    def close(self, sealer: Sealer, *, at: datetime) -> bytes:
        """Return the sealed head. Raises MalformedError (`audit.nothing_to_export`)."""
        if self._first is None or self._last is None:
            raise MalformedError("audit.nothing_to_export", place="")
        installation, start, end, previous = self._about
        head = Head(
            installation=installation,
            start=start,
            end=end,
            first=self._first.sequence,
            last=self._last.sequence,
            previous=previous,
            hash=self._last.hash,
            digest=self._digest.hexdigest(),
        )
        return seal_document(head.to_document(at=at), [(sealer, head.issuer)], created=at) + b"\n"


@dataclass(frozen=True)
class VerifiedExport:
    """An export that holds: what its head says, and when and with which key it was sealed."""

    head: Head
    sealed_at: datetime
    key: str
    logged: int = 0  # heads in the logs that agree with it

    @property
    def count(self) -> int:
        """How many entries there are."""
        return self.head.last - self.head.first + 1


def verify_export(
    lines: Iterable[bytes], trust: Trust, logged: Iterable[LoggedHead] = ()
) -> VerifiedExport:
    """Verify an export: chain, digest, seal, and whether the key speaks for the installation.

    Lines are read one by one, so that a long trail needs no memory. `logged` are the heads of the
    trail that the installation's logs hold. Raises MalformedError for what is no export,
    VerificationError (`audit.chain_broken`, `audit.head_differs`, `audit.logged_head_differs`) with
    the sequence of the first bad entry, SignatureError, UntrustedKeyError, UnknownError.
    """
    heads = list(logged)
    digest, entries = hashlib.sha256(), _Chain({one.sequence for one in heads})
    held = b""
    for line in lines:
        if held:
            entries.follow(Entry.from_line(held.rstrip(b"\n"), f"line {entries.count + 1}"))
            digest.update(held)
        held = line
    sealed = verify_sealed(held.rstrip(b"\n"), max_bytes=MAX_LINE)
    head = Record(sealed.document).part("credentialSubject", Head.from_record)
    (proof, *others) = sealed.proofs
    if others or head.to_document(at=proof.created) != {
        name: sealed.document[name] for name in sealed.document if name != "proof"
    }:
        raise MalformedError("audit.head_malformed", place="head")
    _check_head(head, entries, digest.hexdigest())
    trust.key_entitlement(proof.key, role="gateway", at=proof.created, controller=head.issuer)
    within = [one for one in heads if _is_within(one, head)]
    return VerifiedExport(head, proof.created, proof.key, compare_heads(within, entries.hashes))


class _Chain:
    """The entries read so far; the first one is checked once the head says what was before it."""

    def __init__(self, wanted: Collection[int]) -> None:
        self._wanted = wanted
        self.hashes: dict[int, str] = {}  # of the entries that are wanted
        self.first: Entry | None = None
        self.last: Entry | None = None
        self.count = 0

    def follow(self, entry: Entry) -> None:
        """Take the next entry. Raises VerificationError when it does not follow."""
        if self.last is not None:
            follows = entry.sequence == self.last.sequence + 1
            if not follows or entry.hash != entry.hash_after(self.last.hash):
                raise VerificationError("audit.chain_broken", sequence=str(entry.sequence))
        self.first = self.first or entry
        self.last = entry
        self.count += 1
        if entry.sequence in self._wanted:
            self.hashes[entry.sequence] = entry.hash


def _is_within(logged: LoggedHead, head: Head) -> bool:
    """Say whether an export must hold the entry with which the trail ended on a day.

    What was stated before the end of the period is in it, even where the export ends earlier.
    """
    if logged.installation != head.installation or logged.sequence < head.first:
        return False
    return logged.sequence <= head.last or logged.at < head.end


def _check_head(head: Head, chain: _Chain, digest: str) -> None:
    if chain.first is None or chain.last is None:
        raise MalformedError("audit.nothing_to_export", place="")
    if chain.first.hash != chain.first.hash_after(head.previous):
        raise VerificationError("audit.chain_broken", sequence=str(chain.first.sequence))
    found = (chain.first.sequence, chain.last.sequence, chain.last.hash, digest)
    if found != (head.first, head.last, head.hash, head.digest):
        raise VerificationError("audit.head_differs", sequence=str(chain.last.sequence))


def _any_text(record: Record, name: str) -> str:
    """Return a text that may be empty: loops have no name."""
    value = record.value(name)
    if not isinstance(value, str):
        raise MalformedError("record.not_a_text", place=record.at(name))
    return value
