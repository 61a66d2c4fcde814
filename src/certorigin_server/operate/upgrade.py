"""`certorigin upgrade`: the tables of a database made those of this version."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, spoken, tell_json


@click.command("upgrade")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--check", is_flag=True, help="Name what would be done, and do nothing.")
@spoken
def upgrade_command(folder: Path, *, check: bool, as_json: bool, language: str) -> None:
    """Bring the database of the system FOLDER to this version.

    --check says whether the system has to stand still meanwhile, or may go on in its old version.
    Each step is done whole or not at all, and is not done twice: the command may be repeated.

    Example: certorigin upgrade /var/lib/certorigin/by --check
    """
    with told(language):
        enter(folder)
        waiting = import_module("certorigin_server.operate.doctor.machine").missing_migrations()
        what_breaks = import_module("certorigin_server.operate.additive").what_breaks
        steps = [f"{step.app_label}.{step.name}" for step in waiting]
        breaking = [f"{step.app_label}.{step.name}" for step in waiting if what_breaks(step)]
        if not check and steps:
            import_module("django.core.management").call_command(
                "migrate", verbosity=0, interactive=False
            )
        if as_json:
            tell_json({"done": not check, "stop_first": breaking, "steps": steps})
            return
        for step in steps:
            click.echo(f"   {step}")
        facts = {"count": str(len(steps)), "steps": ", ".join(breaking)}
        code = "upgrade.waiting" if breaking else "upgrade.rolling"
        click.echo(say(code if check and steps else "upgrade.current", facts, language))
