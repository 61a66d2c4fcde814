"""The body of the act that corrects a recorded use (R10, R32)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.late import dataclass
from certorigin.vocabulary.bodies import CertificateReference, ItemUse
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.record import URN

if TYPE_CHECKING:
    from certorigin.vocabulary.record import Record

_CODE = re.compile(r"[a-z0-9_.]{2,80}")
_SIZE = re.compile(r"[1-9][0-9]{0,14}")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class UseCorrection:
    """What a use took in truth; the act that recorded it stays readable.

    `use` is the id of that act. `items` is all that it takes from now on; without items the use is
    taken back as a whole.
    """

    certificate: CertificateReference
    declaration: DocumentReference
    post: str
    use: str
    items: tuple[ItemUse, ...]
    reason: str
    head_size: int
    officer: str
    remark: str = ""

    @classmethod
    def from_record(cls, record: Record) -> UseCorrection:
        """Read a correction. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            declaration=record.part("goodsDeclaration", DocumentReference.from_record),
            post=record.text("post"),
            use=record.text("use", pattern=_UUID),
            items=record.parts("takes", ItemUse.from_record),
            reason=record.text("reason", pattern=_CODE),
            head_size=int(record.text("headSize", pattern=_SIZE)),
            officer=record.text("officer", pattern=URN),
            remark=record.text_or("remark"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the correction; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "goodsDeclaration": self.declaration.to_data(),
            "post": self.post,
            "use": self.use,
            "reason": self.reason,
            "headSize": str(self.head_size),
            "officer": self.officer,
        }
        if self.items:
            data["takes"] = [item.to_data() for item in self.items]
        return data | ({"remark": self.remark} if self.remark else {})
