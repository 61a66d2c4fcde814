"""`certorigin people appoint`: the way out when too few administrators are left to act."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click

from certorigin.errors import CertoriginError
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin_server.operate.commands import enter_system


@click.group()
def people_command() -> None:
    """Look after the people of a national system."""


@people_command.command("appoint")
@click.option("--dir", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--username", required=True, help="Who is to be administrator, and let in again.")
@click.option("--by", required=True, help="Who decides it: kept in the trail.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def appoint_command(folder: Path, *, username: str, by: str, language: str) -> None:
    """Make a person administrator while fewer than two are left; else the desk does it.

    Exits 0, or 2 with the reason.

    Example: certorigin people appoint --dir var/by --username admin-by --by "I. Ramanchuk"
    """
    enter_system(folder)
    services = import_module("certorigin_server.administration.rescue")
    try:
        services.appoint_administrator(username=username, by=by, at=datetime.now(UTC))
    except CertoriginError as fault:
        click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(2)
    click.echo(say("administration.appointed", {"username": username}, language))
