"""Two national systems as two groups of processes that share nothing but HTTP on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from certorigin.errors import UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PATIENCE = 120.0


@dataclass
class NationalSystem:
    """One state's system: its folder, its port, and the process that supervises it."""

    state: str
    folder: Path
    port: int
    accounts: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def installation(self) -> str:
        """The name of the installation."""
        return f"{self.state}-1"

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start web and loops; what they say goes to `diagnostics/serve.txt`."""
        with (self.folder / "diagnostics" / "serve.txt").open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                [*certorigin_command(), "serve", "--dir", str(self.folder)],
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )

    def wait_until_healthy(self) -> None:
        """Return when it answers. Raises UnknownError with the last lines that it said."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/health", timeout=10, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        said = (self.folder / "diagnostics" / "serve.txt").read_text("utf-8", "replace")
        raise UnknownError("demo.system_not_up", state=self.state, said=said[-600:])

    def stop(self) -> None:
        """Stop all its processes. Stopping twice is harmless."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None


def certorigin_command() -> list[str]:
    """Return the command line of this very installation."""
    return [sys.executable, "-m", "certorigin"]


def free_port(wanted: int) -> int:
    """Return the wanted port when nobody listens there, or else one that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise UnknownError("demo.no_free_port", port=str(wanted))


def init_both(
    systems: Iterable[NationalSystem], traders: Mapping[str, Path], *, interval: float
) -> None:
    """Make both systems, side by side. Raises UnknownError with what the failing one said."""
    first, second = systems
    running = [
        (one, _init(one, partner, traders[one.state], interval))
        for one, partner in ((first, second), (second, first))
    ]
    for system, process in running:
        said, _ = process.communicate(timeout=900)
        if process.returncode:
            raise UnknownError("demo.init_failed", state=system.state, said=said.decode()[-600:])
        system.accounts = read_accounts(system.folder)


def link_both(systems: Iterable[NationalSystem], exchange: Path) -> None:
    """Exchange cards: each side writes its own and adopts the other's."""
    first, second = systems
    exchange.mkdir(parents=True, exist_ok=True)
    read_out = {}
    for system in (first, second):
        said = _run("link", "card", str(system.folder), str(exchange / f"{system.state}.json"))
        read_out[system.state] = said.partition(": ")[2].strip()
    for system, partner in ((first, second), (second, first)):
        card = exchange / f"{partner.state}.json"
        heard = f"--fingerprint={read_out[partner.state]}"
        _run("link", "adopt", str(system.folder), str(card), heard)


def read_accounts(folder: Path) -> dict[str, str]:
    """Read the first passwords of a new system."""
    lines = (folder / "accounts.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def _init(
    system: NationalSystem, partner: NationalSystem, more: Path, interval: float
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        [
            *certorigin_command(),
            "init",
            str(system.folder),
            f"--state={system.state}",
            f"--port={system.port}",
            f"--partner={partner.installation}",
            f"--partner-url={partner.url}",
            f"--more={more}",
            f"--interval={interval}",
            "--heartbeat=5",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _run(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        [*certorigin_command(), *arguments], capture_output=True, check=False, timeout=600
    )
    if done.returncode:
        raise UnknownError("demo.link_failed", said=done.stderr.decode()[-600:])
    return done.stdout.decode()
