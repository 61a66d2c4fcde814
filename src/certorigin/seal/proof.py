"""Data Integrity proof sets: each proof stands alone, and every one of them must verify.

W3C Data Integrity 1.0 sections 2.1.1 and 4; the suites' own steps are:
    hash of the proof options  +  hash of the document without its proofs  ->  signature
Narrower than the recommendation where leniency would leave something unsigned: the proof repeats
the document's whole `@context` or none of it, and an unknown member of a proof stops the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from certorigin.errors import (
    LimitError,
    MalformedError,
    SignatureError,
    UnknownError,
)
from certorigin.seal.base58 import base58_decode, base58_encode
from certorigin.seal.canonical import MAX_BYTES, parse_strict, strict_bytes, strict_bytes_unchecked
from certorigin.seal.multikey import PublicKey, public_key
from certorigin.seal.suite import Suite, get_suite
from certorigin.vocabulary.moment import moment_from_text, moment_to_text

MAX_PROOFS = 8
ASSERTION = "assertionMethod"

_DID_KEY = "did:key:"
_OWN = "urn:certorigin:"
_KEPT_ID = 400
_NEEDED = frozenset(
    ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"]
)
_KNOWN = _NEEDED | {"@context"}
_IN_ORDER = sorted(_NEEDED)
_ALL_TEXT = [str] * len(_IN_ORDER)

Canonical = Callable[[object], bytes]


class Sealer(Protocol):
    """What can put a seal on bytes: a key file, a hardware module, a remote signing service."""

    @property
    def key(self) -> str:
        """The public key as Multikey text."""

    @property
    def suite(self) -> str:
        """The name of the cryptosuite that the key seals with."""

    def sign(self, data: bytes) -> bytes:
        """Return the raw signature of `data`."""


class VerifiedProof(NamedTuple):
    """One proof that fits. Whether the key may speak for `controller` is for the trust list."""

    key: str
    controller: str
    created: datetime
    suite: str
    purpose: str


class Sealed(NamedTuple):
    """A sealed document whose proofs all fit: its exact bytes, what they say, who sealed them."""

    raw: bytes
    document: dict[str, Any]
    proofs: tuple[VerifiedProof, ...]


def proof_options(
    suite: str, key_id: str, created: datetime, purpose: str, context: Sequence[str]
) -> dict[str, Any]:
    """Make the part of a proof that is signed. `key_id` is `<controller>#<multibase key>`.

    Raises UnknownError for a suite or kind of key not known here, MalformedError for another shape
    of id, SignatureError when the key does not fit the suite.
    """
    _, key = key_of(key_id, "verificationMethod")
    get_suite(suite).hash(key, b"")
    return {
        "@context": list(context),
        "created": moment_to_text(created),
        "cryptosuite": suite,
        "proofPurpose": purpose,
        "type": "DataIntegrityProof",
        "verificationMethod": key_id,
    }


def signing_input(
    document: Mapping[str, Any],
    options: Mapping[str, Any],
    *,
    canonical: Canonical = strict_bytes,
) -> bytes:
    """Return the bytes to sign: hash of the options, then hash of the document without proofs.

    Raises as `proof_options`, and MalformedError where `canonical` refuses the document.
    """
    suite = get_suite(_text(options, "cryptosuite", "proof"))
    _, key = key_of(_text(options, "verificationMethod", "proof"), "proof")
    signed = {name: value for name, value in options.items() if name != "proofValue"}
    unsecured = canonical(_without_proof(document))
    return suite.hash(key, canonical(signed)) + suite.hash(key, unsecured)


def make_proof(
    document: Mapping[str, Any], options: Mapping[str, Any], sealer: Sealer
) -> dict[str, Any]:
    """Sign the document under these options. Raises SignatureError for another key's sealer."""
    (proof,) = make_proofs(document, [(options, sealer)])
    return proof


def make_proofs(
    document: Mapping[str, Any], pairs: Iterable[tuple[Mapping[str, Any], Sealer]]
) -> list[dict[str, Any]]:
    """Sign the document once for each (options, sealer); it is written and hashed once for all.

    Raises as `signing_input`, and SignatureError for another key's sealer.
    """
    return _signed(strict_bytes(_without_proof(document)), pairs)


