"""Two national systems for the story tests: made once a session, copied for each story.

Web and loops are processes of their own here, so that each can be armed, killed and restarted by
itself. Everything else is as `certorigin demo` has it: folders, keys, databases, HTTP on loopback.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from certorigin.seal.trust.folder import read_trust_folder
from certorigin_server.operate.demo.person import Desks
from certorigin_server.operate.demo.samples import read_samples
from certorigin_server.operate.demo.systems import (
    NationalSystem,
    certorigin_command,
    init_both,
    link_both,
    read_accounts,
)
from certorigin_server.operate.demo.traders import traders_profile
from certorigin_server.operate.serve import loops_command, web_command
from tests.data import ROOT
from tests.journeys.databases import (
    IN_POSTGRES,
    MOVE,
    copy_database,
    make_database,
    server_of,
)
from tests.ports import own_port

STATES = ("BY", "AZ")
PORTS = {"BY": 8301, "AZ": 8302}
USED = {"01", "02", "03", "05", "07", "11"}
# How long a story waits for what must come: three times the longest that the product rests (it
# looks for the partner's silence every 30 s, a dead line is given up after 10), and the start of a
# process, which takes 4 s on a quiet machine and was seen to take 15.
PATIENCE = 120.0
# Another post of Azerbaijan's customs, so that two of them can use the same goods.
SECOND_POST = {
    "AZ": """
[[organisation]]
kind = "customs-post"
slug = "ganja"
parent = "dgk"
name = "Gəncə Baş Gömrük İdarəsi"
address = "AZ2000, Азербайджанская Республика, г. Гянджа, ул. Ш. И. Хатаи, 1"

