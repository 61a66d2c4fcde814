"""What reads bytes from outside and needs nothing else: for broken files that were kept."""

from contextlib import suppress

from certorigin.application.invoice import read_ubl_invoice
from certorigin.assessment.intake.read import read_file
from certorigin.assessment.reading import read_worksheet
from certorigin.assessment.spreadsheet import csv_cells, xlsx_cells
from certorigin.certification.export.ubl import certificate_from_ubl
from certorigin.certification.record import RecordPart, join_parts
from certorigin.errors import CertoriginError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.identity import Identity
from certorigin.log.note import Note
from certorigin.log.proof import Proof
from certorigin.mirror.profile import read_profiles
from certorigin.recognition.intake import read_declaration
from certorigin.seal.canonical import parse_strict
from certorigin.seal.cose import Message

CORRIDOR = "AZ-BY/CIS-2009"


def read_either(raw):
    """Read a table as an invoice in a file, and as a worksheet."""
    with suppress(CertoriginError):
        read_file(raw)
    read_worksheet(raw)


def _csv(raw):
    csv_cells(raw.decode("utf-8", "replace"))
    read_either(raw)


def _xlsx(raw):
    xlsx_cells(raw)
    read_either(raw)


# By the names under which tests/long breaks them.
READERS = {
    "cose": lambda raw: Message.from_bytes(raw).to_be_signed(),
    "declaration csv": read_declaration,
    "declaration json": read_declaration,
    "declaration xml": read_declaration,
    "heads": lambda raw: Checkpoint.from_text(Note.from_bytes(raw).text),
    "identities": Identity.from_bytes,
    "profiles": lambda raw: read_profiles(raw, CORRIDOR),
    "proofs": Proof.from_bytes,
    "record": lambda raw: join_parts(
        [RecordPart.from_text(text) for text in raw.decode("latin-1").split("\n")]
    ),
    "strict json": parse_strict,
    "table csv": _csv,
    "table xlsx": _xlsx,
    "ubl certificate": certificate_from_ubl,
    "ubl invoice": read_ubl_invoice,
}


def answer(name, raw):
    """Return the code with which broken bytes are refused; `read` where they are taken."""
    try:
        READERS[name](raw)
    except CertoriginError as error:
        return error.code
    return "read"
