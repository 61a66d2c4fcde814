"""The guard: a translation that does not account for all that its text says is refused.

It looks at the text and its links anew, by other means than the grammar: every percentage, every
code and every qualifier must be found again in the translated rule.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from certorigin.assessment.rule import Attested, ChangeOfCode
from certorigin.assessment.rule_sets.canonical import leaves_of
from certorigin.assessment.rule_sets.named import Named
from certorigin.assessment.rule_sets.rules import (
    ChangeBut,
    NotOf,
    ObtainedMaterials,
    ValueLimit,
    WeightLimit,
)
from certorigin.assessment.rule_sets.text import linked_codes, numbers, percentages, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.assessment.rule import Rule

# A word of the text, and the rules of which one must be there to account for it.
_WORDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    (r"\bexcept\b", (NotOf, ChangeOfCode, ChangeBut, Attested)),
    (r"\bnot (?:be )?used\b", (NotOf,)),
    (r"\bhowever\b", (NotOf, ChangeBut, ValueLimit)),
    (r"\bwholly obtained\b", (ObtainedMaterials,)),
    (r"\bweight\b", (WeightLimit,)),
    (r"\bvalue\b|MAXNOM|RVC", (ValueLimit,)),
    (r"\bquota\b", (Attested,)),
    (r"\bprovided\b", (ValueLimit, WeightLimit, ObtainedMaterials)),
)
_NEVER = re.compile(
    r"\bnotes?\b|\buntil\b|\bonwards\b|\bsee\b|\bset must\b|\bsame as\b|\d(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)


def lost(markup: str, rule: Rule) -> str:
    """Return the first thing of a text for which its translation does not account, or nothing."""
    text = plain_text(markup)
    leaves = list(leaves_of(rule))
    if found := _NEVER.search(text):
        return found[0]
    for pattern, kinds in _WORDS:
        if (found := re.search(pattern, text, re.IGNORECASE)) and not any(
            isinstance(leaf, kinds) for leaf in leaves
        ):
            return found[0]
    return _lost_figure(text, leaves) or _lost_code(text, markup, leaves)


def _lost_figure(text: str, leaves: Iterable[Rule]) -> str:
    limits = {leaf.limit for leaf in leaves if isinstance(leaf, ValueLimit | WeightLimit)}
    stated = {Fraction(one) / 100 for one in percentages(text)}
    for figure in percentages(text):
        share = Fraction(figure) / 100
        if share not in limits and 1 - share not in limits:
            return f"{figure}%"
    invented = [one for one in limits if one not in stated and 1 - one not in stated]
    return f"{invented[0] * 100}%" if invented else ""


def _lost_code(text: str, markup: str, leaves: Iterable[Rule]) -> str:
    """Compare the codes of the links, and the bare numbers, with those of the translation."""
    leaves = list(leaves)
    kept = {code for leaf in leaves for code in _codes_of(leaf)}
    kept |= {number for leaf in leaves if isinstance(leaf, Attested) for number in _of_fact(leaf)}
    for code in linked_codes(markup):
        if code not in kept:
            return code
    shares = set(percentages(text))
    levels = {leaf.digits for leaf in leaves if isinstance(leaf, ChangeOfCode | ChangeBut)}
    for number in numbers(re.sub(r"(\d{4}) (\d{2})\b", r"\1\2", text)):
        plain = re.sub(r"\D", "", number)
        if number not in shares and plain.rjust(2, "0") not in kept:
            if plain.isdigit() and int(plain) in levels and f"{plain}-digit" in text:
                continue
            return number
    return ""


def _of_fact(leaf: Attested) -> list[str]:
    return [part for part in leaf.fact.split("_") if part.isdigit()]


def _codes_of(leaf: Rule) -> tuple[str, ...]:
    for name in ("named", "of", "but"):
        selection = getattr(leaf, name, None)
        if isinstance(selection, Named):
            return selection.codes
    return ()
