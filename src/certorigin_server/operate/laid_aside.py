"""`certorigin backup`, `restore`, `log catch-up` and `log compare`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from certorigin.errors import MalformedError
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.backup import finish, hold_all, make_backup, put_back
from certorigin_server.operate.tell import (
    OPERATOR,
    SYSTEM_FOLDER,
    enter,
    now,
    spoken,
    tell_json,
)
from certorigin_server.operate.terms import only_corridor
from certorigin_server.operate.turn import clock

if TYPE_CHECKING:
    from certorigin_server.settings.system import CorridorSettings

NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
SKIP = 10


@click.command("backup")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("target", type=NEW_FOLDER)
@click.option("--with-keys", is_flag=True, help="Keys and their passphrase too.")
@spoken
def backup_command(
    folder: Path, target: Path, *, with_keys: bool, as_json: bool, language: str
) -> None:
    """Lay the system FOLDER aside in TARGET, as of one moment. It may run meanwhile.

    Every log is verified while it is copied. A PostgreSQL is dumped by pg_dump, before this.

    Example: certorigin backup var/by /backup/by-2026-11-22
    """
    with told(language):
        system = enter(folder)
        card = make_backup(system, target, with_keys=with_keys, at=now())
        if as_json:
            tell_json(card)
            return
        facts = {"folder": str(target), "installation": system.installation}
        click.echo(say("backup.made", facts, language))
        for origin, size in sorted(card["logs"].items()):
            click.echo(f"   {origin}: {size}")
        if card["database"] != "sqlite":
            click.echo(say("backup.dump_first", {}, language))
        if not with_keys:
            click.echo(say("backup.without_keys", {}, language))


@click.command("restore")
@click.argument("backup", type=SYSTEM_FOLDER)
@click.argument("folder", type=NEW_FOLDER)
@click.option("--keys", type=SYSTEM_FOLDER, help="The folder of the keys, when kept apart.")
@click.option("--by", default=OPERATOR, show_default=True, help="Who does it, for the trail.")
@spoken
def restore_command(
    backup: Path, folder: Path, *, keys: Path | None, by: str, as_json: bool, language: str
) -> None:
    """Put a system back from BACKUP into FOLDER, which is not there yet.

    Nothing is certified, sealed or logged in it until `certorigin log catch-up`.

    Example: certorigin restore /backup/by-2026-11-22 var/by --keys /safe/by-keys
    """
    with told(language):
        unfinished, card = put_back(backup, folder, keys=keys)
        hold_all(enter(unfinished), by=by, at=now())
        finish(unfinished, folder)
        if as_json:
            tell_json(card | {"folder": str(folder)})
            return
        facts = {"folder": str(folder), "at": str(card["at"])}
        click.echo(say("restore.done", facts, language))


@click.command("catch-up")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--corridor", help="Such as AZ-BY/CIS-2009; the only one when not given.")
@click.option("--skip", default=SKIP, show_default=True, help="Numbers of each series passed over.")
@click.option("--alone", "remark", help="Go on without the partner's copy; say why.")
@click.option("--by", default=OPERATOR, show_default=True, help="Who does it, for the trail.")
@spoken
def catch_up_command(
    folder: Path,
    *,
    corridor: str | None,
    skip: int,
    remark: str | None,
    by: str,
    as_json: bool,
    language: str,
) -> None:
    """Take back what the partner holds of our log, then let the corridor go on.

    Needed after a restore, or when a loop says that the log stands behind its partner's copy. The
    system may run meanwhile.

    Example: certorigin log catch-up var/by
    """
    with told(language):
        system = enter(folder)
        chosen = system.corridor_of(corridor or only_corridor(system))
        text = str(chosen.corridor)
        entries: dict[str, int]
        if remark is not None:
            open_alone = import_module("certorigin_server.mirror.catch_up").open_alone
            open_alone(chosen, remark=remark, by=by, at=now())
            entries, cosigned, passed = {}, 0, 0
        else:
            if not 0 <= skip <= 1000:
                raise MalformedError("log.skip_malformed", place="--skip", value=str(skip))
            entries, cosigned, passed = _catch_up(chosen, skip=skip, by=by)
        if as_json:
            logs = {origin: str(count) for origin, count in entries.items()}
            tell_json({"corridor": text, "cosigned": cosigned, "logs": logs, "passed_over": passed})
            return
        facts = {"corridor": text, "entries": str(sum(entries.values())), "passed": str(passed)}
        click.echo(say("log.caught_up", facts, language))


def _catch_up(corridor: CorridorSettings, *, skip: int, by: str) -> tuple[dict[str, int], int, int]:
    keyring = import_module("certorigin_server.seal.keyring").get_keyring()
    open_line = import_module("certorigin_server.mirror.guard").open_line
    catch_up = import_module("certorigin_server.mirror.catch_up").catch_up
    with open_line(corridor, keyring=keyring, clock=clock) as line:
        done = catch_up(corridor, line=line, keyring=keyring, skip=skip, by=by, at=now())
    return done.entries, done.cosigned, done.passed_over


@click.command("compare")
@click.argument("folder", type=SYSTEM_FOLDER)
@spoken
def compare_command(folder: Path, *, as_json: bool, language: str) -> None:
    """Compare the database of the system FOLDER with its logs and mirrors, entry by entry.

    Names the first entry of each log of which the two say different things. Exits 1 when there is
    one. `log fsck` checks the folders themselves.

    Example: certorigin log compare var/by
    """
    with told(language):
        enter(folder)
        found = list(import_module("certorigin_server.mirror.compare").compare_all())
        if as_json:
            logs = [
                {"code": one.code, "index": one.index, "origin": one.origin, "size": one.size}
                for one in found
            ]
            tell_json({"agrees": all(one.agrees for one in found), "logs": logs})
        for one in found if not as_json else ():
            facts = {"origin": one.origin, "size": str(one.size), "index": str(one.index)}
            code = "register.agrees" if one.agrees else one.code
            click.echo(f"{one.origin}: {say(code, facts | {'place': one.origin}, language)}")
    raise SystemExit(0 if all(one.agrees for one in found) else 1)
