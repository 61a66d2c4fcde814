"""`certorigin log`: check the logs in a folder from their own files, without a running system."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from certorigin.errors import CertoriginError
from certorigin.log import layout
from certorigin.log.directory import Directory
from certorigin.log.fsck import Problem, Report, check
from certorigin.log.identity import Identity
from certorigin.mirror.partner import Partner
from certorigin.mirror.view import find_log_folders
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.terminal.verbs import Verbs

if TYPE_CHECKING:
    from certorigin.log.key import Verifier
    from certorigin.seal.trust.trust import Trust

SOUND, BAD, UNREADABLE = 0, 1, 2


class _LogVerbs(Verbs):
    later: ClassVar[Mapping[str, str]] = {"audit": "certorigin.terminal.log_audit"}


@click.group("log", cls=_LogVerbs)
def log_command() -> None:
    """Look after the tamper-evident logs of an installation."""


@log_command.command("fsck")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--trust", "trust_path", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def fsck(path: Path, *, trust_path: Path | None, as_json: bool, language: str) -> None:
    """Check every log at or below PATH: each entry, tile, object and signature.

    With --trust the keys must be those of the trust lists; without it, those of log.json. Exits 0
    when all are sound, 1 with the first bad entry otherwise, 2 when there is no log or trust can't
    be read.

    Example: certorigin log fsck by/log --trust by/trust
    """
    try:
        trust = read_trust_folder(trust_path) if trust_path else None
    except CertoriginError as fault:
        click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(UNREADABLE)
    folders = find_log_folders(path)
    if not folders:
        click.echo(say("log.none_here", {"path": str(path)}, language), err=True)
        sys.exit(UNREADABLE)
    found = [(folder, _check(folder, trust)) for folder in folders]
    if as_json:
        click.echo(json.dumps(_to_data(found), ensure_ascii=False, sort_keys=True))
    else:
        for folder, report in found:
            _tell(folder, report, language)
    sys.exit(SOUND if all(report.ok for _, report in found) else BAD)


def _check(folder: Path, trust: Trust | None) -> Report:
    directory = Directory(folder)
    try:
        identity = Identity.from_bytes(directory.read(layout.IDENTITY))
        verifiers: tuple[Verifier, ...] = (identity.log, identity.heartbeat)
        if trust is not None:
            partner = Partner.from_trust(trust, identity.origin)
            partner.check_identity(identity)
            verifiers = (identity.log, *partner.heartbeats, *partner.witnesses)
    except CertoriginError as fault:
        return Report(None, (Problem(fault.code, layout.IDENTITY),), ())
    return check(directory, verifiers)


def _to_data(found: list[tuple[Path, Report]]) -> dict[str, Any]:
    logs = [
        {
            "first_bad": _problem(report.first_bad),
            "notes": [_problem(note) for note in report.notes],
            "ok": report.ok,
            "path": str(folder),
            "problems": [_problem(problem) for problem in report.problems],
            "size": report.size,
        }
        for folder, report in found
    ]
    first = next((log["first_bad"] for log in logs if not log["ok"]), None)
    return {"first_bad": first, "logs": logs, "ok": all(log["ok"] for log in logs)}


def _problem(problem: Problem | None) -> dict[str, Any] | None:
    if problem is None:
        return None
    return {"code": problem.code, "index": problem.index, "path": problem.path}


def _tell(folder: Path, report: Report, language: str) -> None:
    facts = {"path": str(folder), "size": str(report.size or 0)}
    click.echo(say("log.sound" if report.ok else "log.not_sound", facts, language))
    for problem in report.problems[:20]:
        index = "" if problem.index is None else f"[{problem.index}] "
        told = {"path": problem.path, "index": str(problem.index), "place": problem.path}
        click.echo(f"   {index}{problem.path}: {say(problem.code, told, language)}")
