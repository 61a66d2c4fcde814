"""`certorigin schema`: the published schemas, and whether a file fits one."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from certorigin.errors import CertoriginError, MalformedError
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.schema import SCHEMAS, check_published, published_schema

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
VIOLATED, UNREAD = 1, 2
MOST_BYTES = 20_000_000


@click.command("schema")
@click.argument("name", type=click.Choice(SCHEMAS))
@click.option("--check", "path", type=FILE, help="Say whether this JSON file fits, instead.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def schema_command(name: str, *, path: Path | None, language: str) -> None:
    """Print a published JSON Schema, or check a file against it.

    A schema says nothing of seals, of one spelling or of the law: `certorigin verify` does. Exits 1
    for a file that does not fit, 2 for one that is no JSON.

    Example: certorigin schema bundle --check certificate.certorigin.json
    """
    if path is None:
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        click.echo(orjson.dumps(published_schema(name), option=options), nl=False)
        return
    try:
        check_published(name, _read(path))
    except CertoriginError as fault:
        click.echo(f"{say(fault.code, fault.facts, language)} ({fault.code})", err=True)
        sys.exit(VIOLATED if fault.code == "schema.violated" else UNREAD)
    click.echo(say("schema.fits", {"schema": name}, language))


def _read(path: Path) -> object:
    try:
        found: object = orjson.loads(read_within(path, MOST_BYTES))
    except orjson.JSONDecodeError as fault:
        raise MalformedError("schema.not_json", place=f"character {fault.pos}") from None
    return found
