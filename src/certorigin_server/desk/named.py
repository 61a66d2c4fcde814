"""Places of a document in the words of its page: `items[2].tariffCode` → `HS code`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.terminal.sentences import say
from certorigin_server.desk.layout import Field, Group, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certorigin_server.desk.layout import Layout, Part

_STEP = re.compile(r"([^.\[\]]+)(?:\[([0-9]{1,6})\])?")


def name_of_place(layout: Layout, place: str, language: str) -> str:
    """Return how a page names a place; nothing for one that it does not ask for.

    What lies deeper than any field is named by the field or group around it. The row of the first
    level is left out: pages name it beside what they tell of it, and say once what many have.
    """
    parts: Iterable[Part] = layout
    words: list[str] = []
    for level, (name, index) in enumerate(_STEP.findall(place)):
        part = next((one for one in _named(parts) if one.name == name), None)
        if part is None:
            break
        word = "" if index and not level else _word(part, index, language)
        words += [word] if word and word not in words else []
        parts = part.parts if isinstance(part, Group | Rows) else ()
    return ", ".join(words)


def _named(parts: Iterable[Part]) -> Iterator[Part]:
    """Return the parts that are members; a group without a name is only looks."""
    for part in parts:
        if isinstance(part, Group) and not part.name:
            yield from _named(part.parts)
        else:
            yield part


def _word(part: Part, index: str, language: str) -> str:
    if isinstance(part, Rows):
        if index:
            return say(part.row_title, {"number": str(int(index) + 1)}, language)
        return say(part.title, {}, language)
    code = part.label if isinstance(part, Field) else part.title
    return say(code, {}, language) if code else ""
