"""The bodies of two acts that come later: a preference given back, a certificate under review."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.late import dataclass
from certorigin.vocabulary.bodies import CertificateReference, ItemUse, Utilisation
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import URN

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.vocabulary.record import Record

_CODE = re.compile(r"[a-z0-9_.]{2,80}")
_SIZE = re.compile(r"[1-9][0-9]{0,14}")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class PreferenceRestoration:
    """Customs gives back the preference that it refused (R58; Rules 9-2).

    `uses` is what it takes of the certificate; nothing where an acceptance was counted before the
    refusal. `refusal` is the id of the act that refused.
    """

    certificate: CertificateReference
    declaration: DocumentReference
    post: str
    refusal: str
    basis: str
    uses: tuple[ItemUse, ...]
    head_size: int
    officer: str
    document: DocumentReference | None = None
    remark: str = ""

    @property
    def use(self) -> Utilisation | None:
        """What is counted as used at import, where something is."""
        if not self.uses:
            return None
        return Utilisation(
            self.certificate, self.declaration, self.post, self.uses, self.head_size, self.officer
        )

    @classmethod
    def from_record(cls, record: Record) -> PreferenceRestoration:
        """Read a restoration. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            declaration=record.part("goodsDeclaration", DocumentReference.from_record),
            post=record.text("post"),
            refusal=record.text("refusal", pattern=_UUID),
            basis=record.text("basis", pattern=_CODE),
            uses=record.parts("uses", ItemUse.from_record),
            head_size=int(record.text("headSize", pattern=_SIZE)),
            officer=record.text("officer", pattern=URN),
            document=record.part_or_none("basisDocument", DocumentReference.from_record),
            remark=record.text_or("remark"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the restoration; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "goodsDeclaration": self.declaration.to_data(),
            "post": self.post,
            "refusal": self.refusal,
            "basis": self.basis,
            "headSize": str(self.head_size),
            "officer": self.officer,
        }
        data |= {"uses": [one.to_data() for one in self.uses]} if self.uses else {}
        data |= {"basisDocument": self.document.to_data()} if self.document else {}
        return data | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True)
class Review:
    """The issuing body looks into a certificate until a moment. It is a hint, and no ground."""

    certificate: CertificateReference
    ends: datetime
    officer: str
    remark: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Review:
        """Read a review. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            ends=record.moment("reviewEnds"),
            officer=record.text("officer", pattern=URN),
            remark=record.text_or("remark"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the review; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "reviewEnds": moment_to_text(self.ends),
            "officer": self.officer,
        }
        return data | ({"remark": self.remark} if self.remark else {})
