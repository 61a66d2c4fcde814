"""`certorigin excerpt`: what a trader shows of a certificate, and whether it is true."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from certorigin.certification.excerpt import verify_excerpt
from certorigin.errors import CertoriginError, SignatureError, UntrustedKeyError
from certorigin.recognition.bundle import open_file
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.terminal.verbs import Verbs

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
MOST_BYTES = 20_000_000
REFUSED, UNREAD = 1, 2


@click.group("excerpt", cls=Verbs)
def excerpt_command() -> None:
    """Certificates of which a part is hidden."""


@excerpt_command.command("check")
@click.argument("path", type=FILE)
@click.option("--trust", "trust_path", required=True, type=FOLDER, help="The trust lists.")
@click.option("--opening", type=FILE, help="What the holder opens of it.")
@click.option("--against", type=FILE, help="The bundle or sealed act, where you hold it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def check_command(
    path: Path,
    *,
    trust_path: Path,
    opening: Path | None,
    against: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Verify an excerpt, open what the holder opens, and compare it with the act.

    It says nothing of whether the certificate still stands: ask for its status. Exits 0 when all
    holds, 1 when something was shown to be wrong, 2 when nothing can be said.

    Example: certorigin excerpt check excerpt.json --trust az/trust
    """
    try:
        excerpt = verify_excerpt(read_within(path, MOST_BYTES), read_trust_folder(trust_path))
        shown = excerpt.shown
        if opening is not None:
            shown = excerpt.opened(read_within(opening, MOST_BYTES))
        if against is not None:
            excerpt.compare(open_file(read_within(against, MOST_BYTES)).act)
    except CertoriginError as fault:
        click.echo(f"{say(fault.code, fault.facts, language)} ({fault.code})", err=True)
        sys.exit(REFUSED if isinstance(fault, SignatureError | UntrustedKeyError) else UNREAD)
    if as_json:
        hidden = sorted(excerpt.hidden)
        told = {"act": excerpt.act_id, "certificate": dict(shown), "hidden": hidden}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    number = str(shown.get("number", ""))
    facts = {"number": number, "count": str(len(excerpt.hidden)), "issuer": excerpt.installation}
    click.echo(say("excerpt.sound", facts, language))
    for place in sorted(excerpt.hidden):
        click.echo(say("excerpt.hides", {"place": place}, language))
