"""`certorigin`: the command line. One group or verb per stop, in the order of the journey."""

from __future__ import annotations

from importlib import import_module

import click

from certorigin import __version__
from certorigin.terminal.verbs import find_added

# Verb → module; loaded only when called, so that an offline verification starts fast.
COMMANDS = {
    "acceptance": "certorigin.terminal.acceptance",
    "agreement": "certorigin.terminal.agreement",
    "application": "certorigin.terminal.application",
    "apply": "certorigin.terminal.application",
    "ask": "certorigin.terminal.ask",
    "assess": "certorigin.terminal.assessment",
    "evidence": "certorigin.terminal.evidence",
    "excerpt": "certorigin.terminal.excerpt",
    "export": "certorigin.terminal.export",
    "live": "certorigin.terminal.live",
    "log": "certorigin.terminal.log",
    "mirror": "certorigin.terminal.mirror",
    "audit": "certorigin.terminal.audit",
    "schema": "certorigin.terminal.schema",
    "seal": "certorigin.terminal.seal",
    "pdf": "certorigin.terminal.pdf",
    "post": "certorigin.terminal.post",
    "qr": "certorigin.terminal.qr",
    "tariff": "certorigin.terminal.tariff",
    "trust": "certorigin.terminal.trust",
    "verify": "certorigin.terminal.recognition",
}


class Journey(click.Group):
    """The verbs of the library, and those that an installed server adds as entry points."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the verbs in the order of the journey; the server's come first."""
        added = [point.name for point in find_added(group="certorigin.commands")]
        return sorted(added) + list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load the module of a verb."""
        if cmd_name in COMMANDS:
            module = import_module(COMMANDS[cmd_name])
            return getattr(module, f"{cmd_name}_command")  # type: ignore[no-any-return]
        for point in find_added(group="certorigin.commands", name=cmd_name):
            return point.load()  # type: ignore[no-any-return]
        return None


@click.command(cls=Journey, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="certorigin")
def main() -> None:
    """Electronic certification of the origin of goods, mutually applied by states."""
