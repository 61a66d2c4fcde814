"""How much of an agreement can be executed, by class, and where labels and texts disagree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from certorigin.assessment.rule_sets.labels import label_name
from certorigin.assessment.rule_sets.rule_set import Reading

if TYPE_CHECKING:
    from certorigin.assessment.rule_sets.rule_set import RuleSets

FORMAT = "certorigin-agreement-coverage/v1"


def coverage_of(rule_sets: RuleSets) -> dict[str, Any]:
    """Count the rules that are executed and those that are not; list every disagreement."""
    executed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    disagreements = []
    for one in rule_sets.sets:
        for index, rule in enumerate(one.rules):
            name = label_name(rule.label)
            total[name] += 1
            executed[name] += rule.reading is Reading.EXECUTED
            if rule.reading is Reading.DISAGREEMENT:
                disagreements.append(
                    {
                        "ruleSet": one.name,
                        "heading": one.heading,
                        "rule": str(index + 1),
                        "label": list(rule.label),
                        "stated": list(rule.stated),
                        "text": rule.text,
                    }
                )
    return {
        "format": FORMAT,
        "agreement": rule_sets.name,
        "rule_sets": len(rule_sets.sets),
        "rules": sum(total.values()),
        "executed": sum(executed.values()),
        "undetermined": sum(total.values()) - sum(executed.values()),
        "disagreements": disagreements,
        "by_class": {
            name: {
                "rules": count,
                "executed": executed[name],
                "undetermined": count - executed[name],
            }
            for name, count in sorted(total.items())
        },
    }
