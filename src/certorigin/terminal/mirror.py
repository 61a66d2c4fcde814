"""`certorigin mirror`: see how a mirror stands, check evidence, let a halted mirror go on."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from certorigin.errors import CertoriginError
from certorigin.log.directory import Directory
from certorigin.mirror.evidence import Evidence, check_evidence
from certorigin.mirror.follow import Mirror
from certorigin.mirror.view import LogView, find_log_folders
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.moment import moment_to_text

GOOD, HALTED, UNREADABLE = 0, 1, 2


@click.group("mirror")
def mirror_command() -> None:
    """Look after the mirrors of partners' logs."""


@mirror_command.command("show")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--trust", "trust_path", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def show(path: Path, *, trust_path: Path, as_json: bool, language: str) -> None:
    """Show the mirrors and logs at or below PATH: size, heads, times, and whether one is halted.

    Exits 0, or 1 when a mirror is halted, or 2 when something can't be read.

    Example: certorigin mirror show az/mirror --trust az/trust
    """
    try:
        trust = read_trust_folder(trust_path)
        found = [_shown(LogView.open(folder, trust)) for folder in find_log_folders(path)]
    except CertoriginError as fault:
        click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps({"logs": found}, ensure_ascii=False, sort_keys=True))
    else:
        for told in found:
            click.echo(say("mirror.shown", {name: str(told[name]) for name in told}, language))
            if told["halted"]:
                click.echo("   " + say(told["halted"], told["halted_facts"], language))
    sys.exit(HALTED if any(told["halted"] for told in found) else GOOD)


@mirror_command.command("lift")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--trust", "trust_path", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--by", required=True, help="Who decides it: kept beside the evidence.")
@click.option("--remark", required=True, help="Why: kept beside the evidence.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def lift(path: Path, *, trust_path: Path, by: str, remark: str, language: str) -> None:
    """Let the halted mirror in PATH go on from the head that it holds.

    A partner that forked must still show a log that extends this head. Exits 0, or 2 with the
    reason.

    Example: certorigin mirror lift az/mirror/… --trust az/trust --by "A. Aliyeva" --remark
    "restored"
    """
    try:
        trust = read_trust_folder(trust_path)
        partner = LogView.open(path, trust).partner
        with Mirror.open(Directory(path), partner) as mirror:
            reason = mirror.lift(by=by, remark=remark, at=datetime.now(UTC))
    except CertoriginError as fault:
        click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(UNREADABLE)
    click.echo(say("mirror.lifted", {"reason": reason.code}, language))


@mirror_command.command("evidence")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--trust", "trust_path", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def evidence(file: Path, *, trust_path: Path, as_json: bool, language: str) -> None:
    """Check a file of evidence, offline: every signature and hash in it, by the trust lists alone.

    Exits 0 when it proves what the log's owner can't deny, 1 when it proves nothing, or 2 when it
    can't be read or does not hold together.

    Example: certorigin mirror evidence evidence.json --trust az/trust
    """
    try:
        read = Evidence.from_bytes(file.read_bytes())
        shown = check_evidence(read, read_trust_folder(trust_path))
    except CertoriginError as fault:
        click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(UNREADABLE)
    if as_json:
        told = {"code": shown.code, "facts": shown.facts, "proof": shown.is_proof}
        told |= {"at": moment_to_text(read.at), "reason": read.code}
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(say(shown.code, shown.facts, language))
    sys.exit(GOOD if shown.is_proof else HALTED)


def _shown(view: LogView) -> dict[str, Any]:
    halt = view.halted()
    last = view.cosigned.last()
    return {
        "cosigned": view.cosigned.count,
        "cosigned_at": moment_to_text(last.at) if last else "",
        "cosigned_size": last.size if last else 0,
        "halted": halt.code if halt else "",
        "halted_facts": dict(halt.facts) if halt else {},
        "heartbeat": moment_to_text(view.heartbeat),
        "origin": view.origin,
        "path": str(view.directory.root),
        "size": view.size,
    }
