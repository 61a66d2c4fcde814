"""Registration: that an act is in the log that both states hold, and since when (its legal time).

A head is verified once and kept: thousands of certificates share one head. What is kept never
depends on the moment that is asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import (
    CertoriginError,
    MalformedError,
    ProofError,
    SignatureError,
)
from certorigin.late import dataclass
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.merkle import leaf_hash, verify_inclusion
from certorigin.log.note import Note
from certorigin.log.proof import Proof
from certorigin.mirror.partner import Partner
from certorigin.recognition.report import Part, part

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.log.checkpoint import SignedHead
    from certorigin.recognition.bundle import Bundle
    from certorigin.seal.trust.trust import Trust

MAX_KEPT = 4096


@dataclass(frozen=True)
class KnownHead:
    """A head whose signatures were verified, with its times, or the fault that it has."""

    origin: str
    partner: Partner | None = None
    head: SignedHead | None = None
    cosigned_at: datetime | None = None
    times: tuple[datetime, ...] = ()
    fault: Part | None = None

    @property
    def size(self) -> int:
        """How many entries the head covers."""
        return self.head.checkpoint.size if self.head else 0


@dataclass(frozen=True)
class Registered:
    """What the proof in a bundle shows: the head, the index, and the part of the report."""

    part: Part
    known: KnownHead | None = None
    index: int = -1


class Registrar:
    """Verifies proofs of registration against the keys of the trust lists, each head once."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._heads: dict[bytes, KnownHead] = {}

    def verify(self, bundle: Bundle) -> Registered:
        """Verify the proof of an act (step 3). Raises nothing: the part says what is wrong."""
        if not bundle.proof:
            return Registered(part("registration.proof_missing"))
        try:
            read = Proof.from_bytes(bundle.proof)
            entry = bundle.entry
        except MalformedError as fault:
            return Registered(part("registration.proof_malformed", fault=fault.code))
        known = self._known(read.head)
        if known.fault is not None or known.head is None:
            return Registered(known.fault or part("registration.proof_malformed"), known)
        checkpoint = known.head.checkpoint
        try:
            verify_inclusion(
                leaf_hash(entry), read.index, checkpoint.size, read.hashes, checkpoint.root
            )
        except ProofError as fault:
            return Registered(part("registration.proof_wrong", fault=fault.code), known)
        if known.cosigned_at is None:
            facts = {"origin": known.origin, "index": str(read.index)}
            return Registered(part("registration.not_cosigned", **facts), known, read.index)
        return Registered(_registered(known, read.index), known, read.index)

    def _known(self, head: bytes) -> KnownHead:
        known = self._heads.get(head)
        if known is None:
            if len(self._heads) >= MAX_KEPT:
                self._heads.clear()
            known = self._heads[head] = self._read(head)
        return known

    def _read(self, data: bytes) -> KnownHead:
        """Verify a head's signatures, and that its keys were entitled at its times."""
        origin = Checkpoint.from_text(Note.from_bytes(data).text).origin  # `Proof` has read it
        try:
            partner = Partner.from_trust(self._trust, origin)
            head = partner.read_head(data)
        except SignatureError as fault:
            known = fault.code != "log.signature_missing"
            code = "registration.head_forged" if known else "registration.log_unknown"
            return KnownHead(origin, fault=part(code, origin=origin, fault=fault.code))
        except CertoriginError as fault:
            found = part("registration.log_unknown", origin=origin, fault=fault.code)
            return KnownHead(origin, fault=found)
        return self._dated(partner, head)

    @staticmethod
    def _dated(partner: Partner, head: SignedHead) -> KnownHead:
        cosigned, beats = partner.cosigned_at(head), partner.beats_of(head)
        at = cosigned[0] if cosigned else (beats[-1] if beats else None)
        times = tuple(sorted((*cosigned, *beats)))
        log = next(found.verifier for found in head.signatures if found.verifier in partner.logs)
        if at is not None and not partner.is_entitled(log, "log", at):
            fault = part("registration.log_key_not_entitled", origin=partner.origin)
            return KnownHead(partner.origin, partner, head, None, times, fault)
        return KnownHead(partner.origin, partner, head, cosigned[0] if cosigned else None, times)


def _registered(known: KnownHead, index: int) -> Part:
    return part("registration.registered", origin=known.origin, index=str(index))
