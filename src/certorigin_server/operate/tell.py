"""What the operator's commands share: entering a system, options that stand everywhere, answers."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import django
import orjson

from certorigin.seal.trust.difference import changes
from certorigin.terminal.sentences import LANGUAGES
from certorigin.terminal.trust import read_moment, tell_ceremony
from certorigin_server.settings.start import read_ready_system

if TYPE_CHECKING:
    from collections.abc import Callable

    from certorigin.seal.trust.ceremony import Ceremony
    from certorigin_server.settings.system import SystemSettings

_Command = TypeVar("_Command", bound="Callable[..., Any]")

SYSTEM_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)
OPERATOR = "operator"


def enter(folder: Path) -> SystemSettings:
    """Make this process one of the national system in `folder`; return its settings.

    Raises FaultsError with everything that is wrong in them, or missing of what they name.
    """
    read_ready_system(folder.resolve(), os.environ)
    os.environ["CERTORIGIN_DIR"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "certorigin_server.settings.project"
    django.setup()
    settings: SystemSettings = import_module("django.conf").settings.SYSTEM
    return settings


def spoken(command: _Command) -> _Command:
    """Add the options for the language, and for machines."""
    command = click.option(
        "--language", type=click.Choice(LANGUAGES), default="en", show_default=True
    )(command)
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def now() -> datetime:
    """Read the clock, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def moment_or_none(text: str | None) -> datetime | None:
    """Read a moment, where one was given. Raises MalformedError."""
    return read_moment(text) if text is not None else None


def tell_draft(ceremony: Ceremony, *, as_json: bool, language: str) -> None:
    """Print the draft as it now stands."""
    if not as_json:
        tell_ceremony(ceremony, language)
        return
    found = changes(ceremony.old, ceremony.draft)
    tell_json(
        {
            "changes": [{"code": one.code, "facts": dict(one.facts)} for one in found],
            "digest": ceremony.digest,
            "fingerprint": ceremony.fingerprint,
            "state": ceremony.draft.state,
            "thresholds": [roots.threshold for roots in ceremony.roots],
            "version": ceremony.draft.version,
        }
    )


def tell_json(data: dict[str, Any]) -> None:
    """Print one JSON object for machines."""
    click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode())
