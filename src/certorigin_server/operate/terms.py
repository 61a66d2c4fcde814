"""`certorigin log close-term`: the open term ends with an entry, and the next one begins."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from certorigin.errors import MalformedError
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.tell import (
    OPERATOR,
    SYSTEM_FOLDER,
    enter,
    now,
    spoken,
    tell_json,
)

if TYPE_CHECKING:
    from pathlib import Path

    from certorigin_server.settings.system import SystemSettings


@click.command("close-term")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--corridor", help="Such as AZ-BY/CIS-2009; the only one when not given.")
@click.option("--next", "successor", required=True, help="The name of the next term: the year.")
@click.option("--by", default=OPERATOR, show_default=True, help="Who does it, for the trail.")
@spoken
def close_term_command(
    folder: Path, *, corridor: str | None, successor: str, by: str, as_json: bool, language: str
) -> None:
    """Close the open term of a corridor's log. The running system enters the closing and goes on.

    The next term begins with the keys that the trust list then names: this is how the keys of a log
    are changed.

    Example: certorigin log close-term var/by --next 2027
    """
    with told(language):
        system = enter(folder)
        text = corridor or only_corridor(system)
        system.corridor_of(text)
        seal = import_module("certorigin_server.seal.choice").installation_sealer
        keyring = import_module("certorigin_server.seal.keyring").get_keyring()
        close_term = import_module("certorigin_server.log.services").close_term
        at = now()
        origin = close_term(
            corridor=text,
            successor_term=successor,
            gateway=seal(keyring, "gateway", at=at),
            by=by,
            at=at,
        )
        if as_json:
            tell_json({"corridor": text, "successor": origin})
        else:
            click.echo(say("log.closing", {"corridor": text, "origin": origin}, language))


def only_corridor(system: SystemSettings) -> str:
    """Return the corridor of a system that has one alone. Raises MalformedError for several."""
    names = [str(one.corridor) for one in system.corridors]
    if len(names) != 1:
        raise MalformedError("log.corridor_needed", place="--corridor", known=", ".join(names))
    return names[0]
