"""The W3C data model of credentials and presentations (VC Data Model 2.0, section 4 and 5).

Shapes first, then meanings: each check raises at the first fault and names its place.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from certorigin.errors import CertoriginError, LimitError, MalformedError, VerificationError
from certorigin.seal.base58 import base58_decode
from certorigin.seal.foreign.contexts import Contexts
from certorigin.seal.foreign.linked import check_terms
from certorigin.seal.foreign.reading import base64url_decode

BASE_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL: Final = "VerifiableCredential"
PRESENTATION: Final = "VerifiablePresentation"
ENVELOPED_CREDENTIAL: Final = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION: Final = "EnvelopedVerifiablePresentation"

MAX_CREDENTIALS = 50

# XML Schema 1.1, 3.3.7; the offset may be missing only where the caller says so.
_MOMENT = re.compile(
    r"(-?(?:[1-9]\d{3,}|0\d{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"T(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d+)?|(24):00:00(?:\.0+)?)"
    r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~\u00a1-\U0010ffff]+")
_SRI = {"sha256": 32, "sha384": 48, "sha512": 64}
_LANGUAGE_MEMBERS = frozenset(["@value", "@language", "@direction"])
# Members whose objects say their type; True where an id is needed too.
_TYPED = {
    "credentialStatus": False,
    "credentialSchema": True,
    "termsOfUse": False,
    "evidence": False,
    "refreshService": False,
}


def check_credential(credential: Mapping[str, Any], contexts: Contexts) -> None:
    """Check a credential that is not enveloped.

    Raises MalformedError for a wrong shape or a term without meaning, UnknownError for a context
    that is not here, VerificationError for a resource with another digest.
    """
    _check_context(credential)
    _check_id(credential, "id")
    _check_types(credential, CREDENTIAL)
    _check_party(credential, "issuer")
    _check_subjects(credential)
    _check_period(credential)
    _check_texts(credential, "")
    for name, needs_id in _TYPED.items():
        for place, entry in _objects(credential, name):
            _check_typed(entry, place, needs_id=needs_id)
    check_terms(_without(credential, "proof"), contexts)
    _check_resources(credential, contexts)


def check_presentation(presentation: Mapping[str, Any], contexts: Contexts) -> None:
    """Check a presentation itself; its credentials are checked one by one by whoever verifies.

    Raises as `check_credential`.
    """
    _check_context(presentation)
    _check_id(presentation, "id")
    _check_types(presentation, PRESENTATION)
    if "holder" in presentation:
        _check_party(presentation, "holder")
    for place, entry in _objects(presentation, "termsOfUse"):
        _check_typed(entry, place, needs_id=False)
    for place, entry in _objects(presentation, "verifiableCredential"):
        if "type" not in entry:
            raise MalformedError("foreign.member_missing", place=f"{place}.type")
    check_terms(_without(presentation, "proof", "verifiableCredential"), contexts)


def credentials_of(presentation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the credentials of a presentation. Raises MalformedError, LimitError when too many."""
    found = [entry for _, entry in _objects(presentation, "verifiableCredential", empty=True)]
    if len(found) > MAX_CREDENTIALS:
        raise LimitError(
            "foreign.too_many_statements", limit=str(MAX_CREDENTIALS), place="verifiableCredential"
        )
    return found


def envelope_of(document: Mapping[str, Any], kind: str) -> tuple[str, str] | None:
    """Return media type and content of an enveloped credential or presentation; None of another.

    Raises MalformedError when it says that it is one and is not.
    """
    if kind not in _listed(document.get("type")):
        return None
    context = document.get("@context")
    if BASE_CONTEXT not in _listed(context):
        raise MalformedError("foreign.base_context_missing", place="@context")
    head, comma, content = str(document.get("id")).partition(",")
    if not head.startswith("data:application/") or not comma or not content:
        raise MalformedError("foreign.member_malformed", place="id")
    return head[len("data:") :], content


def issuer_of(document: Mapping[str, Any], name: str = "issuer") -> str:
    """Return the address of the issuer or holder; empty when there is none."""
    party = document.get(name)
    return str(party.get("id", "")) if isinstance(party, dict) else str(party or "")


def moment_of(text: object, place: str, *, offset_needed: bool = True) -> datetime:
    """Read an XML Schema dateTimeStamp. Raises MalformedError.

    A year that Python cannot hold is read as its first or last.
    """
    found = _MOMENT.fullmatch(text) if type(text) is str and len(text) <= 64 else None
    if found is None or (offset_needed and found[9] is None):
        raise MalformedError("foreign.moment_malformed", place=place)
    year = min(max(int(found[1]), 2), 9998)
    try:
        day = datetime(year, int(found[2]), int(found[3]), tzinfo=UTC)
    except ValueError:
        raise MalformedError("foreign.moment_malformed", place=place) from None
    clock = [int(found[at] or 0) for at in (4, 5, 6)] if not found[8] else [24, 0, 0]
    fraction = int((found[7] or ".0")[1:7].ljust(6, "0"))
    moment = day + timedelta(
        hours=clock[0], minutes=clock[1], seconds=clock[2], microseconds=fraction
    )
    offset = found[9] or "Z"
    if offset == "Z":
        return moment
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    return moment - ahead if offset[0] == "+" else moment + ahead


def is_url(text: object) -> bool:
    """Say whether a value is an absolute URL (a DID and a URN too)."""
    return type(text) is str and len(text) <= 2_000 and _URL.fullmatch(text) is not None


