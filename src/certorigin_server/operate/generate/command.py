"""`certorigin generate`: fills a test system with a year of believable trade."""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from certorigin.errors import CertoriginError, ConflictError
from certorigin.terminal.sentences import say
from certorigin_server.operate.commands import FOLDER, enter_system
from certorigin_server.operate.folder import Plan, make_folder
from certorigin_server.operate.generate.trade import OTHER, Order
from certorigin_server.operate.profile import read_profile

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 1_000_000
_PORT = 8100


@click.command()
@click.argument("folder", type=FOLDER)
@click.option(
    "--state",
    type=click.Choice(sorted(OTHER)),
    default="BY",
    show_default=True,
    help="Whose system.",
)
@click.option(
    "--certificates",
    type=click.IntRange(1, _MOST),
    default=200,
    show_default=True,
    help="How many both states issue together.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which of all such years.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day; today when not given, or that of the year that is being continued.",
)
@click.option("--port", default=_PORT, show_default=True, help="The port to listen on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def generate_command(
    *,
    folder: Path,
    state: str,
    certificates: int,
    seed: int,
    until: datetime | None,
    port: int,
    as_json: bool,
) -> None:
    """Make a test system in FOLDER as it would be after a year of trade with a played partner.

    Called again it goes on where it was stopped. Example: certorigin generate var/test --seed 7
    """
    started = time.monotonic()
    try:
        order = _order(folder, state, certificates, seed, until.date() if until else None, port)
        enter_system(folder)
        system = import_module("certorigin_server.operate.generate.system")
        system.set_up(order)
        done = system.generate(
            order, _progress(order, is_shown=not as_json and sys.stderr.isatty())
        )
    except CertoriginError as error:
        click.echo(f"{error.code}: {say(error.code, error.facts)}", err=True)
        sys.exit(2)
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        data = {"folder": str(folder), "certificates": done, "seconds": seconds}
        click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(f"{done} certificates in {folder}, {seconds} s. Accounts: accounts.txt")


def _order(
    folder: Path, state: str, certificates: int, seed: int, until: date | None, port: int
) -> Order:
    """Return the order of a new folder, or that of one that is the generator's own already.

    Raises ConflictError (`generate.folder_taken`) for any other system, and for another order.
    """
    system = import_module("certorigin_server.operate.generate.order")
    known = system.read_order(folder)
    if known is None and (folder / "system.toml").exists():
        raise ConflictError("generate.folder_taken", folder=folder.name)
    last = until or (known.until if known else datetime.now(UTC).date())
    order = Order(state, certificates, seed, last)
    if known is not None:
        if known != order:
            raise ConflictError("generate.another_order", folder=folder.name)
        return order
    profile = read_profile(state)
    partner = f"{OTHER[state]}-1"
    plan = Plan(
        installation=f"{state}-1",
        state=state,
        name=profile.name,
        languages=profile.languages,
        host="127.0.0.1",
        port=port,
        partner=partner,
        partner_url="http://127.0.0.1:9",
        agreement="CIS-2009",
        term=str(last.year),
        interval=1.0,
        heartbeat=60.0,
    )
    make_folder(folder, plan)
    system.write_order(folder, order)
    return order


def _progress(order: Order, *, is_shown: bool) -> Callable[[date, int], None]:
    def show(day: date, certificates: int) -> None:
        if is_shown:
            text = f"\r{day.isoformat()}  {certificates} of {order.certificates} certificates"
            click.echo(text, err=True, nl=day >= order.until)

    return show