def seal_canonical(raw: bytes, pairs: Iterable[tuple[Mapping[str, Any], Sealer]]) -> bytes:
    """Return canonical bytes without seals with one proof for each (options, sealer).

    They are not written anew: the proofs are put in their place. Each signature is checked before
    anything is returned. Raises as `parse_strict`, `make_proofs`, and SignatureError for a
    signature that does not fit.
    """
    document = parse_strict(raw)
    if "proof" in document:
        raise MalformedError("seal.sealed_already", place="proof")
    proofs = _signed(raw, pairs)
    sealed = _joined(document, raw, proofs)
    _verify({**document, "proof": proofs}, raw, ASSERTION, strict_bytes_unchecked)
    return sealed


def _joined(document: Mapping[str, Any], unsecured: bytes, proofs: list[dict[str, Any]]) -> bytes:
    """Put proofs where they stand in canonical bytes: before `type` and `validFrom`."""
    after = {name: value for name, value in document.items() if name > "proof"}
    end = strict_bytes_unchecked(after)[1:]
    if not after or len(after) == len(document):
        return strict_bytes_unchecked({**document, "proof": proofs})
    return unsecured[: -len(end)] + b'"proof":%b,%b' % (strict_bytes_unchecked(proofs), end)


def _signed(
    unsecured: bytes, pairs: Iterable[tuple[Mapping[str, Any], Sealer]]
) -> list[dict[str, Any]]:
    hashes: dict[tuple[str, str], bytes] = {}
    proofs = []
    for options, sealer in pairs:
        if not str(options["verificationMethod"]).endswith("#" + sealer.key):
            raise SignatureError("seal.sealer_is_another_key", key=sealer.key)
        suite = get_suite(_text(options, "cryptosuite", "proof"))
        _, key = key_of(_text(options, "verificationMethod", "proof"), "proof")
        kind = (suite.name, key.algorithm)
        if kind not in hashes:
            hashes[kind] = suite.hash(key, unsecured)
        signed = {name: value for name, value in options.items() if name != "proofValue"}
        signature = sealer.sign(suite.hash(key, strict_bytes(signed)) + hashes[kind])
        proofs.append({**signed, "proofValue": "z" + base58_encode(signature)})
    return proofs


