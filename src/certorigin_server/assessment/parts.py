"""Parts of which the desk's forms are made: a fact that may be unknown, lists of codes, money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.assessment.agreement import get_agreement
from certorigin_server.application.forms import CURRENCIES, STATES
from certorigin_server.desk.layout import Choice, DecimalText, Field, Group, LongText, Option, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_YES, _NO = "yes", "no"
# Whose categories and operations are offered; other codes that a document holds stay chosen.
_AGREEMENT = "CIS-2009"


def _yes_or_no() -> list[Option]:
    return [Option(_YES, code="web.fact_yes"), Option(_NO, code="web.fact_no")]


@dataclass(frozen=True, kw_only=True)
class YesNo(Choice):
    """A fact that is so, is not so, or is not known: three states, so no box to tick."""

    width: str = "medium"
    options: Callable[[], Iterable[Option]] = _yes_or_no

    def read(self, text: str, language: str) -> object:
        """Turn yes and no into the member's value; nothing chosen leaves the fact out."""
        del language
        return {_YES: True, _NO: False}.get(text, text)

    def shown(self, value: object, language: str) -> str:
        """Choose what the document says."""
        del language
        if isinstance(value, bool):
            return _YES if value else _NO
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Codes(LongText):
    """A list of codes, one a line."""

    lines: int = 4

    def read(self, text: str, language: str) -> object:
        """Turn lines into the member's list."""
        del language
        return [line.strip() for line in text.replace(",", "\n").split("\n") if line.strip()]

    def shown(self, value: object, language: str) -> str:
        """Write one code a line."""
        del language
        return "\n".join(str(code) for code in value) if isinstance(value, list) else str(value)


def operations() -> list[Option]:
    """Return the operations that the rules know, by name; those that never suffice come last."""
    known = get_agreement(_AGREEMENT).operations
    codes = sorted(known, key=lambda code: (code.startswith("minimal."), code))
    return [Option(code, code=f"operation.{code}") for code in codes]


def categories() -> list[Option]:
    """Return the categories of goods wholly obtained, by name."""
    return [Option(code, code=f"category.{code}") for code in get_agreement(_AGREEMENT).categories]


def operation_rows(name: str, title: str, *, note: str = "", clause: str = "") -> Rows:
    """Ask for operations, one after the other, by name."""
    return Rows(
        name=name,
        title=title,
        help=note,
        clause=clause,
        row_title="web.operation_title",
        add="web.operation_add",
        remove="web.operation_remove",
        plain="code",
        most=150,
        parts=(Choice(name="code", label="web.operation", options=operations),),
    )


def money(name: str, title: str, clause: str = "") -> Group:
    """Ask for an amount and its currency."""
    return Group(
        name=name,
        title=title,
        clause=clause,
        inline=True,
        parts=(
            DecimalText(name="amount", label="web.amount"),
            Field(name="currency", label="web.currency", width="short", offer=CURRENCIES),
        ),
    )


def state(name: str, label: str) -> Field:
    """Ask for a state."""
    return Field(name=name, label=label, help="help.state", width="short", offer=STATES)
