"""A trust list on its way: one file for those who sign, one signature file back from each.

The draft carries the list before it, byte for byte, so that whoever signs on a machine without a
network sees what changes, and sees it verified. Nothing is believed before `join` and
`Trust.adopt`.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError, RightError
from certorigin.late import dataclass
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.proof import ASSERTION, attach, make_proof, proof_options, verify_proofs
from certorigin.seal.trust.change import check_draft
from certorigin.seal.trust.entries import state_urn
from certorigin.seal.trust.trust_list import MAX_TRUST_LIST, TrustDraft, TrustList
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.seal.proof import Sealer, VerifiedProof
    from certorigin.seal.trust.entries import Roots

DRAFT_FORMAT = "certorigin-trust-draft/v1"
SIGNATURE_FORMAT = "certorigin-trust-signature/v1"
MAX_DRAFT = 2 * MAX_TRUST_LIST + 65_536
MAX_SIGNATURE = 16_384


def groups(digest: str) -> str:
    """Return what two people compare by voice: eight groups of four hexadecimal digits."""
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def fingerprint_of_roots(roots: Roots) -> str:
    """Return the fingerprint of a state's root keys: the first half of their SHA-256."""
    return groups(hashlib.sha256(strict_bytes(roots.to_data())).hexdigest())


def fingerprint_of_key(key: str) -> str:
    """Return the fingerprint of one key."""
    return groups(hashlib.sha256(key.encode()).hexdigest())


@dataclass(frozen=True)
class Ceremony:
    """A draft, and the exact bytes of the list that it follows (none for the first one)."""

    draft: TrustDraft
    previous: bytes = b""

    @classmethod
    def from_bytes(cls, raw: bytes) -> Ceremony:
        """Read the file of a draft. Raises MalformedError, and as `TrustList.from_bytes`.

        The list before it must hold together with the draft, so that what is shown is what changes.
        """
        data = parse_strict(raw.strip(), max_bytes=MAX_DRAFT)
        if data.get("format") != DRAFT_FORMAT or not set(data) <= _MEMBERS:
            raise MalformedError("trust.not_a_draft", place="format")
        record = Record(data)
        previous = str(data.get("previous", "")).encode()
        document = record.value("document")
        if not isinstance(document, dict):
            raise MalformedError("trust.not_a_draft", place="document")
        ceremony = cls(TrustDraft.from_document(document), previous)
        check_draft(ceremony.draft, ceremony.old)
        return ceremony

    def to_bytes(self) -> bytes:
        """Write the file of the draft; the inverse of reading."""
        data: dict[str, Any] = {"document": self.draft.to_document(), "format": DRAFT_FORMAT}
        if self.previous:
            data["previous"] = self.previous.decode()
        return strict_bytes(data)

    @cached_property
    def old(self) -> TrustDraft | None:
        """The contents of the list before it, verified against its own roots; None for none."""
        if not self.previous:
            return None
        claimed = TrustDraft.from_document(parse_strict(self.previous, max_bytes=MAX_TRUST_LIST))
        return TrustList.from_bytes(self.previous, claimed.roots).contents

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of what is signed."""
        return hashlib.sha256(strict_bytes(self.draft.to_document())).hexdigest()

    @property
    def fingerprint(self) -> str:
        """What those who sign compare by voice."""
        return groups(self.digest)

    @property
    def roots(self) -> tuple[Roots, ...]:
        """Every set of root keys of which enough must sign: the old ones, then the new ones."""
        old = self.old
        if old is None or old.roots == self.draft.roots:
            return (self.draft.roots,)
        return old.roots, self.draft.roots

    def missing(self, signers: Iterable[str]) -> int:
        """Return how many signatures are still needed, of whichever roots lack the most."""
        known = tuple(signers)
        return max(0, *(roots.threshold - roots.count(known) for roots in self.roots))


@dataclass(frozen=True)
class Signature:
    """One root key's signature of one draft."""

    digest: str
    proof: dict[str, Any]

    @classmethod
    def from_bytes(cls, raw: bytes) -> Signature:
        """Read a signature file. Raises MalformedError."""
        data = parse_strict(raw.strip(), max_bytes=MAX_SIGNATURE)
        if data.get("format") != SIGNATURE_FORMAT or set(data) != {"digest", "format", "proof"}:
            raise MalformedError("trust.not_a_signature", place="format")
        if not isinstance(data["proof"], dict):
            raise MalformedError("trust.not_a_signature", place="proof")
        return cls(Record(data).text("digest"), data["proof"])

    def to_bytes(self) -> bytes:
        """Write the signature file; the inverse of reading."""
        data = {"digest": self.digest, "format": SIGNATURE_FORMAT, "proof": self.proof}
        return strict_bytes(data)


def sign(ceremony: Ceremony, sealer: Sealer, *, created: datetime) -> Signature:
    """Sign a draft with one root key. Raises RightError when it is none of the state's roots."""
    if not any(sealer.key in roots.keys for roots in ceremony.roots):
        raise RightError("trust.not_a_root_key", key=sealer.key)
    document = ceremony.draft.to_document()
    key_id = f"{state_urn(ceremony.draft.state)}#{sealer.key}"
    options = proof_options(sealer.suite, key_id, created, ASSERTION, document["@context"])
    return Signature(ceremony.digest, make_proof(document, options, sealer))


def check_signature(ceremony: Ceremony, signature: Signature) -> VerifiedProof:
    """Check that a signature is one of this draft, by a root key of the state.

    Raises MalformedError (`trust.signature_of_another_draft`), SignatureError, RightError.
    """
    if signature.digest != ceremony.digest:
        raise MalformedError("trust.signature_of_another_draft", place="digest")
    (proof,) = verify_proofs(attach(ceremony.draft.to_document(), [signature.proof]))
    if proof.controller != state_urn(ceremony.draft.state) or not any(
        proof.key in roots.keys for roots in ceremony.roots
    ):
        raise RightError("trust.not_a_root_key", key=proof.key)
    return proof


def join(ceremony: Ceremony, signatures: Iterable[Signature]) -> bytes:
    """Return the sealed list: the draft with each root key's signature once, in a fixed order.

    Raises as `check_signature`. Whether enough signed is judged where it is adopted.
    """
    proofs: dict[str, dict[str, Any]] = {}
    for signature in signatures:
        proofs.setdefault(check_signature(ceremony, signature).key, signature.proof)
    ordered = [proofs[key] for key in sorted(proofs)]
    return strict_bytes(attach(ceremony.draft.to_document(), ordered))


_MEMBERS = {"document", "format", "previous"}
