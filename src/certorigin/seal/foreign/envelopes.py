"""Credentials and presentations in JOSE and COSE envelopes (W3C VC-JOSE-COSE 3.1 and 3.3).

The key is given, never looked up. Which moment the envelope is judged at is given as well: without
one, what it says of its own time is not judged.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import cbor2

from certorigin.errors import LimitError, MalformedError, SignatureError, UnknownError
from certorigin.late import dataclass
from certorigin.seal.cose import (
    ALG,
    CRIT,
    EDDSA,
    ES256,
    ES384,
    ES512,
    KEY_ID,
    SIGN1,
    Message,
)
from certorigin.seal.foreign.contexts import Contexts
from certorigin.seal.foreign.keys import ForeignKey
from certorigin.seal.foreign.model import (
    BASE_CONTEXT,
    ENVELOPED_CREDENTIAL,
    check_credential,
    check_presentation,
    credentials_of,
    envelope_of,
    issuer_of,
)
from certorigin.seal.foreign.reading import (
    MAX_BYTES,
    base64url_decode,
    base64url_encode,
    read_object,
)

COSE_ALGORITHMS: Final = {"EdDSA": EDDSA, "ES256": ES256, "ES384": ES384, "ES512": ES512}
_CONTENT, _TYP = 3, 16
_ENVELOPED_TYPES = ("application/vc+jwt", "application/vc+sd-jwt", "application/vc+cose;base64")


@dataclass(frozen=True)
class Holding:
    """What an envelope holds: a credential (`vc`) or a presentation (`vp`), and who speaks."""

    kind: str
    party: str

    def check(self, document: Mapping[str, Any], contexts: Contexts) -> None:
        """Check the document by the data model. Raises as `check_credential`."""
        if self.kind == "vc":
            return check_credential(document, contexts)
        check_presentation(document, contexts)
        for credential in credentials_of(document):
            _check_enveloped(credential)
        return None


CREDENTIAL_IN: Final = Holding("vc", "issuer")
PRESENTATION_IN: Final = Holding("vp", "holder")


def sign_jose(
    document: Mapping[str, Any],
    sign: Callable[[bytes], bytes],
    key: ForeignKey,
    kid: str,
    holding: Holding,
    contexts: Contexts,
) -> str:
    """Put a document into a compact JWS. Raises as `Holding.check`, and for an undefined member."""
    _check_before_signing(document, holding, contexts)
    header = {"alg": key.algorithm, "cty": holding.kind, "kid": kid, "typ": f"{holding.kind}+jwt"}
    text = ".".join(base64url_encode(_json(part)) for part in (header, document))
    return f"{text}.{base64url_encode(sign(text.encode()))}"


def verify_jose(
    token: str,
    key: ForeignKey,
    holding: Holding,
    contexts: Contexts,
    *,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Open a compact JWS and return the document in it.

    Raises MalformedError when it can't be read, SignatureError when it does not fit the key, is
    made for another use, or is over; and as `Holding.check`.
    """
    header, document = open_jws(token, key)
    if header.get("typ") not in {f"{holding.kind}+jwt", f"application/{holding.kind}+jwt"}:
        raise SignatureError("foreign.envelope_of_another_type", value=str(header.get("typ"))[:60])
    if header.get("cty", holding.kind) not in {holding.kind, f"application/{holding.kind}"}:
        raise SignatureError("foreign.envelope_of_another_type", value=str(header.get("cty"))[:60])
    if "vc" in document or "vp" in document:
        raise MalformedError("foreign.member_malformed", place="vc")
    if "iss" in document and document["iss"] != issuer_of(document, holding.party):
        raise SignatureError("foreign.issuer_is_another", value=str(document["iss"])[:80])
    if at is not None:
        _check_times(document, at)
    claims = ("iss", "jti", "sub", "iat", "nbf", "exp", "aud", "nonce", "cnf")
    bare = {name: value for name, value in document.items() if name not in claims}
    holding.check(bare, contexts)
    return document


def open_jws(token: str, key: ForeignKey) -> tuple[dict[str, Any], dict[str, Any]]:
    """Verify a compact JWS (RFC 7515, 5.2) and return its header and its JSON object.

    Raises MalformedError, SignatureError for another algorithm than the key's, and for headers that
    would have to be understood.
    """
    header, payload = open_signed(token, key)
    return header, read_object(payload)


