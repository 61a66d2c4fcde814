"""Network namespaces: each system has a network of its own, and one wire to the line.

There is no route beyond the wire: what one system says reaches the other through the line alone.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path

CLONE_NEWNET = 0x40000000


class ForbiddenError(Exception):
    """This kernel, or this user, may make no network namespaces."""


@dataclass(frozen=True)
class Network:
    """One namespace; `inside` is the system's address, `outside` the line's end of its wire."""

    name: str
    inside: str
    outside: str

    @classmethod
    def make(cls, name: str, number: int) -> Network:
        """Make namespace and wire. Raises ForbiddenError with what the kernel said."""
        if shutil.which("ip") is None:
            raise ForbiddenError("the command `ip` is missing (Debian: apt-get install iproute2)")
        # Each process has networks of its own in 198.18.0.0/15, where nothing else lives: a run
        # beside this one, or the wires that a killed one left, would answer in its place.
        place = (os.getpid() % 16_384 * 2 + number - 1) * 4
        first = ip_address("198.18.0.0") + place
        made = cls(name, str(first + 2), str(first + 1))
        # The names of wires are short: the kernel takes no more than 15 characters.
        near, far = f"co{os.getpid() % 10**6}-{number}", f"cl{os.getpid() % 10**6}-{number}"
        _ip("netns", "add", name)
        try:
            _ip("link", "add", far, "type", "veth", "peer", "name", near, "netns", name)
            _ip("addr", "add", f"{made.outside}/30", "dev", far)
            _ip("link", "set", far, "up")
            for command in (
                ("addr", "add", f"{made.inside}/30", "dev", near),
                ("link", "set", near, "up"),
                ("link", "set", "lo", "up"),
            ):
                _ip("-netns", name, *command)
        except ForbiddenError:
            made.end()
            raise
        return made

    def end(self) -> None:
        """Remove the namespace; its wire goes with it."""
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)

    @property
    def enter(self) -> partial[None]:
        """What a new process calls before it becomes the program: it lives in this network."""
        return partial(_enter, str(Path("/run/netns") / self.name), ctypes.CDLL(None))


def _enter(path: str, libc: ctypes.CDLL) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if libc.setns(descriptor, CLONE_NEWNET):
            raise OSError(path)
    finally:
        os.close(descriptor)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        message = f"ip {' '.join(words)}: {done.stderr.strip()}"
        raise ForbiddenError(message)
