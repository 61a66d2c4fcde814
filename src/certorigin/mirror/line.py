"""The line between two installations: every request is signed (RFC 9421).

A request is signed over its method, authority, path and query, with a time, an end and a nonce. The
key id is the multibase text of the key itself; which installation it speaks for is for the trust
list to say. The algorithm follows from the key, so the parameter `alg` is not used (RFC 9421, 3.2,
step 6).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
)

from certorigin.errors import (
    CertoriginError,
    SignatureError,
    UntrustedKeyError,
    VerificationError,
)
from certorigin.late import dataclass
from certorigin.seal.multikey import PublicKey, public_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin.seal.proof import Sealer

COMPONENTS = ("@method", "@authority", "@path", "@query")
TAG = "certorigin-exchange"
LABEL = "certorigin"
LIFETIME = timedelta(minutes=5)
SKEW = timedelta(seconds=60)
MAX_HEADER = 4096

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_HEADERS = ("signature-input", "signature")

KeyFor = Callable[[str], str]
"""From the multibase key to the installation that it speaks for; raises UntrustedKeyError."""

SeenNonce = Callable[[str, str, datetime], bool]
"""From (key, nonce, end of its life) to whether it was seen before; remembers it by the way."""


@dataclass(frozen=True)
class Caller:
    """Who signed a request: the installation, its key, and when."""

    installation: str
    key: str
    created: datetime


@dataclass
class _Request:
    """What the library for message signatures wants to see of a request."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class _Multikey(HTTPSignatureAlgorithm):
    """Verifies with a multibase key of any kind that seals know (Ed25519, P-256)."""

    algorithm_id = "by-key"

    def __init__(self, public_key: PublicKey | None = None, private_key: object = None) -> None:
        self._key = public_key
        del private_key

    def verify(self, signature: bytes, message: bytes) -> None:
        assert self._key is not None  # noqa: S101 - the resolver below always gives one
        self._key.verify(message, signature)


class _Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> PublicKey:
        return public_key(key_id)


class _Verifier(HTTPMessageVerifier):
    """The library would read a clock of its own; here the moment is an argument, judged below."""

    def validate_created_and_expires(self, sig_input: object, max_age: object = None) -> None:
        del sig_input, max_age


def sign_request(
    method: str, url: str, *, sealer: Sealer, at: datetime, nonce: str
) -> dict[str, str]:
    """Return the headers that sign a request without a body.

    `nonce` is 16 to 64 characters of base64url and never used twice. Raises ValueError for another
    one.
    """
    if not _NONCE.fullmatch(nonce):
        raise ValueError("a nonce is 16 to 64 characters of base64url")
    request = _Request(method.upper(), url)
    signer = HTTPMessageSigner(signature_algorithm=_Multikey)
    prepared = signer.prepare(
        request,
        key_id=sealer.key,
        created=at,
        expires=at + LIFETIME,
        nonce=nonce,
        label=LABEL,
        tag=TAG,
        include_alg=False,
        covered_component_ids=COMPONENTS,
    )
    signer.apply(request, prepared, sealer.sign(prepared.signature_base))
    return request.headers


def verify_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    key_for: KeyFor,
    *,
    now: datetime,
    seen_nonce: SeenNonce,
) -> Caller:
    """Verify a request as the server received it: `url` is the absolute address it is known by.

    The steps are those of docs/spec/exchange.md; the memory of nonces is asked last, so that nobody
    without a trusted key can fill it. Raises SignatureError (not signed, or not so),
    VerificationError (`line.stale`, `line.replayed`), UntrustedKeyError (from `key_for`, or for a
    key that can't be one).
    """
    signed = _verified_parameters(method, url, headers)
    key = str(signed["keyid"])
    created, expires = _moment(signed.get("created")), _moment(signed.get("expires"))
    nonce = signed.get("nonce")
    if created is None or expires is None or not _NONCE.fullmatch(str(nonce)):
        raise SignatureError("line.parameters_missing")
    if not created - SKEW <= now < expires + SKEW or not created < expires <= created + LIFETIME:
        raise VerificationError("line.stale", created=created.isoformat())
    installation = key_for(key)
    if seen_nonce(key, str(nonce), expires + SKEW):
        raise VerificationError("line.replayed", key=key)
    return Caller(installation, key, created)


def _verified_parameters(method: str, url: str, headers: Mapping[str, str]) -> Mapping[str, Any]:
    """Steps 1 to 3: one signature with our tag, over all that it must cover, by its key."""
    found = {name.lower(): value for name, value in headers.items() if name.lower() in _HEADERS}
    if set(found) != set(_HEADERS):
        raise SignatureError("line.unsigned")
    if any(len(value) > MAX_HEADER for value in found.values()):
        raise SignatureError("line.signature_invalid", reason="long")
    verifier = _Verifier(signature_algorithm=_Multikey, key_resolver=_Keys())
    try:
        results = verifier.verify(
            _Request(method, url, found), expect_tag=TAG, require_components=COMPONENTS
        )
    except (HTTPMessageSignaturesException, ValueError) as fault:
        cause = fault.__cause__
        if isinstance(cause, CertoriginError) and not isinstance(cause, SignatureError):
            raise UntrustedKeyError("line.key_malformed") from None
        raise SignatureError("line.signature_invalid", reason=str(fault)[:120]) from None
    if len(results) != 1:
        raise SignatureError("line.signature_invalid", reason="several")
    parameters: Mapping[str, Any] = results[0].parameters
    return parameters


def _moment(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
    except (ValueError, OverflowError, OSError):
        return None
