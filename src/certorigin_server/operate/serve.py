"""`certorigin serve`: the web and the loops of one national system, as processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from certorigin_server.settings.start import read_ready_system, require_free_port

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

GRACE = 10.0


def web_command(host: str, port: int) -> list[str]:
    """Return the command of the web process: granian over sync WSGI (performance.md 8)."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface=wsgi",
        f"--host={host}",
        f"--port={port}",
        "--workers=1",
        "--blocking-threads=4",
        "--no-ws",
        "--log-level=warning",
        "certorigin_server.wsgi:application",
    ]


def loops_command() -> list[str]:
    """Return the command of the process that runs the loops."""
    return [sys.executable, "-m", "certorigin_server.operate.turn"]


def compare_command() -> list[str]:
    """Return the command that compares our logs with the partners' copies, once."""
    return [sys.executable, "-m", "certorigin_server.operate.compare"]


def serve(folder: Path) -> int:
    """Run both processes until one ends or a signal asks to stop; return the exit status.

    A process that ends by itself takes the other down: the supervisor above (systemd, the demo)
    starts both again, and every loop goes on where it stopped. Before either starts, our logs are
    compared with the partners' copies: a system that was put back from an old copy must not show a
    head, or give a number, that the partner knows better. Raises FaultsError with everything that
    is wrong in the settings, or missing of what they name.
    """
    system = read_ready_system(folder, os.environ)
    require_free_port(system)
    environment = {
        **os.environ,
        "CERTORIGIN_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "certorigin_server.settings.project",
    }
    subprocess.run(compare_command(), env=environment, check=False)  # noqa: S603 - as below
    children = [
        subprocess.Popen(command, env=environment)  # noqa: S603 - our own command, no shell
        for command in (web_command(system.host, system.port), loops_command())
    ]
    asked: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        asked.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not asked and all(child.poll() is None for child in children):
        time.sleep(0.1)
    _end(children)
    return 0 if asked else 1


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + GRACE
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
