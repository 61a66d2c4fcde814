"""Data Integrity proofs on documents of others: sets and chains, JCS and RDFC suites.

W3C Data Integrity 1.0, 4.2 to 4.5. Narrower in one place: `@context` of a proof is the document's
whole `@context`, for whatever is appended to it would be unsigned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from certorigin.errors import LimitError, MalformedError, SignatureError, UnknownError
from certorigin.late import dataclass
from certorigin.seal.base58 import base58_decode, base58_encode
from certorigin.seal.canonical import jcs_bytes
from certorigin.seal.foreign.contexts import Contexts
from certorigin.seal.foreign.linked import canonical_quads
from certorigin.seal.foreign.model import is_url, moment_of
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import MAX_PROOFS, Sealer
from certorigin.seal.suite import ECDSA_JCS_2019, EDDSA_JCS_2022, Suite, get_suite
from certorigin.vocabulary.moment import moment_to_text

ASSERTION: Final = "assertionMethod"
AUTHENTICATION: Final = "authentication"

_DID_KEY = "did:key:"
_RDFC = {
    "eddsa-rdfc-2022": Suite("eddsa-rdfc-2022", EDDSA_JCS_2022.digests),
    "ecdsa-rdfc-2019": Suite("ecdsa-rdfc-2019", ECDSA_JCS_2019.digests),
}

Canonical = Callable[[Mapping[str, Any]], bytes]


@dataclass(frozen=True)
class Wanted:
    """What a verifier asks: purpose, moment of the check, and what answers its own request."""

    purpose: str
    at: datetime
    domain: str | None = None
    challenge: str | None = None


@dataclass(frozen=True)
class ForeignProof:
    """A proof that fits: which key, of whom, by which suite."""

    controller: str
    key: str
    suite: str


def add_proof(
    document: Mapping[str, Any], sealer: Sealer, options: Mapping[str, Any], *, created: datetime
) -> dict[str, Any]:
    """Return the document with one more proof, by the `did:key` of the sealer's own key.

    `options` may hold `id`, `domain`, `challenge`, `nonce`, `expires`, `previousProof` and
    `proofPurpose`. Raises MalformedError for options that can't be signed.
    """
    present = _proofs_of(document) if "proof" in document else []
    did = _DID_KEY + sealer.key
    proof = {
        "proofPurpose": ASSERTION,
        **options,
        "type": "DataIntegrityProof",
        "cryptosuite": sealer.suite,
        "created": moment_to_text(created),
        "verificationMethod": f"{did}#{sealer.key}",
    }
    if "@context" in document:
        proof["@context"] = document["@context"]
    unsecured = _unsecured(document, _previous(proof, present, "proof"))
    suite = get_suite(sealer.suite)
    key = public_key(sealer.key)
    data = suite.hash(key, jcs_bytes(proof)) + suite.hash(key, jcs_bytes(unsecured))
    proof["proofValue"] = "z" + base58_encode(sealer.sign(data))
    return {**document, "proof": [*present, proof] if present else proof}


def verify_proofs(
    document: Mapping[str, Any], wanted: Wanted, contexts: Contexts
) -> tuple[ForeignProof, ...]:
    """Verify every proof of a document.

    Raises MalformedError for a proof that can't be read, UnknownError for a suite, a kind of key or
    a context not known here, SignatureError for one that does not fit, is for another purpose,
    domain or challenge, or is over.
    """
    proofs = _proofs_of(document)
    if not proofs:
        raise MalformedError("seal.proof_missing", place="proof")
    verified = []
    for at, proof in enumerate(proofs):
        place = f"proof[{at}]"
        _check_terms_of_use(proof, wanted, place)
        if "@context" in proof and proof["@context"] != document.get("@context"):
            raise SignatureError("seal.proof_context_differs", place=place)
        unsecured = _unsecured(document, _previous(proof, proofs, place))
        verified.append(_verify(proof, unsecured, contexts, place))
    return tuple(verified)


def _verify(
    proof: Mapping[str, Any], unsecured: Mapping[str, Any], contexts: Contexts, place: str
) -> ForeignProof:
    name = _text(proof, "cryptosuite", place)
    suite = _RDFC.get(name) or get_suite(name)
    controller, multibase = _key_of(_text(proof, "verificationMethod", place), place)
    key = public_key(multibase)
    value = _text(proof, "proofValue", place)
    if not value.startswith("z"):
        raise MalformedError("seal.proof_value_malformed", place=place)
    signature = base58_decode(value[1:])
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    canonical: Canonical = jcs_bytes
    if name in _RDFC:
        canonical = partial(canonical_quads, contexts=contexts)
        options["@context"] = unsecured.get("@context", [])
    data = suite.hash(key, canonical(options)) + suite.hash(key, canonical(unsecured))
    suite.verify(key, data, signature)
    return ForeignProof(controller, multibase, name)


def _check_terms_of_use(proof: Mapping[str, Any], wanted: Wanted, place: str) -> None:
    """Check what a proof says of itself, before its signature is looked at."""
    if _text(proof, "type", place) != "DataIntegrityProof":
        raise UnknownError("seal.proof_type_unknown", place=place, value=proof["type"][:60])
    if "id" in proof and not is_url(proof["id"]):
        raise MalformedError("foreign.not_a_url", place=f"{place}.id")
    purpose = _text(proof, "proofPurpose", place)
    if purpose != wanted.purpose:
        raise SignatureError("seal.proof_purpose_differs", place=place, value=purpose[:60])
    if "created" in proof:
        moment_of(proof["created"], f"{place}.created", offset_needed=False)
    if "expires" in proof:
        expires = moment_of(proof["expires"], f"{place}.expires", offset_needed=False)
        if expires < wanted.at:
            raise SignatureError("foreign.proof_over", place=place)
    domains = proof.get("domain")
    listed = domains if type(domains) is list else [domains]
    if wanted.domain is not None and wanted.domain not in listed:
        raise SignatureError("foreign.proof_for_another", place=f"{place}.domain")
    if wanted.challenge is not None and proof.get("challenge") != wanted.challenge:
        raise SignatureError("foreign.proof_for_another", place=f"{place}.challenge")


def _previous(
    proof: Mapping[str, Any], proofs: list[dict[str, Any]], place: str
) -> list[dict[str, Any]]:
    """Find the proofs that this one was made over (Data Integrity, 2.1.2)."""
    named = proof.get("previousProof", [])
    ids = named if type(named) is list else [named]
    found = []
    for name in ids:
        same = [other for other in proofs if other.get("id") == name]
        if type(name) is not str or len(same) != 1 or same[0] is proof:
            raise SignatureError("foreign.previous_proof_missing", place=f"{place}.previousProof")
        found += same
    return found


def _unsecured(document: Mapping[str, Any], previous: list[dict[str, Any]]) -> dict[str, Any]:
    bare = {name: value for name, value in document.items() if name != "proof"}
    return {**bare, "proof": previous} if previous else bare


def _proofs_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    proofs = document.get("proof")
    listed: list[Any] = proofs if type(proofs) is list else [proofs]
    if len(listed) > MAX_PROOFS:
        raise LimitError("seal.too_many_proofs", place="proof", limit=str(MAX_PROOFS))
    if proofs is None or not all(type(proof) is dict for proof in listed):
        raise MalformedError("seal.proof_missing", place="proof")
    return listed


def _key_of(key_id: str, place: str) -> tuple[str, str]:
    """Split a `did:key` address. The key is in it, so nothing has to be fetched."""
    controller, mark, multibase = key_id.partition("#")
    if not controller.startswith(_DID_KEY):
        raise UnknownError("seal.key_method_unknown", place=place, value=controller[:80])
    if not mark or controller != _DID_KEY + multibase:
        raise MalformedError("seal.key_id_malformed", place=place, value=key_id[:80])
    return controller, multibase


def _text(proof: Mapping[str, Any], name: str, place: str) -> str:
    value = proof.get(name)
    if type(value) is not str or not value:
        raise MalformedError("seal.proof_malformed", place=f"{place}.{name}")
    return value
