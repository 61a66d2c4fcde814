"""What a certificate is carried in: a bundle, a sealed act alone, a PDF, a picture of its codes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.certification.render.pdf import BUNDLE_NAME
from certorigin.errors import LimitError, MalformedError
from certorigin.recognition.bundle import MAX_BUNDLE_FILE, open_file
from certorigin.recognition.code import read_texts, verify_codes
from certorigin.recognition.page import compare_page
from certorigin.recognition.pdf_file import MAX_PDF_FILE, PdfFile, is_pdf
from certorigin.recognition.picture import is_picture, read_codes
from certorigin.recognition.report import PAGE, not_reached

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.recognition.report import Report
    from certorigin.recognition.verify import Verifier

MAX_FILE = MAX_PDF_FILE


def verify_file(
    verifier: Verifier, raw: bytes, *, at: datetime, declaration: GoodsDeclaration | None = None
) -> Report:
    """Verify a certificate in whatever it is carried.

    Raises MalformedError, LimitError when nothing is there that could be answered about.
    """
    if is_pdf(raw):
        return _verify_pdf(verifier, raw, at=at, declaration=declaration)
    if is_picture(raw):
        codes = read_texts(code.text for code in read_codes(raw))
        return verify_codes(verifier, codes, at=at, declaration=declaration)
    if len(raw) > MAX_BUNDLE_FILE:
        raise LimitError("bundle.too_large", place="", limit=str(MAX_BUNDLE_FILE))
    return verifier.verify(raw, at=at, declaration=declaration)


def read_bundle(raw: bytes) -> bytes:
    """Return the bundle out of a file: the file itself, or what is attached to a PDF.

    Raises MalformedError (`pdf.no_bundle`) when nothing is attached.
    """
    if not is_pdf(raw):
        return raw
    return _bundle_in(PdfFile.from_bytes(raw))


def _verify_pdf(
    verifier: Verifier, raw: bytes, *, at: datetime, declaration: GoodsDeclaration | None
) -> Report:
    """Verify what is attached; then hold the page against it."""
    file = PdfFile.from_bytes(raw)
    bundle = _bundle_in(file)
    report = verifier.verify(bundle, at=at, declaration=declaration)
    if report.parts["integrity"].code == "integrity.sound":
        act = open_file(bundle).act
        page = compare_page(file, sealed=act, bundle=bundle)
    else:
        page = not_reached(PAGE)
    return replace(report, parts={**report.parts, PAGE: page})


def _bundle_in(file: PdfFile) -> bytes:
    bundle = file.attached(BUNDLE_NAME)
    if bundle is None:
        raise MalformedError("pdf.no_bundle", place="Names", name=BUNDLE_NAME)
    return bundle
