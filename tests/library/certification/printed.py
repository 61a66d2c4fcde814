"""Sealed certificates to print, and what independent readers find in a PDF."""

import io
from functools import cache

import pikepdf
import pypdf
from pdfminer.high_level import extract_text

from certorigin.certification.render.pdf import Printable, original_pdf
from certorigin.recognition.page_text import compact
from tests.library.recognition import world as w
from tests.library.standing import sample

CODE = "HTTPS://ORIGIN.EXAMPLE.BY/CHECK#" + "MFRGGZDFMZTWQ2LK" * 20


def sealed(lines=2, **changes):
    """A sealed certificate with so many lines, no two of them alike."""
    items = tuple(
        sample.item(number, description=f"Трактор колёсный, исполнение {number:03}")
        for number in range(1, lines + 1)
    )
    return w.issued(1, certificate=sample.certificate(**({"items": items} | changes)))


def printable(lines=2, **changes):
    return Printable.of(sealed(lines, **changes), code=CODE)


@cache
def original(lines=2):
    """The PDF of a certificate whose sealed act stands in for its bundle."""
    raw = sealed(lines)
    return original_pdf(Printable.of(raw, code=CODE), bundle=raw)


def opened(pdf):
    return pikepdf.open(io.BytesIO(pdf))


def saved(pdf, change=None, **how):
    """The file written anew by qpdf, perhaps changed."""
    document = opened(pdf)
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out, **how)
    return out.getvalue()


def texts_by_pypdf(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def seen(pdf):
    """The whole text as pdfminer.six reads it, without blanks."""
    return compact(extract_text(io.BytesIO(pdf)))
