"""`certorigin demo`: sets two states up, links them, carries the samples, stays up until Ctrl-C."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from certorigin.errors import CertoriginError, ConflictError
from certorigin.terminal.sentences import say
from certorigin_server.operate.demo.journey import Carrier
from certorigin_server.operate.demo.person import Desks
from certorigin_server.operate.demo.report import print_account, report_of
from certorigin_server.operate.demo.samples import read_samples
from certorigin_server.operate.demo.systems import (
    NationalSystem,
    free_port,
    init_both,
    link_both,
)
from certorigin_server.operate.demo.traders import traders_profile
from certorigin_server.web.demo import DEMO_MARK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from certorigin_server.operate.demo.journey import Consignment
    from certorigin_server.operate.demo.samples import Sample

PORTS = {"BY": 8101, "AZ": 8102}
AT_ONCE = 4
INTERVAL = 0.2


@click.command()
@click.option("--once", is_flag=True, help="Carry the samples and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep both systems here; a new folder each time when not given.",
)
def demo_command(*, once: bool, as_json: bool, folder: Path | None) -> None:
    """Two states, Belarus and Azerbaijan, on this machine: goods travel through all seven stops.

    Exit status 0 when every step held. Example: certorigin demo --once
    """
    root = (folder or Path(tempfile.mkdtemp(prefix="certorigin-demo-"))).resolve()
    systems = {
        state: NationalSystem(state, root / state, free_port(port)) for state, port in PORTS.items()
    }
    signal.signal(signal.SIGTERM, _end_as_by_ctrl_c)
    try:
        report = _run(systems, root, quiet=as_json)
        if as_json:
            click.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
        else:
            click.echo("\n".join(print_account(report)))
        if not once:
            _stay_up(systems, quiet=as_json)
    except CertoriginError as error:
        click.echo(f"{error.code}: {say(error.code, error.facts)}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        for system in systems.values():
            system.stop()
    sys.exit(0 if report["ok"] else 1)


def _end_as_by_ctrl_c(number: int, frame: FrameType | None) -> None:
    """Take both systems down, whoever asks the demo to end: nothing of it stays behind."""
    del number, frame
    raise KeyboardInterrupt


def _run(systems: Mapping[str, NationalSystem], root: Path, *, quiet: bool) -> dict[str, Any]:
    """Set up, link, start, carry. `seconds` counts all of it."""
    started = time.monotonic()

    def say_progress(text: str) -> None:
        if not quiet:
            click.echo(text, err=True)

    samples = read_samples(datetime.now(UTC).date())
    _clear(root, systems)
    say_progress(f"Setting up two national systems in {root} …")
    traders = {state: root / f"traders-{state}.toml" for state in systems}
    for state, path in traders.items():
        path.write_text(traders_profile(samples, state), "utf-8")
    init_both(systems.values(), traders, interval=INTERVAL)
    link_both(systems.values(), root / "cards")
    for system in systems.values():
        system.start()
    for system in systems.values():
        system.wait_until_healthy()
    say_progress(f"Carrying {len(samples)} consignments through the seven stops …")
    bundles = root / "bundles"
    bundles.mkdir(exist_ok=True)
    consignments = _carry(samples, systems, bundles, say_progress)
    return report_of(consignments, systems, seconds=time.monotonic() - started)


def _clear(root: Path, systems: Mapping[str, NationalSystem]) -> None:
    """Make room for two new systems. Only what an earlier demo left is ever removed."""
    taken = [system for system in systems.values() if system.folder.exists()]
    if taken and not (root / DEMO_MARK).exists():
        raise ConflictError("demo.folder_taken", folder=taken[0].folder.name)
    for system in taken:
        shutil.rmtree(system.folder)
    root.mkdir(parents=True, exist_ok=True)
    (root / DEMO_MARK).write_text(
        "Systems in this folder are replaced by the next demo.\n", "utf-8"
    )


def _carry(
    samples: list[Sample],
    systems: Mapping[str, NationalSystem],
    bundles: Path,
    say_progress: Any,  # noqa: ANN401 - a function of one text
) -> list[Consignment]:
    desks = Desks()

    def carry(sample: Sample) -> Consignment:
        done = Carrier(sample, systems, desks, bundles).carry()
        say_progress(f"  {sample.title}: {done.outcome}")
        return done

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(carry, samples))
    finally:
        desks.close()


def _stay_up(systems: Mapping[str, NationalSystem], *, quiet: bool) -> None:
    if not quiet:
        for system in systems.values():
            click.echo(f"\n{system.state}: open {system.url} and sign in as")
            for username, password in system.accounts.items():
                click.echo(f"   {username:<18} {password}")
        click.echo(f"\nA tour in ten steps: {systems['BY'].url}/tour")
        click.echo("Both systems stay up. Ctrl-C ends them.")
    try:
        while all(system.process and system.process.poll() is None for system in systems.values()):
            time.sleep(0.5)
    except KeyboardInterrupt:
        click.echo("", err=True)
