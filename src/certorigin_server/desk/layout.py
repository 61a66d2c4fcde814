"""What a page asks for, as data: fields, groups of fields, lists of groups.

A layout says how a document is asked for; what the document may hold is the library's to judge. The
name of a field is the name of the member in the document, and a field's place is the path of a
`Finding`: `items[2].tariffCode`. Labels, titles and help are codes of sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, ClassVar

from certorigin.vocabulary.written import COMMA_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SPACES = re.compile(r"[\u0020\u00a0\u2009\u202f]")
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9]+")
_DAY = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# A text that cannot stand in a database column; every other oddity is the library's to refuse.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Return a text as people meant it: one kind of line end, no blanks around."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSTORABLE.sub("", unified).strip()


def id_of(place: str) -> str:
    """Return the HTML id of a place: `items[2].tariffCode` → `items-2-tariffCode`."""
    return _NOT_IN_IDS.sub("-", place).strip("-")


def join(place: str, name: str) -> str:
    """Return the place of a member inside another; a group without a name adds nothing."""
    return f"{place}.{name}" if place and name else place or name


@dataclass(frozen=True)
class Option:
    """One choice: its value, and its name as a text or as the code of a sentence."""

    value: str
    text: str = ""
    code: str = ""


@dataclass(frozen=True)
class Offer:
    """Known values that the browser offers while one types; others may be typed. Once on a page."""

    name: str
    options: Callable[[], Iterable[Option]]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One line of text. `lang` names the language in which the law wants it, `width` its looks."""

    name: str
    label: str
    help: str = ""
    clause: str = ""
    lang: str = ""
    width: str = ""
    default: str = ""
    autocomplete: str = "off"
    offer: Offer | None = None
    # The name of an address that offers values for what is typed; it is asked while one types.
    search: str = ""

    kind: ClassVar[str] = "text"
    input_mode: ClassVar[str] = ""

    def read(self, text: str, language: str) -> object:
        """Turn what was typed into the member's value; what can't be turned stays as typed."""
        del language
        return text

    def shown(self, value: object, language: str) -> str:
        """Write the member's value as people here write it; the inverse of reading."""
        del language
        return str(value)


@dataclass(frozen=True, kw_only=True)
class LongText(Field):
    """Several lines of text."""

    lines: int = 3

    kind: ClassVar[str] = "long"


@dataclass(frozen=True, kw_only=True)
class Secret(Field):
    """A password: never shown again."""

    kind: ClassVar[str] = "secret"

    def shown(self, value: object, language: str) -> str:
        """Show nothing."""
        del value, language
        return ""


@dataclass(frozen=True, kw_only=True)
class DecimalText(Field):
    """An exact number, with comma or point as the language has it."""

    width: str = "short"

    input_mode: ClassVar[str] = "decimal"

    def read(self, text: str, language: str) -> object:
        """Leave out blanks between thousands; in our region a comma stands before the decimals."""
        joined = _SPACES.sub("", text)
        if language in COMMA_LANGUAGES and joined.count(",") == 1 and "." not in joined:
            joined = joined.replace(",", ".")
        return joined if _PLAIN.fullmatch(joined) else text

    def shown(self, value: object, language: str) -> str:
        """Write the decimal sign of the language; thousands stay together while one edits."""
        text = str(value)
        if language in COMMA_LANGUAGES and _PLAIN.fullmatch(text):
            return text.replace(".", ",")
        return text


def figure_of(text: object) -> Decimal:
    """Read what such a field held; what is no figure is nothing, and so told as odd."""
    try:
        made = Decimal(str(text))
    except InvalidOperation:
        return Decimal(0)
    return made if made.is_finite() else Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A day, typed as 20.05.2026 or 2026-05-20. A text field loses nothing that was half typed."""

    width: str = "short"

    input_mode: ClassVar[str] = "numeric"

    def read(self, text: str, language: str) -> object:
        """Turn day, month and year into the document's YYYY-MM-DD."""
        del language
        found = _DAY.fullmatch(_SPACES.sub("", text))
        if found is None:
            return text
        day, month, year = (int(number) for number in found.groups())
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return text

    def shown(self, value: object, language: str) -> str:
        """Write day, month and year."""
        del language
        try:
            return date.fromisoformat(str(value)).strftime("%d.%m.%Y")
        except ValueError:
            return str(value)


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a list."""

    options: Callable[[], Iterable[Option]]

    kind: ClassVar[str] = "choice"


@dataclass(frozen=True, kw_only=True)
class Radio(Choice):
    """One of a list whose choices are all seen at once: for up to five."""

    kind: ClassVar[str] = "radio"


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """A box to tick: true, or absent."""

    kind: ClassVar[str] = "flag"

    def read(self, text: str, language: str) -> object:
        """Say true for a ticked box."""
        del language
        return bool(text)

    def shown(self, value: object, language: str) -> str:
        """Say whether the box is ticked."""
        del language
        return "on" if value is True or value == "on" else ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields that belong together; a member that is an object. Without a name: only looks."""

    parts: tuple[Part, ...]
    name: str = ""
    title: str = ""
    help: str = ""
    clause: str = ""
    # Folded away until it is opened or something in it was typed or is wrong.
    folded: bool = False
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A list of objects of one shape; `sequence` names the member that numbers them from 1.

    With `plain` the list is one of plain texts: each row has one field, of that name, and a row in
    which nothing was chosen is left out.

    With more than `fold_above` rows, those on which nobody works are one line each: what the fields
    in `summary` hold, and a button that opens the row. What they hold comes along unseen.
    """

    name: str
    title: str
    row_title: str
    parts: tuple[Part, ...]
    add: str = "web.add_row"
    remove: str = "web.remove_row"
    help: str = ""
    clause: str = ""
    sequence: str = ""
    plain: str = ""
    least: int = 0
    most: int = 500
    fold_above: int = 0
    summary: tuple[str, ...] = ()


Part = Field | Group | Rows
Layout = tuple[Part, ...]
