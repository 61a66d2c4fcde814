"""Groups of commands that an installed server may add verbs to."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

import click

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint


def find_added(**named: str) -> Iterable[EntryPoint]:
    """Find verbs that a server adds. What reads packages is loaded only when one is looked for."""
    found: Iterable[EntryPoint] = import_module("importlib.metadata").entry_points(**named)
    return found


class Verbs(click.Group):
    """A group of the library; the server's verbs of the same group join as entry points.

    They are looked for by name only when one is called, so that the library's own start fast. So
    are the verbs `later`, by the module that holds them: those that import what others don't need.
    """

    later: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs of both, in alphabetical order."""
        added = [point.name for point in find_added(group=self._added)]
        return sorted({*super().list_commands(ctx), *self.later, *added})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a verb of the library, or else load one of the server."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        if cmd_name in self.later:
            module = import_module(self.later[cmd_name])
            return getattr(module, f"{cmd_name}_command")  # type: ignore[no-any-return]
        for point in find_added(group=self._added, name=cmd_name):
            return point.load()  # type: ignore[no-any-return]
        return None

    @property
    def _added(self) -> str:
        return "certorigin.commands." + str(self.name)
