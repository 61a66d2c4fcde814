"""`certorigin doctor`: whether an installation is well, and what to do where it is not."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.doctor.note import Grade
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, now, spoken, tell_json

if TYPE_CHECKING:
    from certorigin_server.operate.doctor.note import Note
    from certorigin_server.settings.system import SystemSettings

_MARKS = {Grade.GOOD: "+", Grade.DOUBTFUL: "?", Grade.BAD: "!"}


@click.command("doctor")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--offline", is_flag=True, help="Ask no partner.")
@spoken
def doctor_command(folder: Path, *, offline: bool, as_json: bool, language: str) -> None:
    """Look at an installation: folder, disk, keys, database, loops, trust, logs, partners.

    Exit status 0: nothing keeps it from its work; 1: something does; 2: it can't be looked at.

    Example: certorigin doctor /var/lib/certorigin/by
    """
    with told(language):
        notes = look_at(enter(folder), offline=offline)
    if as_json:
        tell_json({"notes": [_data(one) for one in notes], "well": _is_well(notes)})
    else:
        for one in notes:
            click.echo(f"{_MARKS[one.grade]} {say(one.code, one.facts, language)}")
    raise SystemExit(0 if _is_well(notes) else 1)


def look_at(system: SystemSettings, *, offline: bool) -> list[Note]:
    """Look at everything; what rests on the database is passed over where that does not answer."""
    machine = import_module("certorigin_server.operate.doctor.machine")
    running = import_module("certorigin_server.operate.doctor.running")
    at = now()
    notes = [
        *machine.look_at_folder(system.folder),
        *machine.look_at_disk(system.folder),
        *machine.look_at_keys(system, at),
        *(database := list(machine.look_at_database())),
        *running.look_at_trust(system, at),
    ]
    if not any(one.grade is Grade.BAD for one in database):
        notes += [*running.look_at_loops(at), *running.look_at_logs()]
    for corridor in () if offline else system.corridors:
        notes += running.look_at_partner(corridor, at)
    return notes


def _is_well(notes: list[Note]) -> bool:
    return not any(one.grade is Grade.BAD for one in notes)


def _data(note: Note) -> dict[str, object]:
    return {"code": note.code, "grade": str(note.grade), "facts": dict(note.facts)}