def _check_context(document: Mapping[str, Any]) -> None:
    context = document.get("@context")
    if type(context) is not list or not context or context[0] != BASE_CONTEXT:
        raise MalformedError("foreign.base_context_missing", place="@context")
    for at, entry in enumerate(context):
        if type(entry) is not dict and not is_url(entry):
            raise MalformedError("foreign.member_malformed", place=f"@context[{at}]")


def _check_id(node: Mapping[str, Any], place: str) -> None:
    if "id" in node and not is_url(node["id"]):
        raise MalformedError("foreign.not_a_url", place=place)


def _check_types(node: Mapping[str, Any], needed: str) -> None:
    types = _listed(node.get("type"))
    if not types or not all(type(name) is str and name for name in types):
        raise MalformedError("foreign.member_missing", place="type")
    if needed not in types:
        raise MalformedError("foreign.type_missing", place="type", value=needed)


def _check_party(document: Mapping[str, Any], name: str) -> None:
    party = document.get(name)
    if type(party) is dict:
        if not is_url(party.get("id")):
            raise MalformedError("foreign.not_a_url", place=f"{name}.id")
        _check_texts(party, f"{name}.")
    elif not is_url(party):
        raise MalformedError("foreign.not_a_url", place=name)


def _check_subjects(credential: Mapping[str, Any]) -> None:
    if "credentialSubject" not in credential:
        raise MalformedError("foreign.member_missing", place="credentialSubject")
    for place, subject in _objects(credential, "credentialSubject"):
        if not subject:
            raise MalformedError("foreign.member_malformed", place=place)
        _check_id(subject, f"{place}.id")


def _check_period(credential: Mapping[str, Any]) -> None:
    read = {
        name: moment_of(credential[name], name)
        for name in ("validFrom", "validUntil")
        if name in credential
    }
    if len(read) > 1 and read["validFrom"] > read["validUntil"]:
        raise MalformedError("foreign.period_reversed", place="validUntil")


def _check_texts(node: Mapping[str, Any], place: str) -> None:
    """A name and a description are a text, or texts with language and direction (11.1)."""
    for name in ("name", "description"):
        for text in _listed(node.get(name, "")):
            if type(text) is str:
                continue
            if type(text) is not dict or not _LANGUAGE_MEMBERS.issuperset(text):
                raise MalformedError("foreign.member_malformed", place=place + name)
            if not all(type(value) is str for value in text.values()) or "@value" not in text:
                raise MalformedError("foreign.member_malformed", place=place + name)


def _check_typed(entry: Mapping[str, Any], place: str, *, needs_id: bool) -> None:
    types = _listed(entry.get("type"))
    if not types or not all(type(name) is str and name for name in types):
        raise MalformedError("foreign.member_missing", place=f"{place}.type")
    if needs_id and "id" not in entry:
        raise MalformedError("foreign.member_missing", place=f"{place}.id")
    _check_id(entry, f"{place}.id")


def _check_resources(credential: Mapping[str, Any], contexts: Contexts) -> None:
    """Compare the digest of each related resource that is here; another is not fetched (5.3)."""
    seen: set[str] = set()
    for place, resource in _objects(credential, "relatedResource"):
        url = resource.get("id")
        if not is_url(url):
            raise MalformedError("foreign.not_a_url", place=f"{place}.id")
        if url in seen:
            raise MalformedError("foreign.id_twice", place=f"{place}.id")
        seen.add(str(url))
        given = [*_digests(resource, place)]
        if not given:
            raise MalformedError("foreign.member_missing", place=f"{place}.digestSRI")
        known = contexts.digests.get(str(url))
        if known is not None and not known.issuperset(given):
            raise VerificationError("foreign.digest_differs", place=place)


def _digests(resource: Mapping[str, Any], place: str) -> Iterator[str]:
    if "digestSRI" in resource:
        for part in str(resource["digestSRI"]).split(" "):
            name, _, text = part.partition("-")
            yield _decoded(lambda text=text: _base64(text), _SRI.get(name), place)  # type: ignore[misc]
    if "digestMultibase" in resource:
        text = str(resource["digestMultibase"])
        yield _decoded(lambda: _multibase(text, place), None, place)


def _decoded(decode: Callable[[], bytes], size: int | None, place: str) -> str:
    try:
        data = decode()
    except (CertoriginError, binascii.Error, ValueError):
        raise MalformedError("foreign.member_malformed", place=place) from None
    if len(data) != (size or len(data)) or len(data) not in _SRI.values():
        raise MalformedError("foreign.member_malformed", place=place)
    return data.hex()


def _base64(text: str) -> bytes:
    """Read base64 of either alphabet, as digests of resources are found in practice."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _multibase(text: str, place: str) -> bytes:
    """Read multibase; a multihash prefix of SHA-256, SHA-384 or SHA-512 is taken off."""
    data = base58_decode(text[1:]) if text[:1] == "z" else base64url_decode(text[1:], place)
    if text[:1] not in {"u", "z"}:
        raise MalformedError("foreign.member_malformed", place=place)
    prefixed = data[:2] in {b"\x12\x20", b"\x20\x30", b"\x13\x40"} and len(data) == 2 + data[1]
    return data[2:] if prefixed else data


def _objects(
    node: Mapping[str, Any], name: str, *, empty: bool = False
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Go through one object or a list of objects, each with its place."""
    if name not in node:
        return
    value = node[name]
    listed = value if type(value) is list else [value]
    if not listed and not empty:
        raise MalformedError("foreign.member_malformed", place=name)
    for at, entry in enumerate(listed):
        place = f"{name}[{at}]" if type(value) is list else name
        if type(entry) is not dict:
            raise MalformedError("foreign.member_malformed", place=place)
        yield place, entry


def _listed(value: object) -> list[Any]:
    return value if type(value) is list else [] if value is None else [value]


def _without(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}
