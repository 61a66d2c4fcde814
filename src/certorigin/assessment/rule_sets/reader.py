"""A text read from left to right by patterns: nothing is passed over, and a reading can be undone.

Code lists ("heading 7213 to heading 7217, heading 7221 and 7225") are read here.
"""

from __future__ import annotations

import re
from fractions import Fraction

_KIND = re.compile(r"\s*(sub-?heading|heading|chapter)s?\s+", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{4}[ .]\d{2}|\d{6}|\d{2}\.\d{2}|\d{4}|\d{1,2})(?!\d|\.\d|\s*%)")
_SEPARATOR = re.compile(r"\s*(?:,\s*and|,\s*or|,|and|or)\s+(?:of\s+)?", re.IGNORECASE)
_RANGE = re.compile(r"\s+to\s+", re.IGNORECASE)
_PERCENT = re.compile(r"\s*(\d{1,3}(?:\.\d{1,2})?)\s*%")
_LENGTHS = {"chapter": 2, "heading": 4, "subheading": 6}
_WIDEST_RANGE = 500


class Reader:
    """A position in a text. Every method that finds nothing leaves it where it was."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def take(self, pattern: str) -> re.Match[str] | None:
        """Match a pattern here, after spaces, whatever its case."""
        found = re.compile(r"\s*(?:" + pattern + ")", re.IGNORECASE).match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def at_end(self) -> bool:
        """Say whether nothing but a full stop is left."""
        return self.text[self.at :].strip(" .,;") == ""

    def percent(self) -> Fraction | None:
        """Read a percentage, as a fraction of one."""
        found = _PERCENT.match(self.text, self.at)
        if found is None or Fraction(found[1]) > 100:
            return None
        self.at = found.end()
        return Fraction(found[1]) / 100

    def codes(self) -> tuple[str, ...]:
        """Read a list of chapters, headings and subheadings; empty when there is none."""
        kind = _KIND.match(self.text, self.at)
        if kind is None:
            return ()
        start, codes = self.at, list[str]()
        position, level = kind.end(), _level(kind)
        while True:
            number = _NUMBER.match(self.text, position)
            code = number and _digits(number[1], level)
            if not number or not code:
                break
            self.at = position = number.end()
            last, position = self._range_end(level, position)
            if last and (last < code or int(last) - int(code) > _WIDEST_RANGE):
                self.at = start
                return ()
            codes += _between(code, last or code)
            self.at = position
            separator = _SEPARATOR.match(self.text, position)
            if separator is None:
                break
            position = separator.end()
            following = _KIND.match(self.text, position)
            if following:
                position, level = following.end(), _level(following)
            elif number := _NUMBER.match(self.text, position):
                level = _implied(number[1], level)
        return tuple(dict.fromkeys(codes))

    def _range_end(self, level: int, position: int) -> tuple[str, int]:
        found = _RANGE.match(self.text, position)
        if not found:
            return "", position
        kind = _KIND.match(self.text, found.end())
        number = _NUMBER.match(self.text, kind.end() if kind else found.end())
        code = number and _digits(number[1], level)
        if not number or not code or (kind and _level(kind) != level):
            return "", position
        return code, number.end()


def _level(kind: re.Match[str]) -> int:
    return _LENGTHS[kind[1].lower().replace("-", "")]


def _digits(text: str, level: int) -> str:
    digits = re.sub(r"\D", "", text)
    if level == 2:
        return digits.rjust(2, "0") if len(digits) <= 2 else ""
    return digits if len(digits) == level else ""


def _implied(number: str, level: int) -> int:
    """Tell the level of a number without its word: "subheading 410632 and 4107" goes up to it."""
    length = len(re.sub(r"\D", "", number))
    return length if length in {4, 6} else level


def _between(first: str, last: str) -> list[str]:
    return [str(code).rjust(len(first), "0") for code in range(int(first), int(last) + 1)]
