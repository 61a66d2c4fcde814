"""Evidence in one file, which anybody who has the trust lists can check offline.

Two signed heads that can't both be true, or entries of a log that should not be there, each with
its way to a signed head. What a file claims counts for nothing: `check_evidence` verifies every
signature and every hash in it, and says what follows. A wrong file on the wire was signed by
nobody: of such a stop the file shows both heads, and that they do not contradict one another.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import field
from typing import TYPE_CHECKING, Any

from certorigin.errors import CertoriginError, MalformedError, ProofError, UnknownError
from certorigin.late import dataclass
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.entry import entry_of
from certorigin.log.merkle import HASH_SIZE, leaf_hash, verify_consistency, verify_inclusion
from certorigin.log.note import Note
from certorigin.log.proof import MAX_HASHES, Proof
from certorigin.log.read import TileReader
from certorigin.mirror.acts import CheckedAct, Weight, check_act
from certorigin.mirror.partner import Partner
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.standing.twice import number_taken
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.log.checkpoint import SignedHead
    from certorigin.mirror.view import LogView
    from certorigin.seal.trust.trust import Trust

FORMAT = "certorigin-evidence-file/v1"
MAX_FILE = 64 << 20
MAX_ENTRIES = 20
_SIZE = re.compile(r"[1-9]\d{0,14}", re.ASCII)


@dataclass(frozen=True)
class Consistency:
    """Which root the larger head's tree had at an earlier size, with the way to both."""

    size: int
    root: bytes
    hashes: tuple[bytes, ...]

    @classmethod
    def from_reader(cls, reader: TileReader, size: int) -> Consistency | None:
        """Take it from the tiles of the larger head; None where they can't be had."""
        try:
            return cls(size, reader.root_at(size), tuple(reader.consistency_proof(size)))
        except CertoriginError:
            return None

    @classmethod
    def from_record(cls, record: Record) -> Consistency:
        """Read it. Raises MalformedError."""
        hashes = record.texts("hashes", limit=MAX_HASHES) if record.has("hashes") else ()
        return cls(
            size=int(record.text("size", pattern=_SIZE)),
            root=read_base64(record.text("root"), record.at("root"), HASH_SIZE),
            hashes=tuple(read_base64(one, record.at("hashes"), HASH_SIZE) for one in hashes),
        )

    def to_data(self) -> dict[str, Any]:
        """Write it; the inverse of reading."""
        data: dict[str, Any] = {"root": write_base64(self.root), "size": str(self.size)}
        return data | (
            {"hashes": [write_base64(one) for one in self.hashes]} if self.hashes else {}
        )


@dataclass(frozen=True)
class EnteredBytes:
    """Bytes that were entered in a log, with their proof of inclusion (docs/spec/log.md)."""

    data: bytes
    proof: bytes

    @classmethod
    def from_record(cls, record: Record) -> EnteredBytes:
        """Read it. Raises MalformedError."""
        return cls(*(read_base64(record.value(one), record.at(one)) for one in ("entry", "proof")))

    def to_data(self) -> dict[str, str]:
        """Write it; the inverse of reading."""
        return {"entry": write_base64(self.data), "proof": write_base64(self.proof)}


@dataclass(frozen=True)
class EnteredAct:
    """What entered bytes come to: whose log, where, since when; `fault`: why they are no act."""

    partner: Partner
    index: int
    legal_time: datetime | None
    checked: CheckedAct | None
    fault: str

    @property
    def counts(self) -> bool:
        """Say whether it is an act that counts."""
        return self.checked is not None and self.checked.weight is Weight.COUNTS


@dataclass(frozen=True)
class Evidence:
    """What one file holds: why it was written, when, two heads or some entries."""

    code: str
    at: datetime
    heads: tuple[bytes, ...] = ()
    consistency: Consistency | None = None
    entries: tuple[EnteredBytes, ...] = ()

    def to_bytes(self) -> bytes:
        """Write the file: one line of the strict profile."""
        data: dict[str, Any] = {
            "at": moment_to_text(self.at),
            "code": self.code,
            "format": FORMAT,
        }
        if self.heads:
            data["heads"] = [write_base64(one) for one in self.heads]
        if self.consistency is not None:
            data["consistency"] = self.consistency.to_data()
        if self.entries:
            data["entries"] = [one.to_data() for one in self.entries]
        return strict_bytes(data)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Evidence:
        """Read a file; the inverse of writing. Raises MalformedError, LimitError."""
        record = Record(parse_strict(raw.strip(), max_bytes=MAX_FILE))
        record.choice("format", (FORMAT,))
        heads = record.value("heads") if record.has("heads") else []
        if not isinstance(heads, list) or len(heads) not in {0, 2}:
            raise MalformedError("evidence.malformed", place="heads")
        evidence = cls(
            code=record.text("code"),
            at=record.moment("at"),
            heads=tuple(read_base64(one, "heads") for one in heads),
            consistency=record.part_or_none("consistency", Consistency.from_record),
            entries=record.parts("entries", EnteredBytes.from_record, limit=MAX_ENTRIES),
        )
        record.finish()
        return evidence


@dataclass(frozen=True)
class Shown:
    """What a file shows: a code with its facts. `is_proof`: the publisher can't deny it."""

    code: str
    is_proof: bool
    facts: dict[str, str] = field(default_factory=dict)


_NOTHING = Shown("evidence.nothing", is_proof=False)


def evidence_of_entries(
    places: Sequence[tuple[LogView, int]], *, code: str, at: datetime
) -> Evidence:
    """Make evidence of entries, each under the first head that the partner cosigned over it.

    Raises as `LogView.data` does.
    """
    return Evidence(code, at, entries=tuple(entered_in(view, index) for view, index in places))


