"""A rule written back in one canonical notation: a translation can be compared and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.assessment.exact import exact_text
from certorigin.assessment.rule import AllOf, AnyOf, Attested, ChangeOfCode, Rule
from certorigin.assessment.rule_sets.rules import (
    AnyHeading,
    ChangeBut,
    EveryReading,
    MadeFrom,
    NotOf,
    ObtainedMaterials,
    ValueLimit,
    WeightLimit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINTS = {AllOf: " and ", AnyOf: " or ", EveryReading: " | "}


def canonical_text(rule: Rule) -> str:
    """Write a translated rule. Raises TypeError for a rule that no text is translated to."""
    parts = parts_of(rule)
    if parts:
        return "(" + _JOINTS[type(rule)].join(canonical_text(part) for part in parts) + ")"
    if isinstance(rule, AnyHeading):
        return "any heading"
    if isinstance(rule, Attested):
        return f"attested[{rule.fact}]"
    if isinstance(rule, ChangeOfCode):
        return f"change of {rule.digits} digits"
    if isinstance(rule, ChangeBut):
        return f"change of {rule.digits} digits but for [{rule.but}]"
    return _about_materials(rule)


def _about_materials(rule: Rule) -> str:
    if isinstance(rule, NotOf):
        return f"not from [{rule.named}]"
    if isinstance(rule, MadeFrom):
        return f"made from [{rule.named}]"
    if isinstance(rule, ObtainedMaterials):
        return f"wholly obtained [{rule.named}]"
    if isinstance(rule, ValueLimit):
        price = "free on board" if rule.on_board else "ex works"
        return f"value of [{rule.of}] at most {exact_text(rule.limit * 100)} % {price}"
    if isinstance(rule, WeightLimit):
        each = "each " if rule.each else ""
        return f"weight of {each}[{rule.of}] at most {exact_text(rule.limit * 100)} %"
    raise TypeError(type(rule).__name__)


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """Return the rules of which a rule is composed; none for a single one."""
    if isinstance(rule, AllOf | AnyOf):
        return rule.rules
    return rule.readings if isinstance(rule, EveryReading) else ()


def leaves_of(rule: Rule) -> Iterator[Rule]:
    """Yield the single rules of a composed one, or the rule itself."""
    parts = parts_of(rule)
    if not parts:
        yield rule
    for part in parts:
        yield from leaves_of(part)
