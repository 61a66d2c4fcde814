"""PDF/A-3b of a certificate, from the signed data alone (docs/spec/pdf.md).

The same sealed act, bundle and codes always give the same bytes: the document's dates are those of
the act. Nothing is drawn that is not in the data or in the words of the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from certorigin.certification.render.page import copy_languages, get_page
from certorigin.certification.render.symbol import symbol_svg
from certorigin.certification.render.texts import texts_of
from certorigin.certification.render.typeset import CODES, get_typesetter
from certorigin.errors import MalformedError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BUNDLE_NAME = "certificate.json"
CODES_NAME = "codes.txt"
# How far a print on a blank may be moved, in millimetres.
FARTHEST = 30.0

_BUNDLE_IS = "Sealed certificate with its proof of registration"
_CODES_ARE = "Texts of the QR codes on the page"


@dataclass(frozen=True)
class Printable:
    """One sealed certificate, read, with the text of the code that stands on its page."""

    act: Act
    certificate: Certificate
    digest: str
    code: str = ""

    @classmethod
    def of(cls, sealed: bytes, *, code: str = "") -> Printable:
        """Read a sealed act; its seal is not judged here. Raises MalformedError."""
        act = Act.from_document(parse_strict(sealed))
        record = Record(dict(act.body), "certificate")
        certificate = Certificate.from_record(record)
        record.finish()
        return cls(act, certificate, sha256(sealed).hexdigest(), code)


def original_pdf(printable: Printable, *, bundle: bytes) -> bytes:
    """Set the certificate in the language of its form, with the bundle attached.

    Raises UnknownError for a form without a page, MalformedError for what can't be printed.
    """
    files_in = {"attachment": bundle.decode()}
    if printable.code:
        files_in["codes"] = printable.code
    given = _given(printable, get_form(printable.certificate.form).language)
    return get_typesetter().set_pdf(given, files_in=files_in, at=printable.act.at)


def contents_pdf(printable: Printable, *, right: float = 0, down: float = 0) -> bytes:
    """Set the contents alone, for a printed blank, moved by millimetres.

    Raises MalformedError (`render.offset_too_far`) and as `original_pdf`.
    """
    if not all(-FARTHEST <= one <= FARTHEST for one in (right, down)):
        limit = f"{FARTHEST:g}"
        raise MalformedError("render.offset_too_far", place="offset", limit=limit)
    given = _given(printable, get_form(printable.certificate.form).language)
    given |= {"whole": False, "offset": [right, down]}
    return get_typesetter().set_pdf(given, files_in={}, at=printable.act.at)


def copy_pdf(printable: Printable, *, language: str) -> bytes:
    """Set a copy, marked on every sheet, without the bundle: `КОПИЯ` in the form's own language.

    In another one it is a reading copy, and no original. Raises UnknownError
    (`render.no_such_copy`) for a language in which there is none.
    """
    form = printable.certificate.form
    if language not in {get_form(form).language, *copy_languages(form)}:
        raise UnknownError("render.no_such_copy", language=language[:20], form=form)
    given = _given(printable, language, is_copy=True)
    return get_typesetter().set_pdf(given, files_in={}, at=printable.act.at)


def codes_pdf(printable: Printable, texts: Sequence[str]) -> bytes:
    """Set the codes of a record on sheets of their own. Raises as `symbol_svg`."""
    certificate = printable.certificate
    language = get_form(certificate.form).language
    words = get_page(certificate.form).words[language]
    given = {
        "title": f"{words['form']} {words['number'].format(number=certificate.number)}",
        "help": words["codes"],
        "author": certificate.certification.body_name,
        "language": language,
        "symbols": [symbol_svg(text) for text in texts],
    }
    return get_typesetter().set_pdf(given, files_in={}, at=printable.act.at, template=CODES)


def pictures(printable: Printable, *, ppi: float) -> list[bytes]:
    """Set the original as PNG pictures, as they would look."""
    given = _given(printable, get_form(printable.certificate.form).language)
    return get_typesetter().set_pictures(given, at=printable.act.at, ppi=ppi)


def _given(printable: Printable, language: str, *, is_copy: bool = False) -> dict[str, Any]:
    certificate, digest = printable.certificate, printable.digest
    places: Mapping[str, Any] = get_page(certificate.form).places
    return texts_of(certificate, digest=digest, language=language, is_copy=is_copy) | {
        "page": places,
        "whole": True,
        "offset": [0, 0],
        "code": symbol_svg(printable.code) if printable.code else None,
        "attachment": _BUNDLE_IS,
        "codes": _CODES_ARE,
    }
