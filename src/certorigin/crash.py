"""Named crash points at every line of no return.

A crash point costs one attribute look-up in production. A test arms one of them, and the process
dies there as by kill -9; the next start must find nothing lost and nothing doubled.
"""

from __future__ import annotations

from collections.abc import Callable

Hook = Callable[[str], None]

_hooks: list[Hook] = []


def arm(hook: Hook) -> None:
    """Call `hook` with the name of every crash point that is passed from now on."""
    _hooks.append(hook)


def disarm() -> None:
    """Forget every hook."""
    _hooks.clear()


def crash_point(name: str) -> None:
    """Mark a line of no return. `name` is `<room>.<what has just happened>`."""
    for hook in _hooks:
        hook(name)
