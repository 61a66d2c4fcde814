"""`certorigin check`: verify a file of many certificates in one national system."""

from __future__ import annotations

import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import orjson

from certorigin.recognition.batch import MAX_BATCH, read_batch
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, now, spoken, tell_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("file", type=_FILE)
@click.option("--out", type=click.File("wb"), help="Where the answers go, a JSON object a line.")
@spoken
def check_command(
    folder: Path, file: Path, *, out: IO[bytes] | None, as_json: bool, language: str
) -> None:
    """Verify up to 10,000 certificates of FILE with what the system in FOLDER holds.

    FILE has a goods declaration (JSON) on each line, or is a table with the columns form, number,
    date and state. Exit 0 when all were answered, 2 when FILE can't be read.

    Example: certorigin check var/az declarations.ndjson --out answers.ndjson
    """
    with told(language):
        asked = read_batch(read_within(file, MAX_BATCH))
        enter(folder)
        answer = import_module("certorigin_server.recognition.many.checking").answers_to
        counts: Counter[str] = Counter()
        with _progress(answer(asked, at=now()), len(asked), language) as answers:
            for one in answers:
                counts[one["bottom_line"]] += 1
                if out is not None:
                    out.write(orjson.dumps(one) + b"\n")
        if as_json:
            tell_json({"counts": dict(counts), "lines": len(asked)})
            return
        for outcome, count in sorted(counts.items()):
            facts = {"outcome": outcome, "count": str(count)}
            click.echo(say("batch.counted", facts, language))


def _progress(answers: Iterable[dict[str, Any]], total: int, language: str) -> Any:  # noqa: ANN401
    """Show a bar on the terminal; nothing where nobody looks."""
    label = say("batch.progress", {}, language)
    counted: Iterator[dict[str, Any]] = iter(answers)
    return click.progressbar(counted, length=total, label=label, file=sys.stderr)
