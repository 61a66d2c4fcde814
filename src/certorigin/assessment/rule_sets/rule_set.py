"""Rule sets as they are published: for a range of codes, rules in words with labels.

Format: docs/spec/agreement.md. Reading translates every text, or says why it is left as text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.assessment.rule_sets.grammar import Scope, is_sentence, tidied, translate
from certorigin.assessment.rule_sets.guard import lost
from certorigin.assessment.rule_sets.labels import disagrees
from certorigin.assessment.rule_sets.text import plain_text
from certorigin.errors import LimitError, MalformedError

if TYPE_CHECKING:
    from certorigin.assessment.rule import Rule
    from certorigin.vocabulary.tariff import TariffCode

MAX_BYTES = 30_000_000
MOST_SETS = 50_000
MOST_RULES = 200
LONGEST_TEXT = 8_000

_TEN_DIGITS = re.compile(r"[0-9]{10}")
_CONTINUES = re.compile(r"However\b")
_PART = re.compile(r"ex\s*\d", re.IGNORECASE)
_REST = re.compile(r"(?:any other\b|others?\s*(?:$|[:\n-]))", re.IGNORECASE)


class Reading(StrEnum):
    """What became of the text of a rule."""

    EXECUTED = "executed"
    AS_TEXT = "as_text"
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True)
class RuleText:
    """A rule as it is published, with its translation when that is certain.

    `stated` are the classes that the text states, where it was understood.
    """

    markup: str
    label: tuple[str, ...]
    operator: str
    reading: Reading = Reading.AS_TEXT
    rule: Rule | None = None
    stated: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The plain words."""
        return plain_text(self.markup)


@dataclass(frozen=True)
class RuleSet:
    """The rules for a range of codes, or for goods in it that the subdivision describes."""

    name: str
    heading: str
    subdivision: str
    first: str
    last: str
    rules: tuple[RuleText, ...]

    @property
    def is_part(self) -> bool:
        """Whether the set is for a described part of its code only ("ex 2519")."""
        return bool(_PART.match(self.heading)) and not self.is_rest

    @property
    def is_rest(self) -> bool:
        """Whether the set is for all that the other sets of the code do not describe."""
        return bool(_REST.match(self.subdivision.strip()))

    def covers(self, code: TariffCode) -> bool:
        """Say whether the range covers a code of at least six digits."""
        digits = code.digits
        return self.first <= digits.ljust(10, "9") and self.last >= digits.ljust(10, "0")


@dataclass(frozen=True)
class RuleSets:
    """All rule sets of an agreement."""

    name: str
    sets: tuple[RuleSet, ...]

    def sets_for(self, code: TariffCode) -> tuple[RuleSet, ...]:
        """Return the sets whose range covers a code, in the order of the file."""
        return tuple(one for one in self.sets if one.covers(code))


def read_rule_sets(raw: bytes, *, name: str) -> RuleSets:
    """Read a file of rule sets. Raises MalformedError with the place; LimitError when too large."""
    if len(raw) > MAX_BYTES:
        raise LimitError("agreement.too_large", limit=str(MAX_BYTES))
    try:
        data = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise MalformedError("agreement.unreadable", place=name) from None
    sets = _member(data, "rule_sets", list, "")
    if len(sets) > MOST_SETS:
        raise LimitError("agreement.too_large", limit=str(MOST_SETS))
    return RuleSets(name, tuple(_rule_set(one, index) for index, one in enumerate(sets)))


def _rule_set(data: object, index: int) -> RuleSet:
    place = f"rule_sets[{index}]"
    bounds = []
    for name in ("min", "max"):
        text = _member(data, name, str, place)
        if not _TEN_DIGITS.fullmatch(text):
            raise MalformedError("agreement.range_malformed", place=f"{place}.{name}")
        bounds.append(text)
    if bounds[0] > bounds[1]:
        raise MalformedError("agreement.range_malformed", place=f"{place}.max")
    rules = _member(data, "rules", list, place)
    if len(rules) > MOST_RULES:
        raise LimitError("agreement.too_large", limit=str(MOST_RULES))
    texts = [_rule_text(one, f"{place}.rules[{at}]") for at, one in enumerate(rules)]
    return RuleSet(
        name=f"set-{index + 1}",
        heading=_member(data, "heading", str, place),
        subdivision=_member(data, "subdivision", str, place),
        first=bounds[0],
        last=bounds[1],
        rules=_translated(texts, Scope(*bounds)),
    )


def _rule_text(data: object, place: str) -> RuleText:
    markup = _member(data, "rule", str, place)
    if len(markup) > LONGEST_TEXT:
        raise LimitError("agreement.too_large", limit=str(LONGEST_TEXT))
    label = _member(data, "class", list, place)
    operator = _member(data, "operator", (str, type(None)), place)
    if not all(isinstance(one, str) for one in label) or operator not in {None, "or", "and"}:
        raise MalformedError("agreement.member_missing", place=place)
    return RuleText(markup, tuple(label), operator or "")


def _translated(texts: list[RuleText], scope: Scope) -> tuple[RuleText, ...]:
    """Translate the rules of a set; what goes on in the next rule is joined with it first.

    A rule that is neither a sentence nor such an addition belongs to something that we do not see:
    then nothing in the set is certain.
    """
    continued = [bool(_CONTINUES.match(one.text)) for one in texts]
    if any(
        not more and not is_sentence(tidied(one.text))
        for one, more in zip(texts, continued, strict=True)
    ) or continued[:1] == [True]:
        return tuple(texts)
    done: list[RuleText] = []
    for index, one in enumerate(texts):
        if continued[index]:
            continue
        parts = [one]
        while index + len(parts) < len(texts) and continued[index + len(parts)]:
            parts.append(texts[index + len(parts)])
        done += _translate_joined(parts, scope)
    return tuple(done)


def _translate_joined(parts: list[RuleText], scope: Scope) -> list[RuleText]:
    markup = " ".join(part.markup.strip() for part in parts)
    found = translate(plain_text(markup), scope)
    if found is None or lost(markup, found.rule):
        return parts
    stated = tuple(sorted(found.kinds))
    label = tuple(dict.fromkeys(name for part in parts for name in part.label))
    reading = Reading.DISAGREEMENT if disagrees(label, stated) else Reading.EXECUTED
    rule = found.rule if reading is Reading.EXECUTED else None
    first, *rest = parts
    joined = RuleText(first.markup, first.label, first.operator, reading, rule, stated)
    more = [RuleText(part.markup, part.label, "continues", reading, None, stated) for part in rest]
    return [joined, *more]


def _member(data: object, name: str, kind: Any, place: str) -> Any:  # noqa: ANN401 - as the file has it
    if not isinstance(data, dict) or name not in data or not isinstance(data[name], kind):
        at = f"{place}.{name}" if place else name
        raise MalformedError("agreement.member_missing", place=at)
    return data[name]