def attach(document: Mapping[str, Any], proofs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the document with these proofs added to its proof set."""
    present = document.get("proof", [])
    present = [present] if isinstance(present, dict) else list(present)
    return {**document, "proof": [*present, *(dict(proof) for proof in proofs)]}


def seal_document(
    document: Mapping[str, Any],
    sealers: Iterable[tuple[Sealer, str]],
    *,
    created: datetime,
    purpose: str = ASSERTION,
) -> bytes:
    """Return the sealed bytes: the document with one proof by each (sealer, controller).

    Raises MalformedError when the document is outside the strict profile.
    """
    context = document.get("@context", [])
    pairs = []
    for sealer, controller in sealers:
        key_id = f"{controller}#{sealer.key}"
        pairs.append((proof_options(sealer.suite, key_id, created, purpose, context), sealer))
    if "proof" in document:  # seals that were there before were not looked at
        return strict_bytes(attach(document, make_proofs(document, pairs)))
    unsecured = strict_bytes(document)
    return _joined(document, unsecured, _signed(unsecured, pairs))


def verify_sealed(raw: bytes, *, purpose: str = ASSERTION, max_bytes: int = MAX_BYTES) -> Sealed:
    """Read sealed bytes of the strict profile and verify every proof: the way for our own acts.

    Raises as `parse_strict` and `verify_proofs`.
    """
    document = parse_strict(raw, max_bytes=max_bytes)
    unsecured = strict_bytes_unchecked(_without_proof(document))
    return Sealed(raw, document, _verify(document, unsecured, purpose, strict_bytes_unchecked))


def verify_proofs(
    document: Mapping[str, Any], *, purpose: str = ASSERTION, canonical: Canonical = strict_bytes
) -> tuple[VerifiedProof, ...]:
    """Verify every proof of a document already read; `canonical=jcs_bytes` for foreign credentials.

    Raises MalformedError for a proof that can't be read, UnknownError for a suite, kind of key or
    member not known here (which says nothing about the seal), SignatureError when one does not fit.
    """
    _proofs_of(document)  # that there are none is said before anything is written
    unsecured = canonical(_without_proof(document))
    return _verify(document, unsecured, purpose, canonical)


def _verify(
    document: Mapping[str, Any], unsecured: bytes, purpose: str, canonical: Canonical
) -> tuple[VerifiedProof, ...]:
    proofs = _proofs_of(document)
    hashes: dict[tuple[str, str], bytes] = {}
    verified = []
    for at, proof in enumerate(proofs):
        place = f"proof[{at}]"
        suite, controller, key, signature = _read_proof(document, proof, purpose, place)
        created = moment_from_text(proof["created"], place=f"{place}.created")
        kind = (suite.name, key.algorithm)
        if kind not in hashes:
            hashes[kind] = suite.hash(key, unsecured)
        signed = {name: value for name, value in proof.items() if name != "proofValue"}
        suite.verify(key, suite.hash(key, canonical(signed)) + hashes[kind], signature)
        verified.append(VerifiedProof(key.multibase, controller, created, suite.name, purpose))
    if len({proof.key for proof in verified}) != len(verified):
        raise MalformedError("seal.key_twice_in_proof_set", place="proof")
    return tuple(verified)


def _without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def _proofs_of(document: Mapping[str, Any]) -> list[Any]:
    proofs = document.get("proof")
    if type(proofs) is dict:
        return [proofs]
    if type(proofs) is not list or not proofs:
        raise MalformedError("seal.proof_missing", place="proof")
    if len(proofs) > MAX_PROOFS:
        raise LimitError("seal.too_many_proofs", place="proof", limit=str(MAX_PROOFS))
    return proofs


def _read_proof(
    document: Mapping[str, Any], proof: object, purpose: str, place: str
) -> tuple[Suite, str, PublicKey, bytes]:
    """Read one proof. Its known members come first: what we don't know is never called invalid."""
    if type(proof) is not dict:
        raise MalformedError("seal.proof_malformed", place=place)
    in_shape = [type(proof.get(name)) for name in _IN_ORDER] == _ALL_TEXT
    if not in_shape or proof["type"] != "DataIntegrityProof" or not proof.keys() <= _KNOWN:
        _refuse_shape(proof, place)
    suite = get_suite(proof["cryptosuite"])
    if "@context" in proof and proof["@context"] != document.get("@context"):
        raise SignatureError("seal.proof_context_differs", place=place)
    if proof["proofPurpose"] != purpose:
        raise SignatureError(
            "seal.proof_purpose_differs", place=place, value=proof["proofPurpose"][:60]
        )
    controller, key = key_of(proof["verificationMethod"], place)
    value = proof["proofValue"]
    if not value.startswith("z"):
        raise MalformedError("seal.proof_value_malformed", place=place)
    return suite, controller, key, base58_decode(value[1:])


def _refuse_shape(proof: Mapping[str, Any], place: str) -> None:
    """Say what is wrong with the members of a proof, in the order in which they are read."""
    if _text(proof, "type", place) != "DataIntegrityProof":
        raise UnknownError("seal.proof_type_unknown", place=place, value=proof["type"][:60])
    get_suite(_text(proof, "cryptosuite", place))
    for name in proof:
        if name not in _KNOWN:
            raise UnknownError("seal.proof_member_unknown", place=place, value=str(name)[:60])
    for name in _IN_ORDER:
        _text(proof, name, place)


def key_of(key_id: str, place: str) -> tuple[str, PublicKey]:
    """Split `<controller>#<multibase>`. The id holds the key, so nothing has to be fetched."""
    return _key_kept(key_id, place) if len(key_id) <= _KEPT_ID else _split_key(key_id, place)


def _split_key(key_id: str, place: str) -> tuple[str, PublicKey]:
    controller, mark, multibase = key_id.partition("#")
    if not mark or not controller:
        raise MalformedError("seal.key_id_malformed", place=place, value=key_id[:80])
    if controller.startswith(_DID_KEY):
        if controller != _DID_KEY + multibase:
            raise MalformedError("seal.key_id_malformed", place=place, value=key_id[:80])
    elif not controller.startswith(_OWN):
        raise UnknownError("seal.key_method_unknown", place=place, value=controller[:80])
    return controller, public_key(multibase)


_key_kept = lru_cache(maxsize=4096)(_split_key)  # thousands of certificates share a key


def _text(proof: Mapping[str, Any], name: str, place: str) -> str:
    value = proof.get(name)
    if type(value) is not str:
        raise MalformedError("seal.proof_malformed", place=f"{place}.{name}")
    return value
