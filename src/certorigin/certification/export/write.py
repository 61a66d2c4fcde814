"""A sealed certificate written as a file for the systems of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from certorigin.certification.export.cefact import certificate_to_cefact
from certorigin.certification.export.ubl import certificate_to_ubl
from certorigin.errors import MalformedError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Export:
    """One format: how it is written, how its files are named, and what they are."""

    write: Callable[[Certificate], bytes]
    suffix: str
    media_type: str


def _cefact(certificate: Certificate) -> bytes:
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(certificate_to_cefact(certificate), option=options)


EXPORTS = {
    "ubl": Export(certificate_to_ubl, "ubl.xml", "application/xml"),
    "cefact": Export(_cefact, "cefact.json", "application/json"),
}


def export_sealed(sealed: bytes, kind: str) -> bytes:
    """Write the certificate of a sealed act in a format of `EXPORTS`; its seal is not judged here.

    Raises MalformedError for another kind of act, or for what the format can't hold.
    """
    act = Act.from_document(parse_strict(sealed))
    if act.kind is not Kind.ISSUED:
        raise MalformedError("export.no_certificate", place="", kind=str(act.kind))
    return EXPORTS[kind].write(Certificate.from_record(Record(dict(act.body))))
