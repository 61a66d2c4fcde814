"""What a certificate is carried in: a bundle, a sealed act alone, a PDF, a picture of its codes."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.certification.render.pdf import BUNDLE_NAME
from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.late import dataclass
from certorigin.recognition.bundle import MAX_BUNDLE_FILE, open_file
from certorigin.recognition.code import read_texts, verify_codes
from certorigin.recognition.page import compare_page
from certorigin.recognition.pdf_file import MAX_PDF_FILE, PdfFile, is_pdf
from certorigin.recognition.picture import is_picture, read_codes
from certorigin.recognition.report import PAGE, not_reached
from certorigin.recognition.scan import typed_address
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.certification.slip import Slip
    from certorigin.recognition.code import Codes
    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.recognition.report import Report
    from certorigin.recognition.verify import Verifier

MAX_FILE = MAX_PDF_FILE
FILE, PDF, PICTURE, SCAN = "file", "pdf", "picture", "scan"


@dataclass(frozen=True)
class Carried:
    """What was handed over, taken out of its carrier, and believed in nothing yet."""

    carrier: str
    bundle: bytes | None = None
    codes: Codes | None = None
    pdf: PdfFile | None = None

    @classmethod
    def from_bytes(cls, raw: bytes) -> Carried:
        """Open a file. Raises MalformedError, LimitError when nothing is there to answer about."""
        if is_pdf(raw):
            pdf = PdfFile.from_bytes(raw)
            return cls(PDF, bundle=_bundle_in(pdf), pdf=pdf)
        if is_picture(raw):
            return cls(PICTURE, codes=read_texts(code.text for code in read_codes(raw)))
        if len(raw) > MAX_BUNDLE_FILE:
            raise LimitError("bundle.too_large", place="", limit=str(MAX_BUNDLE_FILE))
        return cls(FILE, bundle=raw)

    @classmethod
    def from_scan(cls, text: str) -> Carried:
        """Take what a hand scanner typed. Raises MalformedError."""
        return cls(SCAN, codes=read_texts([typed_address(text)]))

    @property
    def act(self) -> Act | None:
        """The sealed act as it reads, where the carrier holds one that can be read."""
        try:
            sealed = self.sealed
            return Act.from_document(parse_strict(sealed)) if sealed else None
        except CertoriginError:
            return None

    @property
    def slip(self) -> Slip | None:
        """What the slip on the paper says, where there is one."""
        signed = self.codes.slip if self.codes else None
        return signed.slip if signed else None

    @property
    def sealed(self) -> bytes | None:
        """The sealed act, where the carrier holds it; a slip only names it."""
        bundle = self.codes.bundle if self.codes else self.bundle
        return open_file(bundle).act if bundle else None

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the sealed act that is held or named."""
        sealed = self.sealed
        if sealed is None and self.slip is not None:
            return self.slip.digest
        return sha256(sealed or b"").digest()

    def verify(
        self, verifier: Verifier, *, at: datetime, declaration: GoodsDeclaration | None = None
    ) -> Report:
        """Verify it; of a PDF also the page, of codes also the slip. Raises MalformedError."""
        if self.codes is not None:
            return verify_codes(verifier, self.codes, at=at, declaration=declaration)
        bundle = self.bundle or b""
        report = verifier.verify(bundle, at=at, declaration=declaration)
        if self.pdf is None:
            return report
        if report.parts["integrity"].code == "integrity.sound":
            page = compare_page(self.pdf, sealed=open_file(bundle).act, bundle=bundle)
        else:
            page = not_reached(PAGE)
        return replace(report, parts={**report.parts, PAGE: page})


def verify_file(
    verifier: Verifier, raw: bytes, *, at: datetime, declaration: GoodsDeclaration | None = None
) -> Report:
    """Verify a certificate in whatever it is carried.

    Raises MalformedError, LimitError when nothing is there that could be answered about.
    """
    return Carried.from_bytes(raw).verify(verifier, at=at, declaration=declaration)


def read_bundle(raw: bytes) -> bytes:
    """Return the bundle out of a file: the file itself, or what is attached to a PDF.

    Raises MalformedError (`pdf.no_bundle`) when nothing is attached.
    """
    if not is_pdf(raw):
        return raw
    return _bundle_in(PdfFile.from_bytes(raw))


def _bundle_in(file: PdfFile) -> bytes:
    bundle = file.attached(BUNDLE_NAME)
    if bundle is None:
        raise MalformedError("pdf.no_bundle", place="Names", name=BUNDLE_NAME)
    return bundle
