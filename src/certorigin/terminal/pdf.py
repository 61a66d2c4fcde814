"""`certorigin pdf`: what is done to a certificate's PDF after it was made."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from certorigin.certification.render.pades import signed_pdf
from certorigin.errors import CertoriginError
from certorigin.recognition.pdf_file import MAX_PDF_FILE
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import LANGUAGES, say

UNREADABLE = 2
MAX_LIST = 4 << 20

_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("pdf")
def pdf_command() -> None:
    """Sign the PDF of a certificate for readers that know no bundle."""


@pdf_command.command("sign")
@click.argument("file", type=_File)
@click.option("--key", "key_path", required=True, type=_File, help="PKCS#12 with key and chain.")
@click.option("--passphrase", "secret", required=True, type=_File, help="File with its passphrase.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The signed file.")
@click.option("--root", "roots", multiple=True, type=_File, help="A root to embed with the path.")
@click.option("--crl", "crls", multiple=True, type=_File, help="A revocation list to embed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def sign_command(
    file: Path,
    *,
    key_path: Path,
    secret: Path,
    out: Path,
    roots: tuple[Path, ...],
    crls: tuple[Path, ...],
    as_json: bool,
    language: str,
) -> None:
    """Add a PAdES signature; with roots and revocation lists, what checks it later.

    The page shows nothing of it. No time stamp and no list is fetched. Exits 0, or 2.

    Example: certorigin pdf sign c.pdf --key body.p12 --passphrase secret.txt --out signed.pdf
    """
    try:
        made = signed_pdf(
            read_within(file, MAX_PDF_FILE),
            pkcs12=read_within(key_path, MAX_LIST),
            passphrase=read_within(secret, MAX_LIST).strip(),
            at=datetime.now(UTC),
            roots=[read_within(path, MAX_LIST) for path in roots],
            revocation_lists=[read_within(path, MAX_LIST) for path in crls],
        )
    except CertoriginError as fault:
        if as_json:
            click.echo(json.dumps({"error": {"code": fault.code, "facts": fault.facts}}))
        else:
            click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(UNREADABLE)
    out.write_bytes(made)
    if as_json:
        click.echo(json.dumps({"bytes": str(len(made)), "file": str(out)}))
