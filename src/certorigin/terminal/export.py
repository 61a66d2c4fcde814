"""`certorigin export`: a sealed certificate in the formats of others."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from certorigin.certification.export.write import EXPORTS, export_sealed
from certorigin.errors import CertoriginError
from certorigin.recognition.bundle import open_file
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import LANGUAGES, say

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
UNREAD = 2
MOST_BYTES = 20_000_000


@click.command("export")
@click.argument("path", type=FILE)
@click.option("--as", "kind", type=click.Choice(tuple(EXPORTS)), required=True, help="Format.")
@click.option("--out", type=OUT, help="Write into this file, which must not exist yet.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def export_command(path: Path, *, kind: str, out: Path | None, language: str) -> None:
    """Write a sealed certificate as UBL or as JSON with UN/CEFACT names.

    The copy carries no seal and proves nothing: verify the sealed file itself. Exits 2 for a file
    that can't be read.

    Example: certorigin export certificate.bundle.json --as ubl --out certificate.xml
    """
    try:
        written = export_sealed(open_file(read_within(path, MOST_BYTES)).act, kind)
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
