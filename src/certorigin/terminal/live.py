"""`certorigin live`: is a certificate among those that were live, without a line?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
import orjson

from certorigin.errors import CertoriginError, MalformedError, VerificationError
from certorigin.recognition.bundle import MAX_BUNDLE_FILE, Bundle
from certorigin.seal.canonical import parse_strict
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.standing.live import MAX_FILE, Delta, Snapshot, verify_live
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.terminal.trust import read_moment
from certorigin.terminal.verbs import Verbs
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from certorigin.seal.trust.trust import Trust

LIVE, NOT_LISTED, UNREADABLE, UNDETERMINED = 0, 1, 2, 3
EXITS = {"live.listed": LIVE, "live.not_listed": NOT_LISTED}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("live", cls=Verbs)
def live_command() -> None:
    """Certificates that are live, in a small sealed file for posts."""


@live_command.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--snapshot", "snapshot_path", required=True, type=FILE, help="The sealed snapshot.")
@click.option("--delta", "deltas", multiple=True, type=FILE, help="The next deltas, in order.")
@click.option("--trust", "trust_path", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--max-age", default=86_400, show_default=True, help="Seconds.")
@click.option("--at", "at_text", help="The moment of the check; now when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def check_command(
    files: tuple[Path, ...],
    *,
    snapshot_path: Path,
    deltas: tuple[Path, ...],
    trust_path: Path,
    max_age: int,
    at_text: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Look whether certificates (bundles or sealed acts) were live by a snapshot and its deltas.

    It judges no seal of a certificate: `certorigin verify` does. Exits 0 when all are listed, 1
    when one is not, 3 when the snapshot is too old or older than a certificate, 2 when unreadable.

    Example: certorigin live check cert.json --snapshot live-7.json --trust by/trust
    """
    try:
        at = read_moment(at_text)
        newest = _newest(snapshot_path, deltas, read_trust_folder(trust_path))
        answers = {path.name: _answer(newest, path, at, max_age) for path in files}
    except CertoriginError as fault:
        _tell_fault(fault, as_json=as_json, language=language)
    as_of = {"at": moment_to_text(newest.at), "number": str(newest.number)}
    if as_json:
        told: dict[str, Any] = {**as_of, "answers": answers, "count": str(len(newest.codes))}
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        for name, code in answers.items():
            click.echo(f"{name}: {say(code, as_of, language)}")
    sys.exit(_exit_of(answers.values()))


def _newest(path: Path, deltas: Sequence[Path], trust: Trust) -> Snapshot:
    snapshot = verify_live(read_within(path, MAX_FILE), trust)
    if not isinstance(snapshot, Snapshot):
        raise MalformedError("live.malformed", place=path.name)
    for delta_path in deltas:
        delta = verify_live(read_within(delta_path, MAX_FILE), trust)
        if not isinstance(delta, Delta):
            raise MalformedError("live.malformed", place=delta_path.name)
        snapshot = delta.apply(snapshot)
    return snapshot


def _answer(snapshot: Snapshot, path: Path, at: datetime, max_age: int) -> str:
    act = _act_of(read_within(path, MAX_BUNDLE_FILE))
    age = (at - snapshot.at).total_seconds()
    if age > max_age or age < 0:
        return "live.too_old"
    if snapshot.holds(act.subject):
        return "live.listed"
    return "live.issued_later" if act.at >= snapshot.at else "live.not_listed"


def _act_of(raw: bytes) -> Act:
    """Read the act that issues a certificate. Raises MalformedError for anything else."""
    try:
        bundled = "act" in orjson.loads(raw)
    except (orjson.JSONDecodeError, TypeError):
        raise MalformedError("bundle.not_json", place="") from None
    act = Act.from_document(parse_strict(Bundle.from_bytes(raw).act if bundled else raw.strip()))
    if act.kind != Kind.ISSUED:
        raise MalformedError("live.no_certificate", place="type")
    return act


def _exit_of(codes: Iterable[str]) -> int:
    exits = {EXITS.get(code, UNDETERMINED) for code in codes}
    return next(status for status in (UNDETERMINED, NOT_LISTED, LIVE) if status in exits)


def _tell_fault(fault: CertoriginError, *, as_json: bool, language: str) -> NoReturn:
    if as_json:
        told = {"code": fault.code, "facts": fault.facts}
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(say(fault.code, fault.facts, language), err=True)
    unreadable = isinstance(fault, MalformedError)
    if isinstance(fault, VerificationError) and not fault.code.startswith("trust."):
        unreadable = True
    sys.exit(UNREADABLE if unreadable else UNDETERMINED)
