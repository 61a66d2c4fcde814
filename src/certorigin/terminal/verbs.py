"""Groups of commands that an installed server may add verbs to."""

from __future__ import annotations

from importlib.metadata import entry_points

import click


class Verbs(click.Group):
    """A group of the library; the server's verbs of the same group join as entry points.

    They are looked for by name only when one is called, so that the library's own start fast.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs of both, in alphabetical order."""
        added = [point.name for point in entry_points(group=self._added)]
        return sorted({*super().list_commands(ctx), *added})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a verb of the library, or else load one of the server."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for point in entry_points(group=self._added, name=cmd_name):
            return point.load()  # type: ignore[no-any-return]
        return None

    @property
    def _added(self) -> str:
        return "certorigin.commands." + str(self.name)
