"""The seals on an act as a person reads them: by whom, as what, when, with which key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError
from certorigin.mirror.issuer import OFFICER
from certorigin.seal.proof import verify_sealed
from certorigin.vocabulary.acts import Act
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.proof import VerifiedProof


@dataclass(frozen=True)
class Seal:
    """One seal: by whom, as what (a code), when it says that it was made, with which key."""

    by: str
    role: str
    created: datetime
    key: str
    suite: str


def seals_on(raw: bytes) -> list[Seal]:
    """Return the seals on an issued certificate; none when they don't hold."""
    try:
        sealed = verify_sealed(raw)
        box = Act.from_document(sealed.document).body.get("certification")
    except CertoriginError:
        return []
    certifier = box.get("officer") if isinstance(box, dict) else None
    return [_seal(proof, certifier) for proof in sealed.proofs]


def name_of(urn: str) -> str:
    """Return the name that the trust lists give a body or an officer, or its URN."""
    try:
        holder = get_trust().find_holder(urn)
    except CertoriginError:
        return urn
    return holder.name if holder else urn


def _seal(proof: VerifiedProof, certifier: object) -> Seal:
    role = "web.seal_of_body"
    if proof.controller.startswith(OFFICER):
        is_certifier = proof.controller == certifier
        role = "web.seal_of_certifier" if is_certifier else "web.seal_of_examiner"
    return Seal(name_of(proof.controller), role, proof.created, proof.key, proof.suite)
