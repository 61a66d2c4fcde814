"""Proofs of plain acts: read up to their signatures, with nothing looked at twice.

What was signed is cut out of the sealed bytes, not written again. Whatever is not simply in order
goes the long way (`verify_proofs`), which alone says what is wrong.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from certorigin.errors import CertoriginError, MalformedError, SignatureError
from certorigin.seal.base58 import base58_decode, base58_encode
from certorigin.seal.canonical import MAX_BYTES, strict_bytes, strict_bytes_unchecked
from certorigin.seal.proof import ASSERTION, Sealed, VerifiedProof, key_of, verify_proofs
from certorigin.seal.suite import get_suite
from certorigin.vocabulary.gist import find_gist
from certorigin.vocabulary.moment import moment_from_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certorigin.seal.multikey import PublicKey
    from certorigin.seal.proof import Sealer
    from certorigin.seal.suite import Digest
    from certorigin.vocabulary.gist import Gist

_TYPE = b'"type":["VerifiableCredential",'
_TYPE_OF_PROOF = b'"type":"DataIntegrityProof"'
# What a proof value looks like, so that all else can be checked before a key is touched.
UNSIGNED = "z" + "1" * 88
_AFTER_PROOF = ("type", "validFrom")  # the members of an act that are written after its proofs


class Unchecked(NamedTuple):
    """A proof that was read to the end; only whether its signature fits is still to be seen."""

    proof: VerifiedProof
    key: PublicKey
    signed: bytes
    signature: bytes

    def fits(self) -> bool:
        """Say whether the signature fits."""
        try:
            self.key.check(self.signed, self.signature)
        except SignatureError:
            return False
        return True


class Sound(NamedTuple):
    """What an act says of itself whose bytes, schema and seals are in order, and its seals."""

    gist: Gist
    proofs: tuple[VerifiedProof, ...]


def find_sound(data: bytes) -> Sound | None:
    """Return a plain certificate whose seals fit; None leaves all open, as for a gist."""
    gist = find_plain_gist(data)
    return find_sound_gist(gist) if gist is not None else None


def find_sound_gist(gist: Gist) -> Sound | None:
    """Return the same of a gist that was found already."""
    read = read_gist(gist)
    if read is None:
        return None
    for one in read:
        if not one.fits():
            return None
    return Sound(gist, tuple([one.proof for one in read]))


def find_plain_gist(data: bytes) -> Gist | None:
    """Find the gist of a plain certificate of a size that is read, or return None."""
    return find_gist(data) if len(data) <= MAX_BYTES else None


def read_gist(gist: Gist) -> list[Unchecked] | None:
    """Read every proof of an act by its gist, as `read_plain` does."""
    hashes: dict[Digest, bytes] = {}
    read = []
    try:
        for created, cryptosuite, value, method, options in gist.proofs:
            name, controller, key, digest = _sealer_of(cryptosuite, method)
            hashed = hashes.get(digest)
            if hashed is None:
                hashed = hashes[digest] = digest(gist.unsecured)
            at = datetime.fromisoformat(created)  # a moment of the calendar: the gist has seen it
            proof = VerifiedProof(key.multibase, controller, at, name, ASSERTION)
            signature = base58_decode(value[1:])
            read.append(Unchecked(proof, key, digest(options) + hashed, signature))
    except CertoriginError:
        return None
    return read if len(read) == 1 or len({one.proof.key for one in read}) == len(read) else None


@lru_cache(maxsize=4096)
def _sealer_of(cryptosuite: str, method: str) -> tuple[str, str, PublicKey, Digest]:
    """Return suite, controller, key and digest. Raises as `verify_proofs`."""
    suite = get_suite(cryptosuite)
    controller, key = key_of(method, "proof")
    suite.hash(key, b"")
    return suite.name, controller, key, suite.digests[key.algorithm]


def verify_plain(raw: bytes, document: dict[str, Any]) -> Sealed:
    """Verify every proof of an act that keeps the schema, and whose canonical bytes are `raw`.

    Raises as `verify_proofs`.
    """
    read = read_plain(raw, document)
    if read is not None and all(one.fits() for one in read):
        return Sealed(raw, document, tuple([one.proof for one in read]))
    # The long way says what is wrong.
    return Sealed(raw, document, verify_proofs(document, canonical=strict_bytes_unchecked))


def read_plain(raw: bytes, document: dict[str, Any]) -> list[Unchecked] | None:
    """Read every proof of such an act up to its signature; None when that is not all in order.

    In canonical bytes only the members `type` and `validFrom` of an act come after its proofs. What
    the schema says of a proof (which members it has, their types, its purpose) is not looked at
    twice.
    """
    proofs: list[dict[str, str]] = document["proof"]
    end = strict_bytes_unchecked({name: document[name] for name in _AFTER_PROOF})
    written = b'"proof":%b,%b' % (strict_bytes_unchecked(proofs), end[1:])
    if not raw.endswith(written):
        return None
    unsecured = raw[: -len(written)] + end[1:]
    hashes: dict[tuple[str, str], bytes] = {}
    try:
        read = [_read_plain(proof, document["@context"], unsecured, hashes) for proof in proofs]
    except CertoriginError:
        return None
    return read if len({one.proof.key for one in read}) == len(read) else None


def _read_plain(
    proof: dict[str, str], context: object, unsecured: bytes, hashes: dict[tuple[str, str], bytes]
) -> Unchecked:
    signed = proof.copy()
    value = signed.pop("proofValue")
    if "@context" in proof and proof["@context"] != context:
        raise SignatureError("seal.proof_context_differs", place="proof")
    suite = get_suite(proof["cryptosuite"])
    controller, key = key_of(proof["verificationMethod"], "proof")
    verified = VerifiedProof(
        key.multibase, controller, moment_from_text(proof["created"]), suite.name, ASSERTION
    )
    kind = (suite.name, key.algorithm)
    if kind not in hashes:
        hashes[kind] = suite.hash(key, unsecured)
    data = suite.hash(key, strict_bytes_unchecked(signed)) + hashes[kind]
    return Unchecked(verified, key, data, base58_decode(value[1:]))


def seal_plain(raw: bytes, pairs: Sequence[tuple[Mapping[str, Any], Sealer]]) -> bytes | None:
    """Seal the canonical bytes of a plain certificate, or return None where that is not all sure.

    Nothing is parsed and written again: bytes and options are looked at with proofs in their place
    that have no signature yet, before a key is used. Each signature is checked. Raises
    SignatureError for one that does not fit, and for another key's sealer.
    """
    at = raw.rfind(_TYPE)
    if at < 0 or len(raw) > MAX_BYTES:
        return None
    try:
        options = [strict_bytes(given) for given, _ in pairs]
    except MalformedError:
        return None
    gist = find_gist(_with_proofs(raw, at, options, [UNSIGNED] * len(options)))
    if gist is None or gist.unsecured != raw or [one.options for one in gist.proofs] != options:
        return None
    read = read_gist(gist)
    if read is None:
        return None
    signatures = []
    for (_, sealer), one in zip(pairs, read, strict=True):
        if sealer.key != one.key.multibase:
            raise SignatureError("seal.sealer_is_another_key", key=sealer.key)
        signature = sealer.sign(one.signed)
        one.key.check(one.signed, signature)
        signatures.append("z" + base58_encode(signature))
    return _with_proofs(raw, at, options, signatures)


def _with_proofs(raw: bytes, at: int, options: list[bytes], values: list[str]) -> bytes:
    """Put proofs in their place: before the type, as their values stand before theirs."""
    proofs = [
        b'%b"proofValue":"%b",%b' % (one[:cut], value.encode(), one[cut:])
        for one, value in zip(options, values, strict=True)
        if (cut := one.find(_TYPE_OF_PROOF)) >= 0
    ]
    return b'%b"proof":[%b],%b' % (raw[:at], b",".join(proofs), raw[at:])
