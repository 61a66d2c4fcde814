"""Cases of others: a key, a message and a signature a line; each line gets its own verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from certorigin.errors import CertoriginError, MalformedError, SignatureError
from certorigin.late import dataclass
from certorigin.seal.foreign.keys import (
    ForeignKey,
    key_from_bytes,
    key_from_jwk,
    key_from_multibase,
    kind_of_algorithm,
)
from certorigin.seal.foreign.reading import read_object
from certorigin.seal.multikey import ED25519, P256, P384

VALID: Final = "valid"
INVALID: Final = "invalid"
UNREADABLE: Final = "unreadable"

MAX_LINE = 4 << 20

# A member may go by several names, because test vectors do; the first that is there is read.
_KEY = ("key", "public_key", "publicKey", "raw_key", "raw", "pk")
_MULTIBASE = ("multibase", "publicKeyMultibase")
_JWK = ("jwk", "publicKeyJwk")
_MESSAGE = ("message", "msg")
_SIGNATURE = ("signature", "sig")
_KIND_BY_SIZE = {32: ED25519, 33: P256, 65: P256, 49: P384, 97: P384}
_DER = frozenset(["der", "asn1"])
_RAW = frozenset(["raw", "p1363", "jose"])


@dataclass(frozen=True)
class Judged:
    """What was found of one case. `code` and `facts` say why it is not valid."""

    verdict: str
    name: str = ""
    code: str = ""
    facts: Mapping[str, str] | None = None


def judge_line(raw: bytes) -> Judged:
    """Judge one line: valid, invalid, or unreadable. Never raises for what the line holds.

    A key that is refused (small order, off its curve) makes the case invalid: whatever the
    signature, nothing is believed under it.
    """
    name = ""
    try:
        case = read_object(raw.strip(), max_bytes=MAX_LINE)
        name = str(case.get("name", case.get("id", case.get("tcId", ""))))[:200]
        _judge(case)
    except SignatureError as error:
        return Judged(INVALID, name, error.code, error.facts)
    except CertoriginError as error:
        refused = error.code == "seal.key_point_refused"
        return Judged(INVALID if refused else UNREADABLE, name, error.code, error.facts)
    return Judged(VALID, name)


def _judge(case: Mapping[str, Any]) -> None:
    key = _key_of(case)
    message = _hex(case, _MESSAGE)
    signature = _hex(case, _SIGNATURE)
    encoding = str(case.get("encoding", "")).lower()
    if encoding in _DER and key.kind != ED25519:
        key.verify_der(message, signature)
    elif encoding in _RAW or key.kind == ED25519:
        key.verify(message, signature)
    elif encoding:
        raise MalformedError("foreign.case_malformed", place="encoding")
    else:
        key.verify_either(message, signature)


def _key_of(case: Mapping[str, Any]) -> ForeignKey:
    """Read the key, and the algorithm that it must be of where the case names one."""
    algorithm = case.get("alg", case.get("algorithm"))
    if algorithm is not None and type(algorithm) is not str:
        raise MalformedError("foreign.case_malformed", place="alg")
    kind = kind_of_algorithm(algorithm) if algorithm is not None else None
    key = _read_key(case, kind)
    if kind is not None and key.kind != kind:
        raise SignatureError("foreign.algorithm_differs", algorithm=str(algorithm), key=key.kind)
    return key


def _read_key(case: Mapping[str, Any], kind: str | None) -> ForeignKey:
    for name in _JWK:
        if name in case:
            return key_from_jwk(case[name])
    for name in (*_MULTIBASE, *_KEY):
        value = case.get(name)
        if type(value) is str and value.startswith("z"):
            return key_from_multibase(value)
        if type(value) is dict:
            return key_from_jwk(value)
    data = _hex(case, _KEY)
    kind = kind or _KIND_BY_SIZE.get(len(data))
    if kind is None:
        raise MalformedError("foreign.case_malformed", place="alg")
    return key_from_bytes(kind, data)


def _hex(case: Mapping[str, Any], names: tuple[str, ...]) -> bytes:
    value = next((case[name] for name in names if name in case), None)
    if type(value) is not str or not value.isascii() or " " in value:
        raise MalformedError("foreign.case_malformed", place=names[0])
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise MalformedError("foreign.case_malformed", place=names[0]) from None
