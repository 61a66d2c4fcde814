"""`certorigin audit`: verify a sealed export of the trail, draw a sample again."""

from __future__ import annotations

import json
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from certorigin.audit.export import MAX_LINE, verify_export
from certorigin.audit.logged import heads_in
from certorigin.audit.sample import draw, population_digest
from certorigin.errors import CertoriginError, LimitError, UnknownError, VerificationError
from certorigin.mirror.view import LogView, find_log_folders
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

SOUND, ALTERED, UNREADABLE, UNDETERMINED = 0, 1, 2, 3
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
MAX_POPULATION = 64 << 20


@click.group("audit")
def audit_command() -> None:
    """Check afterwards what was done: exports of the trail, samples."""


@audit_command.command("verify")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--trust", "trust_path", required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--log", "log_path", type=FOLDER, help="Folder of the installation's logs, or a mirror."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def verify(
    path: Path, *, trust_path: Path, log_path: Path | None, as_json: bool, language: str
) -> None:
    """Verify a sealed export of the trail: every entry, the chain, the head and its seal.

    With --log also that the entries are those of whose hashes the installation's log speaks.

    Exits 0 when it holds, 1 when it was changed or sealed by a key without right, 3 when the trust
    list does not know the installation, 2 when it can't be read.

    Example: certorigin audit verify trail.jsonl --trust by/trust
    """
    try:
        trust = read_trust_folder(trust_path)
        logs = [LogView.open(one, trust) for one in find_log_folders(log_path)] if log_path else []
        with path.open("rb") as file:
            heads = chain.from_iterable(heads_in(view) for view in logs)
            found = verify_export(_lines(file), trust, heads)
    except CertoriginError as fault:
        _tell_fault(fault, as_json=as_json, language=language)
    head = found.head
    facts = {
        "at": moment_to_text(found.sealed_at),
        "first": str(head.first),
        "installation": head.installation,
        "last": str(head.last),
    }
    if as_json:
        more = {"count": str(found.count), "hash": head.hash, "key": found.key, "sound": True}
        more |= {"logged": str(found.logged)} if logs else {}
        click.echo(json.dumps({**facts, **more}, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(say("audit.verified", facts, language))
        if logs:
            click.echo(say("audit.heads_agree", {"count": str(found.logged)}, language))


@audit_command.command("draw")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--seed", required=True, help="The seed that is shown with the sample.")
@click.option("--size", type=int, required=True, help="How many are drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def draw_again(path: Path, *, seed: str, size: int, as_json: bool, language: str) -> None:
    """Draw a sample again from the list of all names in FILE, one a line.

    Exits 0, or 2 with the reason.

    Example: certorigin audit draw population.txt --seed 5f0c… --size 20
    """
    try:
        if path.stat().st_size > MAX_POPULATION:
            raise LimitError("audit.line_too_long", place=path.name, limit=str(MAX_POPULATION))
        names = [line for line in path.read_text("utf-8", "replace").splitlines() if line]
        drawn = draw(names, seed=seed, size=size)
    except CertoriginError as fault:
        _tell_fault(fault, as_json=as_json, language=language)
    digest = population_digest(names)
    if as_json:
        click.echo(json.dumps({"digest": digest, "drawn": drawn}, ensure_ascii=False))
        return
    facts = {"count": str(len(drawn)), "population": str(len(set(names))), "digest": digest}
    click.echo("\n".join(drawn))
    click.echo(say("audit.drawn", facts, language), err=True)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Read lines of a bounded length: a hostile file has one that never ends."""
    number = 1
    while line := file.readline(MAX_LINE + 2):
        if len(line) > MAX_LINE + 1:
            raise LimitError("audit.line_too_long", place=f"line {number}", limit=str(MAX_LINE))
        yield line
        number += 1


def _tell_fault(fault: CertoriginError, *, as_json: bool, language: str) -> NoReturn:
    if as_json:
        told = {"code": fault.code, "facts": fault.facts, "sound": False}
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(say(fault.code, fault.facts, language), err=True)
    if isinstance(fault, VerificationError):
        sys.exit(UNDETERMINED if fault.code == "trust.key_unknown" else ALTERED)
    sys.exit(UNDETERMINED if isinstance(fault, UnknownError) else UNREADABLE)
