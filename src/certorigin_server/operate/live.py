"""`certorigin live make`: the sealed file of live certificates for posts, and its delta."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, now, spoken, tell_json


@click.command("make")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--fresh", is_flag=True, help="A new salt: no delta leads to this snapshot.")
@spoken
def make_command(folder: Path, *, out: Path, fresh: bool, as_json: bool, language: str) -> None:
    """Write the next snapshot of the certificates that are live in FOLDER's register.

    Beside the snapshot stands a delta from the one before, when there is one in --out. A running
    system makes snapshots of its own, as its settings say.

    Example: certorigin live make var/by --out posts
    """
    with told(language):
        enter(folder)
        make_snapshot = import_module("certorigin_server.published.services").make_snapshot
        snapshot, sizes = make_snapshot(out, at=now(), fresh=fresh)
        if as_json:
            tell_json({"count": len(snapshot.codes), "files": sizes, "number": snapshot.number})
            return
        facts = {
            "number": str(snapshot.number),
            "count": str(len(snapshot.codes)),
            "size": str(sizes[f"live-{snapshot.number}.json"]),
        }
        click.echo(say("live.made", facts, language))
