"""`certorigin live make`: the sealed file of live certificates for posts, and its delta."""

from __future__ import annotations

import re
import secrets
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from certorigin.durable import make_folder, replace_file
from certorigin.errors import ConflictError, MalformedError
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.standing.live import (
    MAX_FILE,
    SALT_BYTES,
    Snapshot,
    difference,
    seal_live,
    take_snapshot,
    verify_live,
)
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, now, spoken, tell_json

if TYPE_CHECKING:
    from certorigin_server.settings.system import SystemSettings

_NAME = re.compile(r"live-([1-9][0-9]{0,8})\.json")


@click.command("make")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--fresh", is_flag=True, help="A new salt: no delta leads to this snapshot.")
@spoken
def make_command(folder: Path, *, out: Path, fresh: bool, as_json: bool, language: str) -> None:
    """Write the next snapshot of the certificates that are live in FOLDER's register.

    Beside the snapshot stands a delta from the one before, when there is one in --out.

    Example: certorigin live make var/by --out posts
    """
    with told(language):
        system = enter(folder)
        make_folder(out)
        base = _newest(system, out)
        snapshot = _take(system, base, fresh=fresh)
        keyring = import_module("certorigin_server.seal.keyring").get_keyring()
        choose = import_module("certorigin_server.seal.choice").installation_sealer
        sealer = choose(keyring, "gateway", at=snapshot.at)
        written = {f"live-{snapshot.number}.json": seal_live(snapshot, sealer)}
        if base is not None and base.salt == snapshot.salt:
            name = f"live-{base.number}-{snapshot.number}.json"
            written[name] = seal_live(difference(base, snapshot), sealer)
        for name, raw in sorted(written.items(), reverse=True):
            replace_file(out / name, raw)
        sizes = {name: len(raw) for name, raw in written.items()}
        if as_json:
            tell_json({"count": len(snapshot.codes), "files": sizes, "number": snapshot.number})
            return
        facts = {
            "number": str(snapshot.number),
            "count": str(len(snapshot.codes)),
            "size": str(sizes[f"live-{snapshot.number}.json"]),
        }
        click.echo(say("live.made", facts, language))


def _newest(system: SystemSettings, out: Path) -> Snapshot | None:
    """Read the newest snapshot in the folder. Raises MalformedError, and as `verify_live`."""
    numbers = [int(found[1]) for path in out.iterdir() if (found := _NAME.fullmatch(path.name))]
    if not numbers:
        return None
    path = out / f"live-{max(numbers)}.json"
    if path.stat().st_size > MAX_FILE:
        raise MalformedError("live.malformed", place=path.name)
    newest = verify_live(path.read_bytes(), read_trust_folder(system.trust_folder))
    if not isinstance(newest, Snapshot) or newest.installation != system.installation:
        raise MalformedError("live.malformed", place=path.name)
    return newest


def _take(system: SystemSettings, base: Snapshot | None, *, fresh: bool) -> Snapshot:
    at = now()
    if base is not None and base.at >= at:
        raise ConflictError("live.too_soon", number=str(base.number))
    live_subjects = import_module("certorigin_server.standing.public").live_subjects
    keep = base is not None and not fresh
    return take_snapshot(
        live_subjects(at=at),
        installation=system.installation,
        number=base.number + 1 if base else 1,
        at=at,
        salt=base.salt if base and keep else secrets.token_hex(SALT_BYTES),
    )
