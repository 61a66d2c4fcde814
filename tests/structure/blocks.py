"""The blocks of commands in the pages: which are run, and where."""

import re
from collections.abc import Iterator

import pytest

from tests.structure.test_docs import pages

BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)

# A block of commands says what becomes of them: run by test_guide.py; run after a demo, by
# tests/journeys; or only checked for commands and options, because they need two systems.
KINDS = {"console", "console demo", "console example"}


def blocks(kind: str) -> Iterator[object]:
    """The commands of a kind with the page, and the lines of output that the page shows."""
    for page in pages():
        for info, text in BLOCK.findall(page.read_text("utf-8")):
            if info == kind:
                for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                    command, _, shown = part.partition("\n")
                    yield pytest.param(command, shown, id=f"{page.name}: {command}")
