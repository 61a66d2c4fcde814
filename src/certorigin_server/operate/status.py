"""`certorigin status`: status lists for third parties, in batches, and what a holder shows them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from certorigin.durable import replace_file
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, now, spoken, tell_json


@click.group()
def status_command() -> None:
    """Whether certificates have ended, for third parties who are told nothing else."""


@status_command.command("publish")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--url", required=True, help="Where the files of --out are published.")
@click.option("--days", default=2, show_default=True, help="How long the lists are good for.")
@spoken
def publish_command(
    folder: Path, *, out: Path, url: str, days: int, as_json: bool, language: str
) -> None:
    """Write one batch of the W3C status lists of the system FOLDER to --out.

    Run it at the same hour every day: then neither its moment nor its number of bits says how many
    certificates ended when. A web server gives the files to everybody.

    Example: certorigin status publish var/by --out public --url https://status.example/lists
    """
    with told(language):
        enter(folder)
        publish = import_module("certorigin_server.published.services").publish_lists
        issuer, names = publish(out, url=url, days=days, at=now())
        if as_json:
            tell_json({"issuer": issuer, "lists": names})
            return
        facts = {"count": str(len(names)), "issuer": issuer}
        click.echo(say("status.published", facts, language))


@status_command.command("credential")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("subject")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="Where the lists are published.")
@spoken
def credential_command(
    folder: Path, subject: str, *, out: Path, url: str, as_json: bool, language: str
) -> None:
    """Write what the holder of a certificate may show: number, day, digest, place in a list.

    It names no goods and no parties. Where it differs from the log, the log is right.

    Example: certorigin status credential var/by urn:certorigin:certificate:BY-1:x --out vc.json
    --url https://status.example/lists
    """
    with told(language):
        enter(folder)
        make = import_module("certorigin_server.published.services").make_credential
        made, issuer, name = make(subject, url=url, at=now())
        replace_file(out, made)
        if as_json:
            tell_json({"issuer": issuer, "list": name})
            return
        click.echo(say("status.credential_made", {"path": str(out)}, language))
