"""`certorigin export`: a sealed certificate in the formats of others."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from certorigin.certification.export.cefact import certificate_to_cefact
from certorigin.certification.export.ubl import certificate_to_ubl
from certorigin.errors import CertoriginError, MalformedError
from certorigin.recognition.bundle import open_file
from certorigin.seal.canonical import parse_strict
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import Record

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
UNREAD = 2
MOST_BYTES = 20_000_000


@click.command("export")
@click.argument("path", type=FILE)
@click.option("--as", "kind", type=click.Choice(("ubl", "cefact")), required=True, help="Format.")
@click.option("--out", type=OUT, help="Write into this file, which must not exist yet.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def export_command(path: Path, *, kind: str, out: Path | None, language: str) -> None:
    """Write a sealed certificate as UBL or as JSON with UN/CEFACT names.

    The copy carries no seal and proves nothing: verify the sealed file itself. Exits 2 for a file
    that can't be read.

    Example: certorigin export certificate.bundle.json --as ubl --out certificate.xml
    """
    try:
        written = _write(_certificate_in(path), kind)
    except CertoriginError as fault:
        click.echo(f"{say(fault.code, fault.facts, language)} ({fault.code})", err=True)
        sys.exit(UNREAD)
    if out is None:
        click.echo(written, nl=False)
        return
    try:
        with out.open("xb") as file:
            file.write(written)
    except FileExistsError:
        click.echo(say("export.exists", {"path": str(out)}, language), err=True)
        sys.exit(UNREAD)


def _certificate_in(path: Path) -> Certificate:
    """Take the certificate out of a bundle or a sealed act; its seal is not judged here."""
    sealed = open_file(read_within(path, MOST_BYTES)).act
    act = Act.from_document(parse_strict(sealed))
    if act.kind is not Kind.ISSUED:
        raise MalformedError("export.no_certificate", place="", kind=str(act.kind))
    return Certificate.from_record(Record(dict(act.body)))


def _write(certificate: Certificate, kind: str) -> bytes:
    if kind == "ubl":
        return certificate_to_ubl(certificate)
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(certificate_to_cefact(certificate), option=options)
