"""An excerpt of a certificate: some members hidden behind salted digests, the rest as sealed.

The installation that keeps the certificate's log seals the excerpt. Whoever gets it sees what is
shown and that something is hidden; the holder opens what is hidden to whom he likes; who holds the
act compares all of it (docs/spec/excerpt.md).
"""

from __future__ import annotations

import copy
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from certorigin.errors import MalformedError, SignatureError, UnknownError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.vocabulary.acts import CONTEXT, Act, Kind
from certorigin.vocabulary.moment import moment_from_text, moment_to_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from certorigin.seal.proof import Sealer
    from certorigin.seal.trust.trust import Trust

FORMAT: Final = "certorigin-excerpt/v1"
OPENING: Final = "certorigin-opening/v1"
SALT_BYTES: Final = 16
TYPE: Final = "CertificateExcerpt"

# What can be hidden, by what a trader calls it. "*" stands for each item of goods.
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "seller": ("exporter", "consignor", "applicantDeclaration"),
    "buyer": ("importer", "consignee"),
    "transport": ("transport",),
    "invoice": ("items.*.invoice",),
    "quantity": (
        "items.*.quantity",
        "items.*.grossWeight",
        "items.*.netWeight",
        "items.*.packages",
    ),
}
_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SALT: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_PLACE: Final = re.compile(r"[a-zA-Z]{1,40}(\.[0-9]{1,4}\.[a-zA-Z]{1,40})?", re.ASCII)
_MOST: Final = 10_000


@dataclass(frozen=True)
class Excerpt:
    """An excerpt whose seal fits and whose sealer may speak for the certificate's state."""

    raw: bytes
    installation: str
    subject: str
    act_id: str
    act_digest: str
    corridor: str
    at: datetime
    shown: Mapping[str, Any]
    hidden: Mapping[str, str]

    def opened(self, opening: bytes) -> dict[str, Any]:
        """Return the certificate with what the holder opens put back in its places.

        Raises MalformedError for what is no opening, UnknownError for one of another excerpt
        (`excerpt.opening_of_another`), SignatureError when it was not hidden so
        (`excerpt.opening_differs`).
        """
        certificate = copy.deepcopy(dict(self.shown))
        for place, salt, value in _read_opening(opening, self.raw):
            if self.hidden.get(place) != digest_of(place, salt, value):
                raise SignatureError("excerpt.opening_differs", place=place)
            _put(certificate, place, value)
        return certificate

    def compare(self, sealed: bytes) -> None:
        """Compare with the sealed act itself; its seal is judged elsewhere.

        Raises SignatureError (`excerpt.differs`) with the place.
        """
        if hashlib.sha256(sealed).hexdigest() != self.act_digest:
            raise SignatureError("excerpt.differs", place="act")
        act = Act.from_document(parse_strict(sealed))
        if (act.id, act.subject, str(act.corridor)) != (self.act_id, self.subject, self.corridor):
            raise SignatureError("excerpt.differs", place="act")
        rest, places = _without(act.body, self.hidden)
        if rest != self.shown or set(places) != set(self.hidden):
            raise SignatureError("excerpt.differs", place="certificate")


def digest_of(place: str, salt: str, value: object) -> str:
    """Return the digest behind which a member is hidden."""
    told = strict_bytes({"place": place, "salt": salt, "value": value})
    return hashlib.sha256(told).hexdigest()


def make_excerpt(
    sealed: bytes,
    hide: Collection[str],
    *,
    installation: str,
    sealer: Sealer,
    salt_of: Callable[[str], bytes],
    at: datetime,
) -> tuple[bytes, bytes]:
    """Make an excerpt without the named parts, and the opening that its holder keeps.

    `salt_of` gives 16 bytes for a place that nobody else can guess. Raises UnknownError for a part
    that can't be hidden, MalformedError for an act that is no certificate, or for hiding nothing.
    """
    act = Act.from_document(parse_strict(sealed))
    if act.kind is not Kind.ISSUED:
        raise MalformedError("export.no_certificate", place="", kind=str(act.kind))
    shown, hidden = _without(act.body, _places_of(act.body, hide))
    if not hidden:
        raise MalformedError("excerpt.nothing_hidden", place="hide")
    salts = {place: salt_of(place).hex() for place in hidden}
    digests = [
        {"digest": digest_of(place, salts[place], value), "place": place}
        for place, value in sorted(hidden.items())
    ]
    document = {
        "@context": list(CONTEXT),
        "id": f"urn:certorigin:excerpt:{hashlib.sha256(strict_bytes(digests)).hexdigest()}",
        "type": ["VerifiableCredential", TYPE],
        "issuer": f"urn:certorigin:installation:{installation}",
        "validFrom": moment_to_text(at),
        "credentialSubject": {
            "id": act.subject,
            "act": {"digest": hashlib.sha256(sealed).hexdigest(), "id": act.id},
            "certificate": shown,
            "corridor": str(act.corridor),
            "format": FORMAT,
            "hidden": digests,
        },
    }
    raw = seal_document(document, [(sealer, str(document["issuer"]))], created=at)
    opening = {
        "excerpt": hashlib.sha256(raw).hexdigest(),
        "format": OPENING,
        "parts": [
            {"place": place, "salt": salts[place], "value": value}
            for place, value in sorted(hidden.items())
        ],
    }
    return raw, strict_bytes(opening)


