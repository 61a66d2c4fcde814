"""`certorigin evidence`: check the court file of a decision, offline, by itself."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from certorigin.errors import CertoriginError, SignatureError
from certorigin.recognition.court.check import Holds, check_court_file
from certorigin.recognition.court.file import ATTACHED, MAX_COURT_FILE, CourtFile
from certorigin.recognition.pdf_file import PdfFile, is_pdf
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.moment import moment_from_text

EXITS = {Holds.HOLDS: 0, Holds.FAILS: 1, Holds.OPEN: 3}
UNREADABLE = 2


@click.command("evidence")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--trust",
    "trust_path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of trust lists that came by a way of its own; without it, roots stay open.",
)
@click.option("--at", "at_text", help="As of which moment, such as 2036-05-16T09:30:00Z.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def evidence_command(
    file: Path, *, trust_path: Path | None, at_text: str | None, as_json: bool, language: str
) -> None:
    """Check the evidence of a decision of customs, or the printed decision that carries it.

    Every seal, proof and cosignature is checked by the trust lists of the day, which are in the
    file, and so is the seal over the whole file. Exits 0 when all holds, 1 when something fails, 3
    when something stays open, 2 when the file can't be read.

    Example: certorigin evidence decision-7.json --trust trust --at 2036-05-16T09:30:00Z
    """
    try:
        at = moment_from_text(at_text, place="--at") if at_text else datetime.now(UTC)
        known = read_trust_folder(trust_path) if trust_path else None
        read = CourtFile.from_bytes(_file_in(read_within(file, MAX_COURT_FILE)))
        report = check_court_file(read, at=at.replace(microsecond=0), known=known)
    except CertoriginError as fault:
        click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(EXITS[Holds.FAILS] if isinstance(fault, SignatureError) else UNREADABLE)
    if as_json:
        click.echo(json.dumps(report.to_data(), ensure_ascii=False, sort_keys=True))
    else:
        click.echo(say(f"court.outcome.{report.outcome}", {}, language))
        for point in report.points:
            click.echo(f"   {say(point.code, point.facts, language)} [{point.code}]")
    sys.exit(EXITS[report.outcome])


def _file_in(raw: bytes) -> bytes:
    """Return the file itself, or the one that is attached to a printed decision."""
    found = PdfFile.from_bytes(raw).attached(ATTACHED) if is_pdf(raw) else None
    return found or raw