def open_signed(token: str, key: ForeignKey) -> tuple[dict[str, Any], bytes]:
    """Verify a compact JWS and return its header and its payload. Raises as `open_jws`."""
    if len(token) > MAX_BYTES:
        raise LimitError("seal.too_large", size=str(len(token)), limit=str(MAX_BYTES))
    parts = token.split(".")
    if len(parts) != 3:
        raise MalformedError("foreign.envelope_malformed", place="")
    header = read_object(base64url_decode(parts[0], "header"))
    if header.get("alg") != key.algorithm:
        raise SignatureError(
            "foreign.algorithm_differs", algorithm=str(header.get("alg"))[:60], key=key.kind
        )
    if "crit" in header or "b64" in header:
        raise UnknownError("foreign.header_unknown", value="crit")
    signed = f"{parts[0]}.{parts[1]}".encode()
    key.verify(signed, base64url_decode(parts[2], "signature"))
    return header, base64url_decode(parts[1], "payload")


def sign_cose(
    document: Mapping[str, Any],
    sign: Callable[[bytes], bytes],
    key: ForeignKey,
    kid: str,
    holding: Holding,
    contexts: Contexts,
) -> bytes:
    """Put a document into a COSE_Sign1. Raises as `sign_jose`."""
    _check_before_signing(document, holding, contexts)
    media = f"application/{holding.kind}"
    headers = {
        ALG: COSE_ALGORITHMS[key.algorithm],
        _CONTENT: media,
        KEY_ID: kid.encode(),
        _TYP: f"{media}+cose",
    }
    protected = cbor2.dumps(headers, canonical=True)
    message = Message(protected, {}, _json(document), b"", headers=headers)
    parts = [protected, {}, message.payload, sign(message.to_be_signed())]
    return cbor2.dumps(cbor2.CBORTag(SIGN1, parts))


def verify_cose(
    data: bytes, key: ForeignKey, holding: Holding, contexts: Contexts
) -> dict[str, Any]:
    """Open a COSE_Sign1 (RFC 9052, 4.2) and return the document in it. Raises as `verify_jose`."""
    message = Message.from_bytes(data)
    if message.headers.get(ALG) != COSE_ALGORITHMS[key.algorithm]:
        raise SignatureError("foreign.algorithm_differs", algorithm="COSE", key=key.kind)
    if message.unprotected or CRIT in message.headers:
        raise UnknownError("foreign.header_unknown", value="crit")
    key.verify(message.to_be_signed(), message.signature)
    media = f"application/{holding.kind}"
    found = (message.headers.get(_TYP, f"{media}+cose"), message.headers.get(_CONTENT))
    if found != (f"{media}+cose", media):
        raise SignatureError("foreign.envelope_of_another_type", value=str(found)[:60])
    document = read_object(message.payload)
    holding.check(document, contexts)
    return document


def cose_from_text(text: str) -> bytes:
    """Read the base64 that COSE travels in, padded or not. Raises MalformedError."""
    plain = text.strip().rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("foreign.envelope_malformed", place="base64") from None


def _check_before_signing(
    document: Mapping[str, Any], holding: Holding, contexts: Contexts
) -> None:
    """Sign no member at the top that only a catch-all vocabulary would give a meaning."""
    holding.check(document, contexts)
    listed = document["@context"]
    base = contexts.document(BASE_CONTEXT)["@context"]
    known = contexts.terms(listed) | {"@context", "id", "type"}
    for name in ("VerifiableCredential", "VerifiablePresentation"):
        known |= contexts.terms([base[name].get("@context", {})])
    for name in document:
        if name not in known:
            raise MalformedError("foreign.term_undefined", place=name[:80])


def _check_times(document: Mapping[str, Any], at: datetime) -> None:
    for name, is_over in (("exp", at.timestamp().__ge__), ("nbf", at.timestamp().__lt__)):
        value = document.get(name)
        if type(value) in {int, float} and is_over(float(str(value))):
            raise SignatureError("foreign.proof_over", place=name)


def _check_enveloped(credential: Mapping[str, Any]) -> None:
    """A presentation in an envelope holds enveloped credentials alone (VC-JOSE-COSE 3.1.2)."""
    found = envelope_of(credential, ENVELOPED_CREDENTIAL)
    if found is None or found[0] not in _ENVELOPED_TYPES:
        raise MalformedError("foreign.member_malformed", place="verifiableCredential")


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
