"""`certorigin trust publish` and `certorigin trust drill`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.seal.trust.ceremony import fingerprint_of_roots
from certorigin.seal.trust.entries import REASONS
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import read_moment, told
from certorigin_server.operate.tell import (
    OPERATOR,
    SYSTEM_FOLDER,
    enter,
    now,
    spoken,
    tell_json,
)

if TYPE_CHECKING:
    from certorigin.seal.trust.withdrawal import Drill

FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
HOLDS, LACKS = 0, 1


@click.command("publish")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("signatures", nargs=-1, type=FILE)
@click.option("--by", default=OPERATOR, show_default=True, help="Who publishes, for the trail.")
@spoken
def publish_command(
    folder: Path, signatures: tuple[Path, ...], *, by: str, as_json: bool, language: str
) -> None:
    """Put the draft in the system FOLDER in force, with the SIGNATURES of the root holders.

    It takes effect at once in the running system; the partner takes it in its next turn. With too
    few signatures, or those of another draft, nothing changes.

    Example: certorigin trust publish var/by BY-2.root-1.sig BY-2.root-2.sig
    """
    with told(language):
        system = enter(folder)
        publish = import_module("certorigin_server.seal.ceremony").publish_draft
        raws = [path.read_bytes() for path in signatures]
        trust_list = publish(system, raws, by=by, at=now())
        facts = {
            "fingerprint": fingerprint_of_roots(trust_list.contents.roots),
            "signers": str(len(trust_list.signers)),
            "state": trust_list.state,
            "until": trust_list.contents.next_update.isoformat(),
            "version": str(trust_list.version),
        }
        if as_json:
            tell_json(facts)
        else:
            click.echo(say("trust.published", facts, language))


@click.command("drill")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("key")
@click.option("--from", "start", help="From this moment on; now when not given.")
@click.option("--reason", type=click.Choice(REASONS), default="compromised", show_default=True)
@spoken
def drill_command(
    folder: Path, key: str, *, start: str | None, reason: str, as_json: bool, language: str
) -> None:
    """Tell what the withdrawal of KEY from a moment on does, or did: nothing is changed.

    Lists the certificates that stay and those that fall, of this state's log and of the partners'
    as they lie here; and says what must be there before: a key that takes over, a term to close.
    Exits 1 when something is lacking.

    Example: certorigin trust drill var/by z6Mk... --from 2026-11-20T08:00:00Z
    """
    with told(language):
        enter(folder)
        rehearse = import_module("certorigin_server.standing.drill").rehearse
        drill = rehearse(key, at=read_moment(start), reason=reason)
        if as_json:
            tell_json(_to_data(drill))
        else:
            _tell(drill, language)
    raise SystemExit(LACKS if drill.lacking else HOLDS)


def _to_data(drill: Drill) -> dict[str, Any]:
    return {
        "at": drill.moment,
        "falls": [dict(one.to_data()) for one in drill.falls],
        "key": drill.key,
        "lacking": [{"code": one.code, "facts": dict(one.facts)} for one in drill.lacking],
        "reason": drill.reason,
        "stays": [dict(one.to_data()) for one in drill.stays],
        "waits": [dict(one.to_data()) for one in drill.waits],
    }


def _tell(drill: Drill, language: str) -> None:
    counts = {
        "falls": str(len(drill.falls)),
        "stays": str(len(drill.stays)),
        "waits": str(len(drill.waits)),
    }
    facts = {"key": drill.key, "controller": drill.controller, "moment": drill.moment}
    click.echo(say("trust.drill", facts | counts, language))
    for one in drill.falls:
        click.echo("   " + say("trust.drill_falls", one.to_data(), language))
    for one in drill.waits:
        click.echo("   " + say("trust.drill_waits", one.to_data(), language))
    for lacking in drill.lacking:
        click.echo(say(lacking.code, lacking.facts, language))
