"""A decision on paper: PDF/A-3b with its evidence attached, the same bytes for the same input."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from certorigin.certification.render.typeset import DECISION, get_typesetter
from certorigin.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True)
class DecisionPage:
    """What stands on the page, in the words of one language; nothing is judged here."""

    language: str
    title: str
    author: str
    facts: Sequence[tuple[str, str]]
    evidence: str
    columns: tuple[str, str, str]
    parts: Sequence[tuple[str, str, str]]
    note: str
    attachment: str
    signed: str
    stamped: str
    footer: str


def decision_pdf(page: DecisionPage, evidence: bytes, *, at: datetime) -> bytes:
    """Set the page, with its evidence attached. Raises MalformedError for what can't be printed."""
    files_in = {"attachment": evidence.decode()}
    given = asdict(page)
    return get_typesetter().set_pdf(given, files_in=files_in, at=at, template=DECISION)
