"""One more corridor in the settings of a system: written whole or not at all."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from certorigin.durable import replace_file
from certorigin.errors import ConflictError
from certorigin_server.operate.folder import corridor_text
from certorigin_server.settings.reading import read_settings, read_system

if TYPE_CHECKING:
    from pathlib import Path


def add_corridor(
    folder: Path, *, partner: str, partner_url: str, agreement: str, term: str, medium: str
) -> str:
    """Add a corridor to `system.toml`; return its name.

    Raises ConflictError when it is there already, MalformedError for one that no log could be named
    by; then nothing is written.
    """
    known = read_system(folder)
    first, second = sorted((known.state, partner.partition("-")[0]))
    name = f"{first}-{second}/{agreement}"
    if any(str(one.corridor) == name for one in known.corridors):
        raise ConflictError("link.corridor_there", corridor=name)
    place = folder / "system.toml"
    block = corridor_text(
        name=name, partner=partner, partner_url=partner_url, term=term, medium=medium
    )
    text = place.read_text("utf-8").rstrip("\n") + "\n\n" + block
    read_settings(tomllib.loads(text), folder)
    replace_file(place, text.encode())
    return name
