"""An offline post: all that it needs lies in one folder, and what it accepts it seals itself.

The central customs authority makes the folder: mirrors, own logs and trust lists as of a moment,
and a sealed card that says which post it is, who decides there, and with which key it speaks. The
post verifies, matches and accepts from that folder alone; what it accepted before counts. Each use
is a sealed file of its own; all of them travel back in one file, and the centre reconciles them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from certorigin.errors import MalformedError, StandingError
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.vocabulary.acts import CONTEXT
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import URN, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from certorigin.seal.proof import Sealed, Sealer
    from certorigin.seal.trust.trust import Trust

FORMAT: Final = "certorigin-post/v1"
CARD_TYPES: Final = ("VerifiableCredential", "PostCard")
USE_TYPES: Final = ("VerifiableCredential", "PostUse")
MAX_CARD: Final = 1 << 20
MAX_EXPORT: Final = 256 << 20
MOST_USES: Final = 100_000

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_KEY = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{40,120}")


@dataclass(frozen=True)
class PostCard:
    """Which post a folder is for: its key, its officers, and in whose name its acts are made."""

    installation: str
    slug: str
    name: str
    authority: str
    officers: tuple[str, ...]
    key: str
    at: datetime

    @property
    def urn(self) -> str:
        """The name under which the post seals."""
        return f"urn:certorigin:post:{self.installation}:{self.slug}"

    def to_document(self) -> dict[str, Any]:
        """Write the card as it is sealed."""
        return {
            "@context": list(CONTEXT),
            "credentialSubject": {
                "authority": self.authority,
                "format": FORMAT,
                "id": self.urn,
                "installation": self.installation,
                "key": self.key,
                "name": self.name,
                "officers": [{"officer": one} for one in self.officers],
                "post": self.slug,
            },
            "id": f"{self.urn}:{moment_to_text(self.at).translate(_NO_MARKS)}",
            "issuer": f"urn:certorigin:installation:{self.installation}",
            "type": list(CARD_TYPES),
            "validFrom": moment_to_text(self.at),
        }


@dataclass(frozen=True)
class PostUse:
    """What a post accepted: the declaration, the act `Utilised`, the report, and the reason."""

    document: Mapping[str, Any]
    act: Mapping[str, Any]
    report: Mapping[str, Any]
    override: str
    at: datetime


_NO_MARKS = str.maketrans("", "", "-:")


def seal_card(card: PostCard, sealer: Sealer) -> bytes:
    """Seal a card with the gateway's key of the installation."""
    document = card.to_document()
    return seal_document(document, [(sealer, document["issuer"])], created=card.at)


def read_card(raw: bytes, trust: Trust) -> PostCard:
    """Read a card, and judge whether its key speaks for the installation that it names.

    Raises MalformedError, SignatureError, UntrustedKeyError, UnknownError.
    """
    sealed = verify_sealed(raw.strip(), max_bytes=MAX_CARD)
    card = _card_of(sealed)
    (proof, *others) = sealed.proofs
    if others or _bare(sealed) != card.to_document() or proof.created != card.at:
        raise MalformedError("post.card_malformed", place="")
    issuer = f"urn:certorigin:installation:{card.installation}"
    trust.key_entitlement(proof.key, role="gateway", at=card.at, controller=issuer)
    return card


def seal_use(use: PostUse, card: PostCard, sealer: Sealer) -> bytes:
    """Seal what was accepted with the post's own key.

    Raises StandingError (`post.key_differs`) for another key than the card names.
    """
    if sealer.key != card.key:
        raise StandingError("post.key_differs", post=card.slug)
    return seal_document(_use_document(use, card), [(sealer, card.urn)], created=use.at)


def read_use(raw: bytes, card: PostCard) -> PostUse:
    """Read what a post accepted. Raises MalformedError, SignatureError, StandingError."""
    sealed = verify_sealed(raw.strip(), max_bytes=MAX_CARD)
    record = Record(sealed.document)
    at = record.moment("validFrom")
    use = record.part("credentialSubject", lambda part: _use_of(part, at))
    (proof, *others) = sealed.proofs
    if proof.key != card.key or proof.controller != card.urn:
        raise StandingError("post.key_differs", post=card.slug)
    if others or _bare(sealed) != _use_document(use, card) or proof.created != at:
        raise MalformedError("post.use_malformed", place="")
    return use


def join_export(card: bytes, uses: Sequence[bytes]) -> bytes:
    """Write the file that travels to the centre: the card, then each use, a line each."""
    return b"".join(one.strip() + b"\n" for one in (card, *uses))


def read_export(raw: bytes, trust: Trust) -> tuple[PostCard, list[PostUse]]:
    """Read a post's file. Raises as `read_card` and `read_use`, and for too large a file."""
    card, *uses = raw.splitlines() or [b""]
    if len(raw) > MAX_EXPORT or len(uses) > MOST_USES:
        raise MalformedError("post.export_too_large", place="", limit=str(MAX_EXPORT))
    read = read_card(card, trust)
    return read, [read_use(one, read) for one in uses]


def _card_of(sealed: Sealed) -> PostCard:
    record = Record(sealed.document)
    at = record.moment("validFrom")
    return record.part("credentialSubject", lambda part: _card_from(part, at))


def _card_from(record: Record, at: datetime) -> PostCard:
    record.choice("format", (FORMAT,))
    record.text("id", pattern=URN)
    card = PostCard(
        installation=record.text("installation"),
        slug=record.text("post", pattern=_SLUG),
        name=record.text("name"),
        authority=record.text("authority", pattern=URN),
        officers=record.parts("officers", lambda one: one.text("officer", pattern=URN)),
        key=record.text("key", pattern=_KEY),
        at=at,
    )
    record.finish()
    return card


def _use_of(record: Record, at: datetime) -> PostUse:
    record.text("id", pattern=URN)
    use = PostUse(
        document=_object(record, "declaration"),
        act=_object(record, "act"),
        report=_object(record, "report"),
        override=record.text_or("override"),
        at=at,
    )
    record.finish()
    return use


def _object(record: Record, name: str) -> dict[str, Any]:
    """Read a document that stands as text. Raises MalformedError."""
    text = record.value(name)
    try:
        found = orjson.loads(text) if isinstance(text, str) else None
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise MalformedError("post.use_malformed", place=record.at(name))
    return found


def _use_document(use: PostUse, card: PostCard) -> dict[str, Any]:
    about = {
        "act": strict_bytes(dict(use.act)).decode(),
        "declaration": strict_bytes(dict(use.document)).decode(),
        "id": card.urn,
        "report": orjson.dumps(dict(use.report), option=orjson.OPT_SORT_KEYS).decode(),
    }
    return {
        "@context": list(CONTEXT),
        "credentialSubject": about | ({"override": use.override} if use.override else {}),
        "id": Record(dict(use.act), "act").text("id"),
        "issuer": card.urn,
        "type": list(USE_TYPES),
        "validFrom": moment_to_text(use.at),
    }


def _bare(sealed: Sealed) -> dict[str, Any]:
    return {name: value for name, value in sealed.document.items() if name != "proof"}