def entered_in(view: LogView, index: int) -> EnteredBytes:
    """Take an entry out of a log, under the first head that the partner cosigned over it.

    Raises as `LogView.data` does.
    """
    covering = view.cosigned.find_covering(index)
    head = covering.head if covering else view.head
    reader = TileReader(head.checkpoint, view.directory.read)
    proof = Proof(index, tuple(reader.inclusion_proof(index)), head.data)
    return EnteredBytes(view.data(index), proof.to_bytes())


def check_evidence(evidence: Evidence, trust: Trust) -> Shown:
    """Check a file against the trust lists alone, and say what it shows.

    Raises MalformedError, SignatureError, ProofError for a file that does not hold together;
    UnknownError when no list names the log.
    """
    if evidence.entries:
        return _check_entries(evidence.entries, trust)
    heads = [check_head(one, trust) for one in evidence.heads]
    return _check_heads(heads, evidence.consistency) if heads else _NOTHING


def _check_heads(
    heads: Sequence[tuple[Partner, SignedHead]], consistency: Consistency | None
) -> Shown:
    (partner, one), (other_partner, other) = heads
    if partner.origin != other_partner.origin:
        raise MalformedError("evidence.origins_differ", place="heads")
    small, large = sorted((one, other), key=lambda head: head.checkpoint.size)
    times = [moment_to_text(partner.heartbeat_of(head)) for head in (small, large)]
    ours, theirs = small.checkpoint, large.checkpoint
    facts = {
        "origin": partner.origin,
        "size": str(ours.size),
        "other_size": str(theirs.size),
        "time": times[0],
        "other_time": times[1],
    }
    if ours.size == theirs.size and ours.root != theirs.root:
        return Shown("evidence.two_histories", is_proof=True, facts=facts)
    if ours.size < theirs.size and times[0] > times[1]:
        return Shown("evidence.shrank", is_proof=True, facts=facts)
    if consistency is not None and ours.size < theirs.size:
        if consistency.size != ours.size:
            raise MalformedError("evidence.proof_differs", place="consistency.size")
        size, root = consistency.size, consistency.root
        verify_consistency(size, root, theirs.size, theirs.root, consistency.hashes)
        if root != ours.root:
            return Shown("evidence.two_histories", is_proof=True, facts=facts)
    return Shown("evidence.heads_agree", is_proof=False, facts=facts)


def _check_entries(entries: Sequence[EnteredBytes], trust: Trust) -> Shown:
    found = [check_entry(one, trust) for one in entries]
    if len(found) == 1:
        (one,) = found
        facts = {"origin": one.partner.origin, "index": str(one.index), "reason": one.fault}
        if one.checked is None:
            return Shown("evidence.no_act", is_proof=True, facts=facts)
        if one.checked.weight is Weight.NOT_ENTITLED:
            return Shown("evidence.no_right", is_proof=True, facts=facts)
        return _NOTHING
    issued = [
        one.checked
        for one in found
        if one.checked is not None and one.counts and one.checked.act.kind is Kind.ISSUED
    ]
    numbers = {number_taken(checked.act.body) for checked in issued}
    said = {(checked.act.subject, strict_bytes(dict(checked.act.body))) for checked in issued}
    if len(issued) != len(found) or len(numbers) != 1 or len(said) < 2:
        return _NOTHING
    facts = {
        "number": str(issued[0].act.body["number"]),
        "body": str(issued[0].act.body["certification"]["body"]),
        "date": str(issued[0].act.body["certification"]["date"]),
        "places": ", ".join(f"{one.partner.origin}#{one.index}" for one in found),
    }
    return Shown("evidence.number_twice", is_proof=True, facts=facts)


def check_entry(entered: EnteredBytes, trust: Trust) -> EnteredAct:
    """Verify that bytes are in the log, and judge them at their legal time as a mirror does.

    Raises MalformedError, SignatureError, ProofError, UnknownError as `check_evidence`.
    """
    proof = Proof.from_bytes(entered.proof)
    partner, head = check_head(proof.head, trust)
    size, root = head.checkpoint.size, head.checkpoint.root
    try:
        entry = entry_of(entered.data)
    except CertoriginError:
        entry = entered.data  # rubbish that looks like a reference is entered as it is
    verify_inclusion(leaf_hash(entry), proof.index, size, proof.hashes, root)
    legal_time = next(iter(partner.cosigned_at(head)), None)
    try:
        checked = check_act(
            entered.data,
            trust,
            publisher=partner.publisher,
            at=legal_time or partner.heartbeat_of(head),
            corridor=str(partner.corridor),
        )
    except UnknownError as fault:
        raise ProofError("evidence.undecided", reason=fault.code) from fault
    except CertoriginError as fault:
        return EnteredAct(partner, proof.index, legal_time, None, fault.code)
    return EnteredAct(partner, proof.index, legal_time, checked, checked.code)


def check_head(data: bytes, trust: Trust) -> tuple[Partner, SignedHead]:
    """Read a head and verify it by the keys that the lists name for the log that it names.

    Raises MalformedError, SignatureError, UntrustedKeyError; UnknownError for a log of nobody.
    """
    origin = Checkpoint.from_text(Note.from_bytes(data).text).origin
    partner = Partner.from_trust(trust, origin)
    head = partner.read_head(data)
    partner.check_entitled(head)
    return partner, head


def read_base64(text: object, place: str, size: int | None = None) -> bytes:
    """Read base64 of any length: what it holds has limits of its own. Raises MalformedError."""
    try:
        data = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("evidence.malformed", place=place) from None
    if size is not None and len(data) != size:
        raise MalformedError("evidence.malformed", place=place)
    return data


def write_base64(data: bytes) -> str:
    """Write bytes as they stand in a file of evidence."""
    return base64.b64encode(data).decode()
