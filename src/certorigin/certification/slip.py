"""The slip: what the QR code on the paper says of a certificate, signed by its body (CWT in COSE).

It names the sealed act by its digest, and says enough for a person to see that paper and act belong
together. It stands in the fragment of an address, which a browser never sends to the server.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import cbor2

from certorigin.certification.render.symbol import version_of
from certorigin.errors import LimitError, MalformedError
from certorigin.seal.cose import KEY_ID, Message, read_cbor, sign_message
from certorigin.vocabulary.record import FORM, NUMBER, URN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin.seal.proof import Sealer
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.certificate import Certificate

ISSUER, ISSUED_AT, ABOUT = 1, 6, -70_001
MOST_HEADINGS = 8
# What a message of ours can be at most, long before it would fill a symbol.
MAX_SLIP = 1_024
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]{1,120}/CHECK#([A-Z2-7]{16,1600})", re.IGNORECASE)
_STATE = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True)
class Slip:
    """What is said. `headings` are the first six digits of goods, as many as the code has room."""

    issuer: str
    at: datetime
    form: str
    number: str
    date: date
    issued_in: str
    presented_in: str
    digest: bytes
    items: int
    headings: tuple[str, ...] = ()

    @classmethod
    def of(cls, act: Act, certificate: Certificate, *, digest: str) -> Slip:
        """Draw the slip of a sealed act."""
        headings = dict.fromkeys(
            str(item.tariff_code)[:6].ljust(6, "0") for item in certificate.items
        )
        return cls(
            issuer=act.issuer,
            at=act.at,
            form=certificate.form,
            number=certificate.number,
            date=certificate.certification.date,
            issued_in=certificate.issued_in,
            presented_in=certificate.presented_in,
            digest=bytes.fromhex(digest),
            items=len(certificate.items),
            headings=tuple(headings)[:MOST_HEADINGS],
        )

    def to_claims(self) -> bytes:
        """Write the claims in deterministic CBOR; the inverse of `from_claims`."""
        day = self.date.year * 10_000 + self.date.month * 100 + self.date.day
        about = {
            1: self.form,
            2: self.number,
            3: day,
            4: self.issued_in,
            5: self.presented_in,
            6: self.digest,
            7: self.items,
            8: [int(heading) for heading in self.headings],
        }
        claims = {ISSUER: self.issuer, ISSUED_AT: int(self.at.timestamp()), ABOUT: about}
        return bytes(cbor2.dumps(claims, canonical=True))

    @classmethod
    def from_claims(cls, raw: bytes) -> Slip:
        """Read claims, in their one spelling. Raises MalformedError."""
        claims = read_cbor(raw)
        try:
            slip = _slip_of(claims)
            is_same = slip.to_claims() == raw
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
            raise MalformedError("code.slip_malformed", place="") from None
        if not is_same:
            raise MalformedError("code.slip_malformed", place="spelling")
        return slip

    def to_data(self) -> dict[str, Any]:
        """Write the slip for a machine."""
        return {
            "certificate": self.number,
            "date": self.date.isoformat(),
            "destinationCountry": self.presented_in,
            "digest": self.digest.hex(),
            "form": self.form,
            "headings": list(self.headings),
            "issuer": self.issuer,
            "issuingCountry": self.issued_in,
            "items": str(self.items),
        }


@dataclass(frozen=True)
class SignedSlip:
    """A slip with the message that carries it; its signature is not believed yet."""

    slip: Slip
    message: Message

    @property
    def key_id(self) -> bytes:
        """The name of the key in the message."""
        found = self.message.header(KEY_ID)
        return found if type(found) is bytes else b""


def key_id_of(key: str) -> bytes:
    """Return how a code names a multibase key: eight bytes of its digest."""
    return sha256(key.encode()).digest()[:8]


def address_of(slip: Slip, sealer: Sealer, *, host: str) -> str:
    """Sign a slip and write the address that the code holds, in a symbol of version 13 at most.

    As many headings are named as fit. Raises LimitError (`code.too_long`) for a host too long.
    """
    while True:
        signed = sign_message(slip.to_claims(), sealer, key_id=key_id_of(sealer.key))
        text = base64.b32encode(signed).decode().rstrip("=")
        address = f"HTTPS://{host.upper()}/CHECK#{text}"
        try:
            version_of(address)
        except LimitError:
            if not slip.headings:
                raise
            slip = replace(slip, headings=slip.headings[:-1])
        else:
            return address


def is_address(text: str) -> bool:
    """Say whether the text of a code is an address with a slip."""
    return _ADDRESS.fullmatch(text) is not None


def read_address(text: str) -> SignedSlip:
    """Read the slip in an address. Raises MalformedError."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise MalformedError("code.slip_malformed", place="address")
    letters = found[1].upper()
    try:
        raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error:
        raise MalformedError("code.slip_malformed", place="base32") from None
    if len(raw) > MAX_SLIP:
        raise LimitError("code.too_long", place="", limit=str(MAX_SLIP))
    message = Message.from_bytes(raw)
    if not message.is_tagged or message.headers.keys() & message.unprotected.keys():
        raise MalformedError("code.not_sign1", place="headers")
    return SignedSlip(Slip.from_claims(message.payload), message)


def _slip_of(claims: Any) -> Slip:  # noqa: ANN401 - whatever CBOR held
    about: Mapping[int, Any] = claims[ABOUT]
    day, digest = about[3], about[6]
    slip = Slip(
        issuer=_text(claims[ISSUER], URN),
        at=datetime.fromtimestamp(_whole(claims[ISSUED_AT]), UTC),
        form=_text(about[1], FORM),
        number=_text(about[2], NUMBER),
        date=date(_whole(day) // 10_000, day // 100 % 100, day % 100),
        issued_in=_text(about[4], _STATE),
        presented_in=_text(about[5], _STATE),
        digest=digest if type(digest) is bytes and len(digest) == 32 else b"",
        items=_whole(about[7]),
        headings=tuple(f"{_whole(one):06}" for one in about[8]),
    )
    if not slip.digest or len(slip.headings) > MOST_HEADINGS:
        raise ValueError
    return slip


def _text(value: object, pattern: re.Pattern[str]) -> str:
    if type(value) is not str or not pattern.fullmatch(value):
        raise ValueError
    return value


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise ValueError
    return value
