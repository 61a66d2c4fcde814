"""Credentials and presentations of others, verified as a whole; and credentials issued to them.

Model, terms, proofs, and whose key it is: the proof of a `did:key` issuer must be by that key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from certorigin.errors import MalformedError, SignatureError, UnknownError
from certorigin.late import dataclass
from certorigin.seal.foreign.contexts import Contexts
from certorigin.seal.foreign.envelopes import (
    CREDENTIAL_IN,
    PRESENTATION_IN,
    Holding,
    verify_jose,
)
from certorigin.seal.foreign.keys import ForeignKey, key_from_multibase
from certorigin.seal.foreign.model import (
    ENVELOPED_CREDENTIAL,
    ENVELOPED_PRESENTATION,
    check_credential,
    check_presentation,
    credentials_of,
    envelope_of,
    issuer_of,
    moment_of,
)
from certorigin.seal.foreign.proofs import ASSERTION, ForeignProof, Wanted, add_proof, verify_proofs
from certorigin.seal.foreign.reading import base64url_decode, read_object
from certorigin.seal.proof import Sealer

DID_KEY: Final = "did:key:"

WITHIN: Final = "within"
NOT_YET: Final = "not_yet"
OVER: Final = "over"


@dataclass(frozen=True)
class Verified:
    """A credential or presentation that verifies: what it says, by whom, and its own period."""

    document: Mapping[str, Any]
    proofs: tuple[ForeignProof, ...]
    period: str
    credentials: tuple[Verified, ...] = ()


def issue_credential(
    credential: Mapping[str, Any],
    sealer: Sealer,
    options: Mapping[str, Any],
    contexts: Contexts,
    *,
    at: datetime,
) -> dict[str, Any]:
    """Check a credential and add a proof. Raises as `check_credential` and `add_proof`."""
    for name, own in (("type", "DataIntegrityProof"), ("cryptosuite", sealer.suite)):
        if options.get(name, own) != own:
            raise UnknownError("seal.suite_unknown", suite=str(options[name])[:60])
    for name in ("created", "expires"):
        if name in options:
            moment_of(options[name], f"options, {name}")
    taken = ("id", "domain", "challenge", "nonce", "expires", "previousProof")
    check_credential(credential, contexts)
    kept = {name: options[name] for name in taken if name in options}
    return add_proof(credential, sealer, kept, created=at)


def verify_credential(
    credential: Mapping[str, Any], contexts: Contexts, *, at: datetime
) -> Verified:
    """Verify a credential with its proofs, or in its envelope.

    Raises MalformedError, UnknownError, SignatureError as `check_credential`, `verify_proofs` and
    `verify_jose` do.
    """
    envelope = envelope_of(credential, ENVELOPED_CREDENTIAL)
    if envelope is not None:
        return _verify_enveloped(envelope, CREDENTIAL_IN, contexts, at)
    check_credential(credential, contexts)
    proofs = verify_proofs(credential, Wanted(ASSERTION, at), contexts)
    _check_party(issuer_of(credential), proofs)
    return Verified(credential, proofs, _period(credential, at))


def verify_presentation(
    presentation: Mapping[str, Any], wanted: Wanted, contexts: Contexts
) -> Verified:
    """Verify a presentation and every credential in it. Raises as `verify_credential`."""
    envelope = envelope_of(presentation, ENVELOPED_PRESENTATION)
    if envelope is not None:
        found = _verify_enveloped(envelope, PRESENTATION_IN, contexts, wanted.at)
    else:
        check_presentation(presentation, contexts)
        proofs = verify_proofs(presentation, wanted, contexts)
        _check_party(issuer_of(presentation, "holder"), proofs)
        found = Verified(presentation, proofs, WITHIN)
    held = [
        verify_credential(credential, contexts, at=wanted.at)
        for credential in credentials_of(found.document)
    ]
    return replace(found, credentials=tuple(held))


def _verify_enveloped(
    envelope: tuple[str, str], holding: Holding, contexts: Contexts, at: datetime
) -> Verified:
    media, content = envelope
    if media.partition(";")[0] != f"application/{holding.kind}+jwt":
        raise UnknownError("foreign.envelope_unknown", value=media[:60])
    key, multibase = _key_of_header(content)
    document = verify_jose(content, key, holding, contexts, at=at)
    proof = ForeignProof(DID_KEY + multibase, multibase, key.algorithm)
    _check_party(issuer_of(document, holding.party), (proof,))
    return Verified(document, (proof,), _period(document, at))


def _key_of_header(token: str) -> tuple[ForeignKey, str]:
    header = read_object(base64url_decode(token.partition(".")[0], "header"))
    kid = header.get("kid")
    if type(kid) is not str or not kid.startswith(DID_KEY):
        raise UnknownError("seal.key_method_unknown", place="kid", value=str(kid)[:80])
    multibase = kid[len(DID_KEY) :].partition("#")[0]
    return key_from_multibase(multibase), multibase


def _check_party(party: str, proofs: tuple[ForeignProof, ...]) -> None:
    """Where the issuer or holder is a key, one proof at least is by that key."""
    if party.startswith(DID_KEY) and party not in {proof.controller for proof in proofs}:
        raise SignatureError("foreign.issuer_is_another", value=party[:80])


def _period(document: Mapping[str, Any], at: datetime) -> str:
    try:
        if "validFrom" in document and at < moment_of(document["validFrom"], "validFrom"):
            return NOT_YET
        if "validUntil" in document and at > moment_of(document["validUntil"], "validUntil"):
            return OVER
    except MalformedError:  # a presentation is not bound to the shape of these members
        return WITHIN
    return WITHIN
