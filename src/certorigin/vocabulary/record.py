"""Read a structure from outside member by member, so that every fault is named with its place."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.moment import day_from_text, moment_from_text
from certorigin.vocabulary.number import decimal_from_text

if TYPE_CHECKING:
    from collections.abc import Callable

_Value = TypeVar("_Value")

LONGEST_TEXT = 4_000
LONGEST_LIST = 10_000

# How a form, a certificate's number and whoever acts are named.
FORM = re.compile(r"[A-Z][A-Z0-9-]{0,15}")
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/-]{3,39}")
URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:[A-Za-z0-9:._-]{1,200}")

# What no form can show, and what makes a text look other than it is (bidirectional overrides).
# The line feed stays, as in the strict profile of seals.
UNSHOWN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


class Record:
    """One object of a document. `finish()` refuses members that nobody asked for."""

    def __init__(self, data: object, place: str = "") -> None:
        if not isinstance(data, dict):
            raise MalformedError("record.not_an_object", place=place or ".")
        self._data: dict[str, Any] = data
        self._read: set[str] = set()
        self.place = place

    def at(self, name: str) -> str:
        """Name the place of a member, such as `items[0].tariffCode`."""
        return f"{self.place}.{name}" if self.place else name

    def has(self, name: str) -> bool:
        """Say whether the member is there."""
        return name in self._data

    def pass_over(self, name: str) -> None:
        """Leave a member, there or not, to another reader."""
        self._read.add(name)

    def value(self, name: str) -> object:
        """Return a member as it is. Raises MalformedError when it is missing."""
        self._read.add(name)
        if name not in self._data:
            raise MalformedError("record.member_missing", place=self.at(name))
        return self._data[name]

    def text(self, name: str, *, pattern: re.Pattern[str] | None = None) -> str:
        """Return a text that is not empty. Raises MalformedError."""
        value = self._data.get(name)
        self._read.add(name)
        if not _is_text(value):
            value = _text(self.value(name), place=self.at(name))
        if pattern is not None and not pattern.fullmatch(value):
            raise MalformedError("record.text_misshaped", place=self.at(name), value=value[:60])
        return value

    def text_or(self, name: str, default: str = "") -> str:
        """Return a text, or the default when the member is absent."""
        return self.text(name) if self.has(name) else default

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return a text that is one of the choices. Raises MalformedError."""
        value = self.text(name)
        if value not in choices:
            raise MalformedError(
                "record.not_a_choice",
                place=self.at(name),
                value=value[:60],
                choices=", ".join(choices),
            )
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return true or false, or the default when the member is absent."""
        if not self.has(name):
            return default
        value = self.value(name)
        if not isinstance(value, bool):
            raise MalformedError("record.not_a_flag", place=self.at(name))
        return value

    def moment(self, name: str) -> datetime:
        """Return a moment. Raises MalformedError."""
        return moment_from_text(self.text(name), place=self.at(name))

    def day(self, name: str) -> date:
        """Return a day. Raises MalformedError."""
        return day_from_text(self.text(name), place=self.at(name))

    def decimal(self, name: str) -> Decimal:
        """Return an exact decimal. Raises MalformedError."""
        return decimal_from_text(self.text(name), place=self.at(name))

    def part(self, name: str, read: Callable[[Record], _Value]) -> _Value:
        """Read a member that is an object, to its last member."""
        record = Record(self.value(name), self.at(name))
        value = read(record)
        record.finish()
        return value

    def part_or_none(self, name: str, read: Callable[[Record], _Value]) -> _Value | None:
        """Read a member that is an object, or return None when it is absent."""
        return self.part(name, read) if self.has(name) else None

    def parts(
        self, name: str, read: Callable[[Record], _Value], *, limit: int = LONGEST_LIST
    ) -> tuple[_Value, ...]:
        """Read a member that is a list of objects; an absent one is an empty list."""
        found = []
        for index, value in enumerate(self._values(name, limit)):
            record = Record(value, f"{self.at(name)}[{index}]")
            found.append(read(record))
            record.finish()
        return tuple(found)

    def texts(self, name: str, *, limit: int = LONGEST_LIST) -> tuple[str, ...]:
        """Read a member that is a list of texts; an absent one is an empty list."""
        values = enumerate(self._values(name, limit))
        return tuple(_text(value, place=f"{self.at(name)}[{index}]") for index, value in values)

    def _values(self, name: str, limit: int) -> list[object]:
        if not self.has(name):
            return []
        values = self.value(name)
        if not isinstance(values, list):
            raise MalformedError("record.not_a_list", place=self.at(name))
        if len(values) > limit:
            raise LimitError("record.list_too_long", place=self.at(name), limit=str(limit))
        return values

    def finish(self) -> None:
        """Refuse members that were not read: what we do not understand we do not accept."""
        if not self._data.keys() <= self._read:
            unknown = min(self._data.keys() - self._read)
            raise MalformedError("record.member_unknown", place=self.at(unknown))


def _is_text(value: object) -> TypeGuard[str]:
    """Say yes to most texts at first sight: what is printable holds nothing that is not shown."""
    return (
        type(value) is str
        and 0 < len(value) <= LONGEST_TEXT
        and value.isprintable()
        and not value.isspace()
    )


def _text(value: object, *, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise MalformedError("record.not_a_text", place=place)
    if len(value) > LONGEST_TEXT:
        raise LimitError("record.text_too_long", place=place, limit=str(LONGEST_TEXT))
    if UNSHOWN.search(value):
        raise MalformedError("record.text_not_shown", place=place)
    return value
