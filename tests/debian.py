"""Pages of docs/operate as what they are: files with their places, and commands in order."""

import re

from tests.data import ROOT

PAGE = ROOT / "docs/operate/debian.md"
UPGRADE = ROOT / "docs/operate/upgrade.md"
_BLOCK = re.compile(r"(?:^`(/[^`]+)`\n\n)?^```(\w+)( run)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(page=PAGE):
    """Yield `(place, text)` for each file and `("", text)` for each block of commands."""
    for place, _, runs, text in _BLOCK.findall(page.read_text()):
        if place or runs:
            yield place, text


def files():
    """The files of the page by their places."""
    return {place: text for place, text in steps() if place}


def value(unit, name):
    """What a unit says once."""
    (found,) = re.findall(rf"^{name}=(.*)$", unit, re.MULTILINE)
    return found
