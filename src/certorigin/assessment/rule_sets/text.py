"""The text of a rule: its markup taken off, and every number in it named by what it numbers.

The links of the source (`[heading&nbsp;2207](/headings/2207)`) are a second, independent statement
of the codes that a text speaks of: the guard compares the translation with them.
"""

from __future__ import annotations

import html
import re
from zlib import crc32

_LINK = re.compile(r"\[([^\[\]]{0,80})\]\(/(chapters|headings|subheadings)/(\d{2,10})[-\d]{0,4}\)")
_TAG = re.compile(r"</?(?:abbr|br|b|i|em|strong)\b[^<>]{0,80}>")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)(?=\s*%)")
_SPACE = re.compile(r"\s+")
_LENGTHS = {"chapters": 2, "headings": 4, "subheadings": 6}


def plain_text(markup: str) -> str:
    """Return the words of a text: no tags, links, emphasis or repeated spaces."""
    text = _TAG.sub("", html.unescape(markup).replace("\u00a0", " "))
    text = _LINK.sub(r"\1", text).replace("*", "")
    return _SPACE.sub(" ", text).strip()


def linked_codes(markup: str) -> tuple[str, ...]:
    """Return the codes that the links of a text lead to."""
    text = html.unescape(markup)
    return tuple(match[3][: _LENGTHS[match[2]]].rjust(2, "0") for match in _LINK.finditer(text))


def percentages(text: str) -> tuple[str, ...]:
    """Return every percentage of a plain text, as written."""
    return tuple(_PERCENT.findall(text))


def numbers(text: str) -> tuple[str, ...]:
    """Return every number of a plain text, as written."""
    return tuple(_NUMBER.findall(text))


def slug(text: str, longest: int = 79) -> str:
    """Make the name of a fact out of words.

    A text that is too long keeps its beginning and a checksum of the whole, so that two texts
    never ask for one fact.
    """
    words = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if not words[:1].isalpha():
        words = f"fact_{words}"
    if len(words) <= longest:
        return words
    return f"{words[: longest - 9]}_{crc32(words.encode()):08x}"