[[person]]
username = "customs-ganja"
name = ["Aysel", "Əhmədova"]
position = "gömrük müfəttişi"
organisation = "ganja"
roles = ["customs_officer"]
"""
}
ACCOUNTANT = ROOT / "tests" / "journeys" / "accountant.py"


def wait_for(ask, what="it never came"):
    """Ask until there is an answer, and return it."""
    until = time.monotonic() + PATIENCE
    while not (found := ask()):
        assert time.monotonic() < until, what
        time.sleep(0.1)
    return found


def plain_environment() -> dict[str, str]:
    """Nobody's database and no armed crash point reach a state by accident."""
    ours = ("DATABASE_URL", "CERTORIGIN_", "DJANGO_", "COV_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@dataclass
class State(NationalSystem):
    """One national system whose processes are started and killed one by one."""

    environment: dict[str, str] = field(default_factory=dict)
    owner: dict[str, object] = field(default_factory=dict)
    python: str = sys.executable
    host: str = "127.0.0.1"
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _accountant: subprocess.Popen[str] | None = None

    def surroundings(self, **more: str) -> dict[str, str]:
        return {
            **plain_environment(),
            **self.environment,
            "CERTORIGIN_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "certorigin_server.settings.project",
            **more,
        }

    def launch(self, name: str, **more: str) -> None:
        """Start `web`, `loops` or `serve`; what it says goes to `diagnostics/<name>.txt`."""
        assert not self.is_up(name), f"{self.state} {name} is up already"
        commands = {
            "web": web_command(self.host, self.port),
            "loops": loops_command(),
            "serve": [*certorigin_command(), "serve", "--dir", str(self.folder)],
        }
        with (self.folder / "diagnostics" / f"{name}.txt").open("ab") as out:
            self.running[name] = subprocess.Popen(
                [self.python, *commands[name][1:]],
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
                env=self.surroundings(**more),
                **self.owner,
            )

    def is_up(self, name: str) -> bool:
        process = self.running.get(name)
        return process is not None and process.poll() is None

    def start(self, environment=None) -> None:
        for name in ("web", "loops"):
            if not self.is_up(name):
                self.launch(name, **(environment or {}))

    def wait_until_healthy(self, name: str = "web") -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.is_up(name):
            try:
                if httpx.get(f"{self.url}/health", timeout=2, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        message = f"{self.state} web is not up: {self.said(name)}"
        raise AssertionError(message)

    def said(self, name: str) -> str:
        path = self.folder / "diagnostics" / f"{name}.txt"
        return path.read_text("utf-8", "replace")[-2000:] if path.exists() else ""

    def signal(self, name: str, number: int) -> None:
        if self.is_up(name):
            os.killpg(self.running[name].pid, number)

    def kill(self, name: str) -> None:
        """Kill as by a power cut: every process of this name, at once."""
        if name not in self.running:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running.pop(name).wait(PATIENCE)

    def kill_all(self) -> None:
        """Kill everything that has a file of this system open."""
        for name in list(self.running):
            self.kill(name)
        if self._accountant is not None:
            self._accountant.kill()
            self._accountant.communicate(timeout=PATIENCE)
            self._accountant = None

    def end(self, name: str) -> None:
        """Ask a process to stop, as an operator does."""
        if name not in self.running:
            return
        process = self.running[name]
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
        self.kill(name)

    def stop(self) -> None:
        for name in list(self.running):
            self.end(name)
        if self._accountant is not None:
            self._accountant.communicate(timeout=PATIENCE)
            self._accountant = None

    def wait_for_death(self, name: str, patience: float = PATIENCE) -> int | None:
        """Return the exit status of a process that dies by itself; None when it lives on."""
        try:
            return self.running[name].wait(patience)
        except subprocess.TimeoutExpired:
            return None

    def run(self, code: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a short program inside this system, as an operator with a Python prompt could."""
        program = "import django, os, sys\ndjango.setup()\n"
        program += "from certorigin_server.loops.crash import arm_from\narm_from(os.environ)\n"
        return subprocess.run(
            [self.python, "-c", program + code, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * PATIENCE,
            cwd="/",
            env=self.surroundings(**more),
            **self.owner,
        )

    def verb(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a verb of the command line as this state's operator."""
        return subprocess.run(
            [self.python, *certorigin_command()[1:], *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * PATIENCE,
            cwd="/",
            env={**plain_environment(), **self.environment},
            **self.owner,
        )

    def must_run(self, code: str, *arguments: str, **more: str) -> str:
        done = self.run(code, *arguments, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def account(self, question: str = "account") -> dict:
        """Ask what the database of this system holds: a reader of its own, not the server."""
        if self._accountant is None:
            self._accountant = subprocess.Popen(
                [self.python, str(ACCOUNTANT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd="/",
                env=self.surroundings(),
                **self.owner,
            )
        self._accountant.stdin.write(question + "\n")
        self._accountant.stdin.flush()
        line = self._accountant.stdout.readline()
        assert line, f"the accountant of {self.state} died"
        return json.loads(line)

    @property
    def trust(self):
        return read_trust_folder(self.folder / "trust")

    def settle_in(self, port_of_partner: int) -> None:
        """Find the partner on this machine."""
        self.settle_at(f"http://127.0.0.1:{port_of_partner}")

    def settle_at(self, partner_url: str) -> None:
        """Write addresses, and times short enough for a test, into `system.toml`.

        The lease of a killed process must run out before another goes on: 30 s are long to wait.
        """
        values = {
            "host": f'"{self.host}"',
            "port": str(self.port),
            "partner_url": f'"{partner_url}"',
            "lease": "1.0",
            "heartbeat": "5.0",
        }
        path = self.folder / "system.toml"
        lines = path.read_text("utf-8").splitlines()
        for place, line in enumerate(lines):
            name = line.partition(" = ")[0]
            if name in values:
                lines[place] = f"{name} = {values.pop(name)}"
        assert not values
        path.write_text("\n".join(lines) + "\n", "utf-8")


@dataclass
class Pair:
    """Two linked states, and the people who work there."""

    states: dict[str, State]
    desks: Desks = field(default_factory=Desks)

    def __getitem__(self, state: str) -> State:
        return self.states[state]

    def __iter__(self):
        return iter(self.states.values())

    def other(self, state: State) -> State:
        (partner,) = (one for one in self if one is not state)
        return partner

    def start(self) -> None:
        for state in self:
            state.start()
        for state in self:
            state.wait_until_healthy()

    def stop(self) -> None:
        self.desks.close()
        for state in self:
            state.stop()

    @contextmanager
    def at_rest(self):
        """Hold the loops still while the folders are looked at."""
        for state in self:
            state.signal("loops", signal.SIGSTOP)
        try:
            yield
        finally:
            for state in self:
                state.signal("loops", signal.SIGCONT)


def samples():
    """The samples of the demo, with the days of today."""
    return read_samples(datetime.now(UTC).date())


def sample_named(name):
    (found,) = (one for one in samples() if one.name == name)
    return found


def write_traders(root: Path) -> dict[str, Path]:
    """Write a profile with the exporters of each state's samples that the stories use."""
    paths = {state: root / f"traders-{state}.toml" for state in STATES}
    used = [one for one in samples() if one.name.partition("-")[0] in USED]
    for state, path in paths.items():
        path.write_text(traders_profile(used, state) + SECOND_POST.get(state, ""), "utf-8")
    return paths


def make_template(root: Path, server: str = "") -> Path:
    """Make and link two systems, never started; the folder is there once they are whole.

    With a server of PostgreSQL some of them keep their data there (`databases.IN_POSTGRES`).
    """
    making = root.with_name(f"{root.name}.making")
    making.mkdir()
    systems = [NationalSystem(state, making / state, PORTS[state]) for state in STATES]
    init_both(systems, write_traders(making), interval=0.1)
    link_both(systems, making / "cards")
    for system in systems:
        if server and system.state in IN_POSTGRES:
            address = make_database(server)
            State(system.state, system.folder, system.port).must_run(MOVE, DATABASE_URL=address)
            (making / f"{system.state}.database").write_text(address, "ascii")
    return making.rename(root)


def database_of(template: Path, state: str) -> dict[str, str]:
    """Copy a state's database where it is on a server; say where the copy is."""
    kept = template / f"{state}.database"
    if not kept.exists():
        return {}
    address = kept.read_text("ascii")
    return {"DATABASE_URL": copy_database(address)}


def database_beside(template: Path, state: str) -> dict[str, str]:
    """Make an empty database for one more installation of a state, where the state has its own."""
    kept = template / f"{state}.database"
    if not kept.exists():
        return {}
    return {"DATABASE_URL": make_database(server_of(kept.read_text("ascii")))}


def copy_pair(template: Path, root: Path, places: dict[str, Path] | None = None) -> Pair:
    """Copy both systems, give them free ports of their own, and tell each where the other is.

    `places` names the folder of a state that shall not lie under `root`.
    """
    states = {}
    for name in STATES:
        folder = (places or {}).get(name, root / name)
        shutil.copytree(template / name, folder)
        accounts, database = read_accounts(folder), database_of(template, name)
        states[name] = State(name, folder, own_port(), accounts, environment=database)
    pair = Pair(states)
    for state in pair:
        state.settle_in(pair.other(state).port)
    return pair
