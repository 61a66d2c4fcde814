"""Specimens: what a stamp, a signature, a blank or an address looks like, and from when to when.

Customs compares paper with them (R1, R31). A picture travels beside the list, under its SHA-256.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from certorigin.errors import LimitError, MalformedError
from certorigin.late import dataclass
from certorigin.seal.trust.period import Period

if TYPE_CHECKING:
    from certorigin.vocabulary.record import Record

SPECIMEN_KINDS: Final = ("stamp", "signature", "blank", "address")
MAX_PICTURE: Final = 262_144

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SIZE = re.compile(r"[1-9][0-9]{0,5}")
# What a file of each kind begins with; nothing that could hold a script is taken.
_BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True)
class Picture:
    """A picture by its digest; the bytes lie beside the list."""

    sha256: str
    media_type: str
    size: int

    @classmethod
    def of(cls, data: bytes) -> Picture:
        """Describe a PNG or JPEG. Raises MalformedError, LimitError."""
        if len(data) > MAX_PICTURE:
            raise LimitError("trust.picture_too_large", limit=str(MAX_PICTURE), size=str(len(data)))
        for media_type, beginning in _BEGINNINGS.items():
            if data.startswith(beginning):
                return cls(hashlib.sha256(data).hexdigest(), media_type, len(data))
        raise MalformedError("trust.picture_unreadable", place="picture")

    @classmethod
    def from_record(cls, record: Record) -> Picture:
        """Read the description of a picture. Raises MalformedError, LimitError."""
        size = int(record.text("size", pattern=_SIZE))
        if size > MAX_PICTURE:
            raise LimitError("trust.picture_too_large", limit=str(MAX_PICTURE), size=str(size))
        return cls(
            sha256=record.text("sha256", pattern=_SHA256),
            media_type=record.choice("mediaType", tuple(_BEGINNINGS)),
            size=size,
        )

    def to_data(self) -> dict[str, str]:
        """Write the description; the inverse of reading."""
        return {"mediaType": self.media_type, "sha256": self.sha256, "size": str(self.size)}

    def fits(self, data: bytes) -> bool:
        """Say whether these bytes are the picture."""
        begins = data.startswith(_BEGINNINGS[self.media_type])
        return begins and len(data) == self.size and hashlib.sha256(data).hexdigest() == self.sha256


@dataclass(frozen=True)
class Specimen:
    """One specimen of a body or an officer: in words, as a picture, or both."""

    of: str
    kind: str
    period: Period
    text: str = ""
    picture: Picture | None = None

    @classmethod
    def from_record(cls, record: Record) -> Specimen:
        """Read a specimen. Raises MalformedError for one that shows nothing."""
        specimen = cls(
            of=record.text("of"),
            kind=record.choice("kind", SPECIMEN_KINDS),
            period=Period.from_record(record),
            text=record.text_or("text"),
            picture=record.part_or_none("picture", Picture.from_record),
        )
        if not specimen.text and specimen.picture is None:
            raise MalformedError("trust.specimen_empty", place=record.at("text"))
        return specimen

    def to_data(self) -> dict[str, Any]:
        """Write the specimen; the inverse of reading."""
        data: dict[str, Any] = {"kind": self.kind, "of": self.of}
        data |= {"text": self.text} if self.text else {}
        data |= {"picture": self.picture.to_data()} if self.picture else {}
        return data | self.period.to_data()

    @property
    def identity(self) -> tuple[object, ...]:
        """What may never change of a specimen: everything but its end."""
        return self.of, self.kind, self.period.start, self.text, self.picture
