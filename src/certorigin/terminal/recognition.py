"""`certorigin verify`: what customs may hold of a certificate, offline, in parts with codes."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.errors import CertoriginError, MalformedError, UnknownError
from certorigin.late import Later
from certorigin.recognition.bundle import MAX_BUNDLE_FILE
from certorigin.recognition.report import Outcome, Report, names_in
from certorigin.recognition.verify import Verifier
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.moment import moment_from_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certorigin.mirror import view
    from certorigin.mirror.view import LogView
    from certorigin.recognition import carrier, declaration
    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.seal.trust.trust import Trust
    from certorigin.vocabulary.finding import Finding
else:  # what a bundle alone does not need
    carrier = Later("certorigin.recognition.carrier")
    declaration = Later("certorigin.recognition.declaration")
    view = Later("certorigin.mirror.view")

EXITS = {Outcome.RECOGNISED: 0, Outcome.REFUSED: 1, Outcome.UNDETERMINED: 3}
UNREADABLE = 2
MAX_FILE = 16 << 20

_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=_File)
@click.option("--trust", "trust_path", required=True, type=_Folder, help="Folder of trust lists.")
@click.option(
    "--mirror",
    "mirror_paths",
    multiple=True,
    type=_Folder,
    help="Folder with mirrors (and own logs), searched five levels deep. May be given again.",
)
@click.option("--at", "at_text", help="As of which moment, such as 2026-05-16T09:30:00Z.")
@click.option("--declaration", "declaration_path", type=_File, help="The goods declaration.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; a list for several files.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def verify_command(
    files: tuple[Path, ...],
    *,
    trust_path: Path,
    mirror_paths: tuple[Path, ...],
    at_text: str | None,
    declaration_path: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Verify certificates (PDF, bundles or sealed acts) without any network.

    Exits 0 recognised, 1 refused, 3 undetermined, 2 when a file can't be read; of several, the
    worst.

    Example: certorigin verify BYAZ6001000001.json --trust az/trust --mirror az/mirror
    """
    try:
        at = moment_from_text(at_text, place="--at") if at_text else datetime.now(UTC)
        trust = read_trust_folder(trust_path)
        cited = _read_declaration(declaration_path) if declaration_path else None
        verifier = Verifier(trust, _open_mirrors(mirror_paths, trust))
    except CertoriginError as fault:
        _tell_fault(fault, as_json=as_json, language=language)
        sys.exit(UNREADABLE)
    answers = [_answer(verifier, path, at.replace(microsecond=0), cited) for path in files]
    if as_json:
        data = [_to_data(path, answer) for path, answer in zip(files, answers, strict=True)]
        told = data[0] if len(data) == 1 else data
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        for path, answer in zip(files, answers, strict=True):
            click.echo("\n".join(_lines(path, answer, language)))
    sys.exit(_exit_of(answers))


def _open_mirrors(paths: Sequence[Path], trust: Trust) -> list[LogView]:
    """Open every log and mirror below; one without a head or a known publisher tells nothing."""
    views = []
    for folder in (found for path in paths for found in view.find_log_folders(path)):
        with suppress(UnknownError):
            views.append(view.LogView.open(folder, trust))
    return views


def _answer(
    verifier: Verifier, path: Path, at: datetime, cited: GoodsDeclaration | None
) -> Report | CertoriginError:
    try:
        raw = read_within(path, MAX_FILE)
        if raw.lstrip()[:1] == b"{" and len(raw) <= MAX_BUNDLE_FILE:
            return verifier.verify(raw, at=at, declaration=cited)
        return carrier.verify_file(verifier, raw, at=at, declaration=cited)
    except CertoriginError as fault:
        return fault


def _read_declaration(path: Path) -> GoodsDeclaration:
    raw = read_within(path, declaration.MAX_DECLARATION)
    return declaration.GoodsDeclaration.from_bytes(raw)


def _to_data(path: Path, answer: Report | CertoriginError) -> dict[str, Any]:
    if isinstance(answer, CertoriginError):
        told = {"code": answer.code, "facts": answer.facts}
        return {"bottom_line": "unreadable", "error": told, "file": str(path)}
    return {"file": str(path), **answer.to_data()}


def _exit_of(answers: Sequence[Report | CertoriginError]) -> int:
    """Unreadable before refused before undetermined before recognised."""
    if any(isinstance(answer, CertoriginError) for answer in answers):
        return UNREADABLE
    lines = {answer.bottom_line for answer in answers if isinstance(answer, Report)}
    worst = (Outcome.REFUSED, Outcome.UNDETERMINED, Outcome.RECOGNISED)
    return EXITS[next(outcome for outcome in worst if outcome in lines)]


def headline(report: Report, language: str) -> str:
    """Write the bottom line: as of which head, where the verification came so far as to a log."""
    code = f"verify.{report.bottom_line}" + ("" if report.as_of else "_without_log")
    return say(code, {"as_of": report.as_of} if report.as_of else {}, language)


def _lines(path: Path, answer: Report | CertoriginError, language: str) -> Iterator[str]:
    if isinstance(answer, CertoriginError):
        yield f"{path}: {say(answer.code, answer.facts, language)}"
        return
    yield f"{path}: {headline(answer, language)}"
    if answer.is_without_preference:
        yield f"  {say('verify.without_preference', {}, language)}"
    for name in names_in(answer.parts):
        found = answer.parts[name]
        title = say(f"verify.part.{name}", language=language)
        yield f"   {title}: {say(found.code, found.facts, language)} [{found.code}]"
    for finding in answer.match.all_findings if answer.match else ():
        yield "      " + _finding_line(finding, language)


def _finding_line(finding: Finding, language: str) -> str:
    clause = f" [{finding.clause}]" if finding.clause else ""
    place = f"{finding.place}: " if finding.place else ""
    return f"{place}{say(finding.code, finding.facts, language)}{clause}"


def _tell_fault(fault: CertoriginError, *, as_json: bool, language: str) -> None:
    place = fault.facts.get("place", "") if isinstance(fault, MalformedError) else ""
    if as_json:
        told = {"code": fault.code, "facts": fault.facts}
        click.echo(json.dumps({"bottom_line": "unreadable", "error": told}, ensure_ascii=False))
    else:
        text = say(fault.code, fault.facts, language)
        click.echo(f"{place}: {text}" if place else text, err=True)
