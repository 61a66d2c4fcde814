"""Arming crash points from outside, for tests: the process dies there as by kill -9.

`CERTORIGIN_CRASH=<point>[:<n>]` kills at the n-th pass; `CERTORIGIN_CRASH_HITS=<file>` lists
passes.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from certorigin import crash

if TYPE_CHECKING:
    from collections.abc import Mapping


def arm_from(environment: Mapping[str, str]) -> None:
    """Arm what the environment asks for; nothing when it is silent."""
    hits = environment.get("CERTORIGIN_CRASH_HITS")
    if hits:
        crash.arm(lambda name: _note_hit(hits, name))
    point = environment.get("CERTORIGIN_CRASH")
    if point:
        name, _, count = point.partition(":")
        crash.arm(_killer(name, int(count or "1")))


def _note_hit(path: str, name: str) -> None:
    with open(path, "a", encoding="ascii") as file:  # noqa: PTH123 - appended and closed at once
        file.write(f"{name}\n")


def _killer(point: str, count: int) -> crash.Hook:
    left = [count]

    def hook(name: str) -> None:
        if name == point:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook
