"""Two linked states of which Belarus has its database in PostgreSQL; people who survive faults."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from certorigin.errors import StandingError
from certorigin_server.operate.demo.systems import (
    certorigin_command,
    link_both,
    read_accounts,
)
from tests.journeys.flow import Flow, GaveUpError
from tests.journeys.states import Pair, State, plain_environment, write_traders
from tests.ports import own_port

LONG = 300.0


class Stubborn(Flow):
    """People who also ask again when the answer is that nothing can be done just now."""

    def patiently(self, ask, patience=LONG):
        def once():
            try:
                return ask()
            except StandingError as error:
                if is_passing(error):
                    raise httpx.ReadError(str(error)) from error
                raise

        return super().patiently(once, patience)

    def ready(self, state, sample=None, change=None):
        until = time.monotonic() + LONG
        while True:
            try:
                return super().ready(state, sample, change)
            except (StandingError, GaveUpError) as error:
                is_refused = isinstance(error, StandingError) and not is_passing(error)
                if is_refused or time.monotonic() > until:
                    raise


def make(state: State, partner: State, traders: Path) -> None:
    """Make a system as an operator does."""
    command = [
        *certorigin_command(),
        "init",
        str(state.folder),
        f"--state={state.state}",
        f"--partner={partner.installation}",
        f"--partner-url={partner.url}",
        f"--port={state.port}",
        f"--more={traders}",
        "--interval=0.1",
    ]
    surroundings = {**plain_environment(), **state.environment}
    subprocess.run(command, check=True, cwd="/", env=surroundings, timeout=3 * LONG)


def wait_for(state: State) -> None:
    """Wait until the web of a state answers, on a machine that has much else to do."""
    until = time.monotonic() + LONG
    while True:
        try:
            state.wait_until_healthy()
        except AssertionError:
            if not state.is_up("web") or time.monotonic() > until:
                raise
        else:
            return


def is_passing(error: StandingError) -> bool:
    """Whether the answer speaks of a fault that passes, and not of what was asked."""
    answer = error.facts.get("answer", "")
    passing = ("500", "502", "503", "web.fault_of_server", "database.silent")
    return answer in passing or answer.startswith("disk.")


@contextmanager
def linked(root, environment) -> Iterator[Pair]:
    """Both states, up and linked; Belarus with an environment of its own."""
    traders = write_traders(root)
    pair = Pair({name: State(name, root / name, own_port()) for name in ("BY", "AZ")})
    pair["BY"].environment = environment
    try:
        for state in pair:
            make(state, pair.other(state), traders[state.state])
            state.accounts = read_accounts(state.folder)
            state.settle_in(pair.other(state).port)
        link_both(list(pair), root / "cards")
        for state in pair:
            state.start()
        for state in pair:
            wait_for(state)
        yield pair
    finally:
        pair.stop()
