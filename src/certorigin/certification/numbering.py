"""Registration numbers: a grammar per issuing body, given as one line of settings (R33).

    >>> grammar = NumberGrammar.from_text("{issuing}{destination}{year1}{body3}{serial6}")
    >>> grammar.number(issuing="RU", destination="AZ", year=2026, body="017", serial=42)
    'RUAZ6017000042'

Every field has a fixed width, so a number is read back in one way only. A number is unique within
its body, form and date: a one-digit year repeats after ten years (docs/spec/number.md). It is never
the number of a blank, which the printer gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.record import FORM, NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping

_PIECE = re.compile(r"\{([a-z]+?)(\d{0,2})\}|([A-Z0-9/-]+)", re.ASCII)
_STATE = r"[A-Z]{2}"
_BODY = r"[A-Z0-9]"
_DIGIT = r"[0-9]"
_YEARS = (1, 2, 4)
_LAST_YEAR = 9999
_WIDEST = 12


@dataclass(frozen=True)
class NumberParts:
    """What a number says. A field that the grammar does not have is empty.

    `year` holds the digits that are written: `6` for 2026 under `{year1}`.
    """

    issuing: str = ""
    destination: str = ""
    year: str = ""
    body: str = ""
    serial: int = 0


@dataclass(frozen=True)
class _Piece:
    """A literal, or a field with its width."""

    field: str
    width: int
    literal: str = ""


@dataclass(frozen=True)
class NumberGrammar:
    """How the numbers of one issuing body look. Made by `from_text`, written by `str`."""

    text: str
    pieces: tuple[_Piece, ...]
    pattern: re.Pattern[str]

    @classmethod
    def from_text(cls, text: str) -> NumberGrammar:
        """Read a grammar: `{issuing}`, `{destination}`, `{year1|2|4}`, `{bodyN}`, `{serialN}`.

        Capitals, digits, `/` and `-` stand for themselves. A field may occur once, and the serial
        must. Raises MalformedError.
        """
        pieces = tuple(_pieces(text))
        fields = [piece.field for piece in pieces if piece.field]
        if len(set(fields)) != len(fields):
            raise MalformedError("number.grammar_field_twice", place="grammar", value=text)
        if "serial" not in fields:
            raise MalformedError("number.grammar_without_serial", place="grammar", value=text)
        pattern = re.compile("".join(_pattern(piece) for piece in pieces), re.ASCII)
        grammar = cls(text, pieces, pattern)
        shortest = grammar.compose(_sample(pieces))
        if not NUMBER.fullmatch(shortest):
            raise MalformedError("number.grammar_misshaped", place="grammar", value=text)
        return grammar

    def __str__(self) -> str:
        return self.text

    def number(
        self, *, issuing: str = "", destination: str = "", year: int, body: str = "", serial: int
    ) -> str:
        """Write the number with the given serial. What the grammar does not hold is left out.

        Raises LimitError (`number.serial_exhausted`) when the serial needs more digits than there
        are, MalformedError when a part does not fit its field.
        """
        if not 1 <= year <= _LAST_YEAR:
            raise MalformedError("number.part_misshaped", place="year", value=str(year))
        given = {"issuing": issuing, "destination": destination, "body": body}
        parts = {piece.field: given[piece.field] for piece in self.pieces if piece.field in given}
        width = next((piece.width for piece in self.pieces if piece.field == "year"), 0)
        digits = f"{year:04}"[4 - width :]
        return self.compose(NumberParts(**parts, year=digits, serial=serial))

    def compose(self, parts: NumberParts) -> str:
        """Write a number from its parts: the exact inverse of `parse`. Raises as `number`."""
        written = []
        for piece in self.pieces:
            value = _written(piece, parts)
            if not re.fullmatch(_inner(piece), value, re.ASCII):
                raise MalformedError("number.part_misshaped", place=piece.field, value=value[:40])
            written.append(value)
        number = "".join(written)
        if self.parse(number) != parts:
            raise MalformedError("number.part_not_in_grammar", place="number", value=number)
        return number

    def parse(self, number: str) -> NumberParts:
        """Read a number into its parts. Raises MalformedError (`number.not_in_grammar`)."""
        match = self.pattern.fullmatch(number)
        if match is None:
            raise MalformedError(
                "number.not_in_grammar", place="number", value=number[:40], grammar=self.text
            )
        found = match.groupdict()
        serial = int(found.pop("serial"))
        if serial < 1:
            raise MalformedError("number.serial_zero", place="number", value=number)
        return NumberParts(**found, serial=serial)


@dataclass(frozen=True)
class NumberRules:
    """The grammars of one body, as one line of settings: the usual one, then those of single forms.

    {issuing}{destination}{year1}{body3}{serial6} GENERAL={year1}{body3}{serial6}
    """

    usual: NumberGrammar
    of_forms: Mapping[str, NumberGrammar]

    @classmethod
    @lru_cache(maxsize=256)
    def from_text(cls, text: str) -> NumberRules:
        """Read the line. Raises MalformedError as `NumberGrammar.from_text`.

        A form that is named twice, or without a usual grammar before it, is misshaped.
        """
        first, *others = text.split(" ")
        of_forms: dict[str, NumberGrammar] = {}
        for other in others:
            form, is_there, grammar = other.partition("=")
            if not is_there or not FORM.fullmatch(form) or form in of_forms:
                raise MalformedError("number.grammar_misshaped", place="grammar", value=text[:80])
            of_forms[form] = NumberGrammar.from_text(grammar)
        return cls(NumberGrammar.from_text(first), of_forms)

    def of(self, form: str) -> NumberGrammar:
        """Return the grammar for a form."""
        return self.of_forms.get(form, self.usual)


def _pieces(text: str) -> list[_Piece]:
    pieces = []
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            raise MalformedError("number.grammar_misshaped", place="grammar", value=text[:80])
        field, width, literal = match.groups()
        pieces.append(_Piece("", 0, literal) if literal else _field(field, width, text))
        position = match.end()
    return pieces


def _field(field: str, width: str, text: str) -> _Piece:
    size = int(width) if width else 0
    if field in {"issuing", "destination"} and not width:
        return _Piece(field, 2)
    if field == "year" and size in _YEARS:
        return _Piece(field, size)
    if field in {"body", "serial"} and 1 <= size <= _WIDEST:
        return _Piece(field, size)
    raise MalformedError(
        "number.grammar_field_unknown", place="grammar", value=text[:80], field=field + width
    )


def _inner(piece: _Piece) -> str:
    if piece.field in {"issuing", "destination"}:
        return _STATE
    if piece.field == "body":
        return f"{_BODY}{{{piece.width}}}"
    return f"{_DIGIT}{{{piece.width}}}" if piece.field else re.escape(piece.literal)


def _pattern(piece: _Piece) -> str:
    inner = _inner(piece)
    return f"(?P<{piece.field}>{inner})" if piece.field else inner


def _written(piece: _Piece, parts: NumberParts) -> str:
    if piece.field == "serial":
        if not 1 <= parts.serial < 10**piece.width:
            raise LimitError(
                "number.serial_exhausted",
                place="serial",
                value=str(parts.serial),
                width=str(piece.width),
            )
        return f"{parts.serial:0{piece.width}}"
    return getattr(parts, piece.field) if piece.field else piece.literal


def _sample(pieces: tuple[_Piece, ...]) -> NumberParts:
    """Return parts that fit the grammar, to see whether its numbers are certificate numbers."""
    sample = {"issuing": "AZ", "destination": "BY", "year": "0", "body": "0"}
    found = {p.field: (sample[p.field] * p.width)[: p.width] for p in pieces if p.field in sample}
    return NumberParts(**found, serial=1)
