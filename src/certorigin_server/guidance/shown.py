"""Rules and checks in words, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.questions.words import covering_rules
from certorigin.terminal.acceptance import answer_text
from certorigin.terminal.operations import with_operation_names
from certorigin.terminal.sentences import say
from certorigin.vocabulary.tariff import TariffCode
from certorigin_server.assessment.forms import label_of

if TYPE_CHECKING:
    from datetime import date

    from certorigin.assessment.questions.ask import Turn
    from certorigin.certification.acceptance import AcceptanceRules, Check, PublishedRule


@dataclass(frozen=True)
class ShownRule:
    """A rule that covers the code: clause, since when, for which part, and its lines."""

    clause: str
    since: date | None
    goods: str
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ShownCheck:
    """Whether a certificate would be accepted, in words."""

    verdict: str
    sentence: str
    lines: tuple[str, ...]
    source: str
    version: int


def rules_in_words(turn: Turn, language: str) -> list[ShownRule]:
    """Return the rules that cover the code of the first item."""
    answers = turn.answers
    code, named = answers.at_place("items[0].tariffCode"), answers.at_place("agreement")
    if not code:
        return []
    goods = TariffCode.from_text(code, place="tariffCode")
    found = []
    for name in [named] if named else turn.agreements:
        for rule in covering_rules(get_agreement(name), goods, at=answers.at):
            lines = tuple(
                (line.depth, say(line.code, with_operation_names(line.facts, language), language))
                for line in rule.lines
            )
            found.append(ShownRule(rule.clause, rule.since, rule.goods, lines))
    return found


def left_open_in_words(place: str, language: str) -> str:
    """Name what nobody can answer in an inquiry as the page of the facts names it."""
    kind, _, states = place.partition(":")
    if kind == "agreement":
        return f"{say('ask.agreement', {}, language)} {states}"
    return label_of(place, language)


def published_in_words(rules: AcceptanceRules, language: str) -> list[str]:
    """Write the rules of a publication, each with what follows, its clause and its days."""
    return [_rule_text(one, language) for one in rules.rules]


def _rule_text(one: PublishedRule, language: str) -> str:
    what = say(f"acceptance.rule.{one.rule.kind}", one.rule.facts(), language)
    follows = say(f"acceptance.consequence.{one.consequence}", language=language)
    days = [f"{day:%d.%m.%Y}" if day else "…" for day in (one.since, one.until)]
    held = f" ({' – '.join(days)})" if one.since or one.until else ""
    return f"{what} [{one.clause}]: {follows}{held}"


def check_in_words(check: Check, language: str) -> ShownCheck:
    """Write a check: its verdict, and what is not kept or not known."""
    facts = {"state": check.rules.state, "version": str(check.rules.version)}
    verdict = f"acceptance.verdict.{check.verdict}"
    return ShownCheck(
        verdict=str(check.verdict),
        sentence=say(verdict, facts, language),
        lines=tuple(answer_text(one, language) for one in check.worth_telling),
        source=check.rules.source,
        version=check.rules.version,
    )
