"""The rules that cover a code, in words: sentences as codes and facts, with clause and date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certorigin.assessment.exact import exact_text
from certorigin.assessment.rule import (
    AllOf,
    AnyOf,
    AnyOperation,
    Asks,
    Attested,
    ChangeOfCode,
    FromCodes,
    NotFrom,
    Operations,
    Share,
    Unreadable,
    Uses,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from certorigin.assessment.agreement import Agreement, Row
    from certorigin.assessment.rule import Rule
    from certorigin.assessment.rule_sets.rule_set import RuleSet, RuleSets
    from certorigin.vocabulary.tariff import TariffCode


@dataclass(frozen=True)
class Line:
    """One sentence about a rule; `depth` says how far it is set in."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0


@dataclass(frozen=True)
class CoveringRule:
    """A rule that covers a code: where it stands, since when, for which part, and what it asks.

    `goods` names the part of the code for which it holds; it is empty for the whole code.
    """

    clause: str
    since: date | None
    goods: str
    lines: tuple[Line, ...]
    reading: str = ""

    def to_data(self) -> dict[str, Any]:
        """Write the rule for machines."""
        data: dict[str, Any] = {
            "clause": self.clause,
            "since": self.since.isoformat() if self.since else "",
            "goods": self.goods,
            "reading": self.reading,
            "lines": [
                {"code": line.code, "facts": dict(line.facts), "depth": str(line.depth)}
                for line in self.lines
            ],
        }
        return {name: value for name, value in data.items() if value}


def covering_rules(agreement: Agreement, code: TariffCode, *, at: date) -> list[CoveringRule]:
    """Return every rule by which goods of a code can have origin.

    A row named *ex* holds for a part of the code; beside it stands what holds for the rest.
    """
    found = [CoveringRule("2.2", agreement.edition, "", (Line("words.wholly_obtained"),))]
    rows, unclear = agreement.rows_for(code)
    if unclear:
        found.append(CoveringRule("2.4", None, "", (Line("words.more_digits"),)))
    found += [_row(row, code, at) for row in rows]
    if not any(not row.is_part for row in rows):
        found.append(_main_rule(agreement, code, at))
    found.append(CoveringRule("3.1", agreement.edition, "", (Line("words.beyond_minimal"),)))
    facts = {"form": agreement.certificate_form}
    found.append(CoveringRule("2.3", agreement.edition, "", (Line("words.cumulation", facts),)))
    return found


def _row(row: Row, code: TariffCode, at: date) -> CoveringRule:
    lines = tuple(rule_lines(row.rule))
    if at < row.amended:
        lines = (Line("words.text_of_later", {"day": row.amended.isoformat()}),)
    goods = row.goods if row.is_part else ""
    return CoveringRule(row.clause_for(code), row.amended, goods, lines, row.reading)


def _main_rule(agreement: Agreement, code: TariffCode, at: date) -> CoveringRule:
    if code.chapter in agreement.missing_chapters:
        facts = {"chapter": code.chapter}
        return CoveringRule("2.4", None, "", (Line("words.chapter_missing", facts),))
    if at < agreement.edition:
        facts = {"day": agreement.edition.isoformat()}
        return CoveringRule("2.4", None, "", (Line("words.text_of_later", facts),))
    limit = {"limit": exact_text(agreement.tolerance * 100), "heading": code.heading}
    lines = (Line("words.change_4", {"product": code.heading}), Line("words.tolerance", limit))
    return CoveringRule("2.4 а", agreement.edition, "", lines)


def rule_lines(rule: Rule, depth: int = 0) -> Iterator[Line]:
    """Yield what a rule asks, sentence by sentence."""
    if isinstance(rule, AllOf | AnyOf):
        code = "words.all_of" if isinstance(rule, AllOf) else "words.any_of"
        yield Line(code, {}, depth)
        for part in rule.rules:
            yield from rule_lines(part, depth + 1)
        return
    yield from (Line(line.code, line.facts, depth) for line in _lines_of(rule))


def _lines_of(rule: Rule) -> Iterator[Line]:
    if isinstance(rule, Operations):
        yield Line("words.operations", {"operations": ", ".join(rule.required)})
        if rule.conditional:
            conditional = {"operations": ", ".join(rule.conditional)}
            yield Line("words.operations_conditional", conditional)
        return
    yield _line_of(rule)


_CHANGES = {2: "words.change_2", 4: "words.change_4_any", 6: "words.change_6"}
_SHARES = {"all": "words.share_all", "same_heading": "words.share_same_heading"}


def _line_of(rule: Rule) -> Line:
    match rule:
        case ChangeOfCode():
            return Line(_CHANGES.get(rule.digits, "words.change_4_any"))
        case NotFrom():
            return Line("words.not_from", {"codes": ", ".join(rule.codes)})
        case FromCodes():
            return Line("words.from", {"codes": ", ".join(rule.codes)})
        case Uses():
            return Line("words.uses", {"codes": ", ".join(rule.codes)})
        case Share():
            facts = {"limit": exact_text(rule.limit * 100)}
            if rule.of.codes:
                facts["codes"] = ", ".join(rule.of.codes)
            return Line(_SHARES.get(rule.of.kind, "words.share_codes"), facts)
        case AnyOperation():
            return Line("words.any_operation", {"operations": ", ".join(rule.codes)})
        case Attested():
            return Line("words.attested", {"fact": rule.fact})
        case Unreadable():
            return Line("words.unreadable")
        case Asks():
            return Line("words.asks", {"member": rule.member})
    return Line("words.unreadable")


def covering_sets(rule_sets: RuleSets, code: TariffCode) -> list[CoveringRule]:
    """Return the rule sets of a file that cover a code, in the words of the file."""
    return [_set(one) for one in rule_sets.sets_for(code)]


def _set(one: RuleSet) -> CoveringRule:
    lines = tuple(
        Line("words.as_published", {"text": rule.text, "reading": str(rule.reading)})
        for rule in one.rules
    )
    return CoveringRule(one.heading, None, one.subdivision.strip(), lines)
