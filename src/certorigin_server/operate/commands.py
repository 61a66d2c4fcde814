"""The operator's verbs on the command line: init, link, serve, demo."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import django
import orjson

from certorigin.seal.trust.entries import INSTALLATION_ROLES, MEDIA, Roots
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.terminal.trust import compare, told
from certorigin.vocabulary.record import Record
from certorigin_server.operate.corridor import add_corridor
from certorigin_server.operate.folder import Plan, make_folder
from certorigin_server.operate.link import adopt_card, fingerprint, make_card, read_card
from certorigin_server.operate.paper import paper_command
from certorigin_server.operate.profile import read_profile
from certorigin_server.settings.start import require_database

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, exists=True, path_type=Path)


def enter_system(folder: Path) -> None:
    """Make this process one of the national system in `folder`."""
    os.environ["CERTORIGIN_DIR"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "certorigin_server.settings.project"
    django.setup()


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--state", required=True, help="The state by its two letters, such as BY.")
@click.option("--partner", required=True, help="The partner's installation, such as AZ-1.")
@click.option("--partner-url", required=True, help="Where the partner's system answers.")
@click.option("--agreement", default="CIS-2009", show_default=True)
@click.option("--installation", help="This installation; the state and -1 when not given.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8100, show_default=True)
@click.option("--term", help="The first term of the log; this year when not given.")
@click.option("--profile", type=FILE, help="Bodies and people; the state's own when not given.")
@click.option("--more", type=FILE, help="A second file of organisations and people.")
@click.option("--max-head-age", default=86_400, show_default=True, help="Seconds.")
@click.option("--interval", default=1.0, show_default=True, help="Seconds between turns of a loop.")
@click.option("--heartbeat", default=60.0, show_default=True, help="Seconds between heartbeats.")
@click.option("--root", "roots", multiple=True, help="A root key made elsewhere; once for each.")
@click.option("--root-threshold", default=2, show_default=True, help="How many roots must sign.")
@click.option(
    "--role",
    "sides",
    multiple=True,
    type=click.Choice(INSTALLATION_ROLES),
    help="What this installation does; all of it when not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def init_command(
    *,
    folder: Path,
    state: str,
    partner: str,
    partner_url: str,
    agreement: str,
    installation: str | None,
    host: str,
    port: int,
    term: str | None,
    profile: Path | None,
    more: Path | None,
    max_head_age: int,
    interval: float,
    heartbeat: float,
    roots: tuple[str, ...],
    root_threshold: int,
    sides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make a new national system in FOLDER: keys, database, settings, trust list.

    Example: certorigin init var/by --state BY --partner AZ-1 --partner-url http://127.0.0.1:8102
    """
    now = datetime.now(UTC)
    with told("en"):
        filling = read_profile(state, profile, more)
        pinned = _roots(roots, root_threshold)
        plan = Plan(
            installation=installation or f"{state}-1",
            state=state,
            name=filling.name,
            languages=filling.languages,
            host=host,
            port=port,
            partner=partner,
            partner_url=partner_url,
            agreement=agreement,
            term=term or str(now.year),
            interval=interval,
            heartbeat=heartbeat,
            roles=sides or INSTALLATION_ROLES,
        )
        require_database(os.environ)
        make_folder(folder, plan, with_roots=pinned is None)
        enter_system(folder)
        fill = import_module("certorigin_server.operate.fill")
        passwords = fill.fill_system(filling, max_head_age=max_head_age, at=now, roots=pinned)
    _tell(
        as_json,
        {"folder": str(folder), "installation": plan.installation, "accounts": passwords},
        f"{plan.installation} is ready in {folder}. Accounts: {folder / 'accounts.txt'}",
    )


def _roots(keys: tuple[str, ...], threshold: int) -> Roots | None:
    """Read the root keys that lie elsewhere. Raises MalformedError for keys that are none."""
    if not keys:
        return None
    data = {"keys": list(keys), "threshold": str(threshold)}
    return Roots.from_record(Record(data, "--root"))


@click.group()
def link_command() -> None:
    """Link this state's system with a partner's: exchange cards, compare fingerprints."""


