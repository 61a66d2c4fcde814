"""Risk indicators as a page shows them: a sentence, and links to the certificates behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.terminal.sentences import say
from certorigin_server.desk.templatetags.desk import day
from certorigin_server.recognition.risk.queries import indicators_of, names_of

if TYPE_CHECKING:
    from certorigin_server.standing.queries import RegisteredAct


@dataclass(frozen=True)
class ShownRisk:
    """One indicator in words, with subject and number of each certificate behind it."""

    message: str
    links: tuple[tuple[str, str], ...]


def shown_risks(issued: RegisteredAct, language: str) -> list[ShownRisk]:
    """Return what is worth a look about a certificate, in the language of whoever reads."""
    found = indicators_of(issued)
    names = names_of(found)
    return [
        ShownRisk(
            say(one.code, _written(dict(one.facts)), language),
            tuple((link, names[link]) for link in one.links if link in names),
        )
        for one in found
    ]


def _written(facts: dict[str, str]) -> dict[str, str]:
    """Write a day as pages write it; the library's facts have it as machines do."""
    return facts | {"date": day(facts["date"])} if "date" in facts else facts
