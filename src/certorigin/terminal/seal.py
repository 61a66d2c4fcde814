"""`certorigin seal`: signatures of others checked one by one."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from certorigin.seal.foreign.cases import MAX_LINE, UNREADABLE, VALID, Judged, judge_line
from certorigin.terminal.sentences import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

JUDGED, NOT_VALID, UNREAD = 0, 1, 2
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("seal")
def seal_command() -> None:
    """Seals and signatures, ours and those of others."""


@seal_command.command("check")
@click.option("--cases", "path", required=True, type=FILE, help="One JSON object a line.")
@click.option("--require-valid", is_flag=True, help="Exit 1 unless every line is valid.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def check_command(path: Path, *, require_valid: bool, as_json: bool, language: str) -> None:
    """Check signatures from a file: a key, an algorithm, a message and a signature a line.

    Prints for each line `valid`, `invalid` or `unreadable`, with the reason. Exits 0 when every
    line was judged, 2 when one could not be read; 1 with --require-valid when one is not valid.

    Example: certorigin seal check --cases cases.jsonl
    """
    counts: Counter[str] = Counter()
    with path.open("rb") as file:
        for number, raw in _lines(file):
            judged = judge_line(raw)
            counts[judged.verdict] += 1
            click.echo(_told(number, judged, as_json=as_json, language=language))
    told = {"total": str(counts.total()), "valid": str(counts[VALID])}
    click.echo(say("foreign.cases_judged", told, language), err=True)
    if counts[UNREADABLE] or not counts:
        sys.exit(UNREAD)
    sys.exit(NOT_VALID if require_valid and counts.total() != counts[VALID] else JUDGED)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Read lines of a bounded length; what is longer is cut, and then judged unreadable."""
    number = 0
    while line := file.readline(MAX_LINE + 2):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(MAX_LINE)):
            continue
        if line.strip():
            yield number, line


def _told(number: int, judged: Judged, *, as_json: bool, language: str) -> str:
    if as_json:
        told = {"line": str(number), "verdict": judged.verdict, "name": judged.name}
        if judged.code:
            told |= {"code": judged.code, "facts": dict(judged.facts or {})}  # type: ignore[dict-item]
        return json.dumps(told, ensure_ascii=False, sort_keys=True)
    text = " ".join(filter(None, (str(number), judged.verdict, judged.name)))
    if judged.code:
        text += f": {say(judged.code, judged.facts, language)} ({judged.code})"
    return "".join(character for character in text if character.isprintable())