@link_command.command("card")
@click.argument("folder", type=FOLDER)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def card_command(folder: Path, out: Path) -> None:
    """Write this system's card to OUT, for the partner."""
    with told("en"):
        system = import_module("certorigin_server.settings.reading").read_system(folder)
        out.write_bytes(make_card(system.trust_folder, system.state))
        trust = import_module("certorigin.seal.trust.folder").read_trust_folder(system.trust_folder)
        roots = trust.newest(system.state).contents.roots
        click.echo(f"{system.state}: {fingerprint(roots)}")


@link_command.command("adopt")
@click.argument("folder", type=FOLDER)
@click.argument("card", type=FILE)
@click.option("--fingerprint", "heard", help="As the partner's officials read it out; else asked.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def adopt_command(folder: Path, card: Path, *, heard: str | None, language: str) -> None:
    """Pin the partner's roots from its CARD, once the fingerprint is what was heard by voice.

    It is given, or typed; when it is another one, nothing is pinned.

    Example: certorigin link adopt var/by AZ.card --fingerprint "77aa 02c4 ..."
    """
    with told(language):
        system = import_module("certorigin_server.settings.reading").read_system(folder)
        raw = card.read_bytes()
        compare(heard, fingerprint(read_card(raw).roots), language, reveal=False)
        state, digits = adopt_card(system.trust_folder, raw)
        click.echo(f"{state}: {digits}")


@link_command.command("corridor")
@click.argument("folder", type=FOLDER)
@click.option("--partner", required=True, help="The partner's installation, such as KZ-1.")
@click.option("--partner-url", required=True, help="Where the partner's system answers.")
@click.option("--agreement", default="CIS-2009", show_default=True)
@click.option("--term", help="The first term of the log; this year when not given.")
@click.option("--medium", type=click.Choice(MEDIA), default="electronic-only", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def corridor_command(
    folder: Path,
    *,
    partner: str,
    partner_url: str,
    agreement: str,
    term: str | None,
    medium: str,
    language: str,
) -> None:
    """Add a corridor with one more partner to the settings of the system FOLDER.

    The trust list must settle it as well: `certorigin trust draft corridor`. Restart the system.

    Example: certorigin link corridor var/by --partner KZ-1 --partner-url https://kz.example
    """
    with told(language):
        added = add_corridor(
            folder,
            partner=partner,
            partner_url=partner_url,
            agreement=agreement,
            term=term or str(datetime.now(UTC).year),
            medium=medium,
        )
        click.echo(say("link.corridor_added", {"corridor": added, "partner": partner}, language))


link_command.add_command(paper_command)


@click.command()
@click.option("--dir", "folder", type=FOLDER, help="The system's folder.")
@click.option("--test-profile", is_flag=True, help="The VC API for public suites; no system.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Of the test profile.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Of the test profile.")
@click.option("--contexts", type=FOLDER, help="JSON-LD contexts; the known ones else.")
@click.option("--tls-cert", type=FILE, help="Of the test profile: answer over https.")
@click.option("--tls-key", type=FILE, help="The key of --tls-cert.")
def serve_command(
    *,
    folder: Path | None,
    test_profile: bool,
    host: str,
    port: int | None,
    contexts: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Run the web and the loops of one national system until Ctrl-C; or the test profile.

    Example: certorigin serve --dir var/by
    """
    if test_profile == (folder is not None):
        raise click.UsageError(say("serve.dir_or_profile"))
    if test_profile and (port is None or (tls_cert is None) != (tls_key is None)):
        raise click.UsageError(say("serve.profile_incomplete"))
    with told("en"):
        if folder is not None:
            sys.exit(import_module("certorigin_server.operate.serve").serve(folder.resolve()))
        start = import_module("certorigin_server.conformance.start")
        tls = (tls_cert, tls_key) if tls_cert else None
        start.run(start.Profile(host, port, contexts, tls))


def _tell(as_json: bool, data: dict[str, Any], text: str) -> None:  # noqa: FBT001 - a flag as click gives it
    click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() if as_json else text)