def verify_excerpt(raw: bytes, trust: Trust) -> Excerpt:
    """Read an excerpt, verify its seal, and judge whether its sealer may speak for that state.

    Raises MalformedError, SignatureError, UntrustedKeyError, UnknownError.
    """
    sealed = verify_sealed(raw.strip())
    if sealed.document.get("type") != ["VerifiableCredential", TYPE] or len(sealed.proofs) != 1:
        raise MalformedError("excerpt.malformed", place="type")
    record = Record(sealed.document)
    installation = record.text("issuer").removeprefix("urn:certorigin:installation:")
    at = moment_from_text(record.text("validFrom"), place="validFrom")
    subject = Record(record.value("credentialSubject"), "credentialSubject")
    act = Record(subject.value("act"), "act")
    hidden = subject.parts("hidden", _read_hidden, limit=_MOST)
    shown = subject.value("certificate")
    if subject.text("format") != FORMAT or not isinstance(shown, dict) or not hidden:
        raise MalformedError("excerpt.malformed", place="credentialSubject")
    (proof,) = sealed.proofs
    trust.key_entitlement(
        proof.key, role="gateway", at=proof.created, controller=record.text("issuer")
    )
    if shown.get("issuingCountry") != installation.partition("-")[0] or proof.created != at:
        raise SignatureError("excerpt.of_another_state", issuer=installation[:20])
    return Excerpt(
        raw=raw.strip(),
        installation=installation,
        subject=subject.text("id"),
        act_id=act.text("id"),
        act_digest=act.text("digest", pattern=_HEX),
        corridor=subject.text("corridor"),
        at=at,
        shown=shown,
        hidden=dict(hidden),
    )


def _read_hidden(record: Record) -> tuple[str, str]:
    return record.text("place", pattern=_PLACE), record.text("digest", pattern=_HEX)


def _read_opening(opening: bytes, excerpt: bytes) -> Iterator[tuple[str, str, object]]:
    record = Record(parse_strict(opening.strip()))
    if record.text("format") != OPENING:
        raise MalformedError("excerpt.malformed", place="format")
    if record.text("excerpt", pattern=_HEX) != hashlib.sha256(excerpt).hexdigest():
        raise UnknownError("excerpt.opening_of_another")
    yield from record.parts(
        "parts",
        lambda part: (
            part.text("place", pattern=_PLACE),
            part.text("salt", pattern=_SALT),
            part.value("value"),
        ),
        limit=_MOST,
    )


def _places_of(certificate: Mapping[str, Any], hide: Collection[str]) -> list[str]:
    """Return the places of the named parts that a certificate has. Raises UnknownError."""
    found = []
    for name in hide:
        if name not in PARTS:
            raise UnknownError("excerpt.part_unknown", value=name[:40], choices=", ".join(PARTS))
        for place in PARTS[name]:
            head, star, member = place.partition(".*.")
            if not star:
                found += [place] if place in certificate else []
                continue
            items = enumerate(certificate[head])
            found += [f"{head}.{at}.{member}" for at, item in items if member in item]
    return found


def _without(
    certificate: Mapping[str, Any], places: Collection[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a certificate without these places, and what stood in them."""
    rest, taken = copy.deepcopy(dict(certificate)), {}
    for place in places:
        holder, member = _holder(rest, place)
        if member in holder:
            taken[place] = holder.pop(member)
    return rest, taken


def _put(certificate: dict[str, Any], place: str, value: object) -> None:
    holder, member = _holder(certificate, place)
    if member in holder:
        raise MalformedError("excerpt.malformed", place=place)
    holder[member] = value


def _holder(certificate: dict[str, Any], place: str) -> tuple[dict[str, Any], str]:
    """Return the object that a place is a member of. Raises MalformedError."""
    head, *rest = place.split(".")
    if not rest:
        return certificate, head
    items = certificate.get(head)
    if not isinstance(items, list) or int(rest[0]) >= len(items):
        raise MalformedError("excerpt.malformed", place=place)
    holder = items[int(rest[0])]
    if not isinstance(holder, dict):
        raise MalformedError("excerpt.malformed", place=place)
    return holder, rest[1]
