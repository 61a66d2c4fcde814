"""The bodies of acts about the paper original: that customs demanded it, and what came of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.late import dataclass
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.record import URN

if TYPE_CHECKING:
    from datetime import date

    from certorigin.vocabulary.record import Record

_CODE = re.compile(r"[a-z0-9_.]{2,80}")


@dataclass(frozen=True)
class PaperDemand:
    """Customs demands the paper original from the declarant, until a day (R20; Rules 6.1)."""

    certificate: CertificateReference
    declaration: DocumentReference
    post: str
    reason: str
    remark: str
    until: date
    officer: str

    @classmethod
    def from_record(cls, record: Record) -> PaperDemand:
        """Read a demand. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            declaration=record.part("goodsDeclaration", DocumentReference.from_record),
            post=record.text("post"),
            reason=record.text("reason", pattern=_CODE),
            remark=record.text_or("remark"),
            until=record.day("until"),
            officer=record.text("officer", pattern=URN),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the demand; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "goodsDeclaration": self.declaration.to_data(),
            "post": self.post,
            "reason": self.reason,
            "until": self.until.isoformat(),
            "officer": self.officer,
        }
        return data | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True)
class PaperAnswer:
    """What came of a demand; the act that demanded is its cause (R20)."""

    certificate: CertificateReference
    declaration: DocumentReference
    post: str
    outcome: str
    remark: str
    officer: str

    @classmethod
    def from_record(cls, record: Record) -> PaperAnswer:
        """Read an answer. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            declaration=record.part("goodsDeclaration", DocumentReference.from_record),
            post=record.text("post"),
            outcome=record.text("outcome", pattern=_CODE),
            remark=record.text_or("remark"),
            officer=record.text("officer", pattern=URN),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the answer; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "goodsDeclaration": self.declaration.to_data(),
            "post": self.post,
            "outcome": self.outcome,
            "officer": self.officer,
        }
        return data | ({"remark": self.remark} if self.remark else {})
