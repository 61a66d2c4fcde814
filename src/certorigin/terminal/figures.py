"""Figures of the reasons in words: what is a code among them gets its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.terminal.operations import operation_name
from certorigin.terminal.sentences import get_catalogue, say
from certorigin.vocabulary.code_names import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_COUNTING = {
    "foreign": "assessment.value.counting_foreign",
    "all": "assessment.value.counting_all",
}
_SELECTION = {
    "all": "assessment.value.of_all",
    "same_heading": "assessment.value.of_same_heading",
    "same_subheading": "assessment.value.of_same_subheading",
}
_ANSWER = {"yes": "assessment.value.yes", "no": "assessment.value.no"}
# The values of a figure that are codes, with their sentences.
VALUES: Mapping[str, Mapping[str, str]] = {
    "applies": _ANSWER,
    "but": _SELECTION,
    "claimed": _ANSWER,
    "counting": _COUNTING,
    "declaration_enough": _ANSWER,
    "depends_on_counting": _COUNTING,
    "later": {
        "exhibition": "assessment.value.later_exhibition",
        "later_sale": "assessment.value.later_sale",
    },
    "of": _SELECTION,
    "price_basis": {
        "ex_works": "assessment.value.price_ex_works",
        "free_on_board": "assessment.value.price_free_on_board",
    },
    "weight": {
        "foreign": "assessment.value.weight_foreign",
        "open": "assessment.value.weight_open",
        "originating": "assessment.value.weight_originating",
    },
}
_FAMILIES = {"by": "assessment.rule.", "category": "category."}
# Lists that may hold operations; whatever else they hold stays.
_OPERATIONS = frozenset({"codes", "done", "lacking", "minimal", "operations"})


def figure_text(name: str, value: str, language: str) -> str:
    """Return the value of a figure as people read it; what is no code stays as it is."""
    if value in VALUES.get(name, {}):
        return say(VALUES[name][value], {}, language)
    if name in _OPERATIONS:
        return ", ".join(operation_name(code, language) for code in value.split(", "))
    if name in _FAMILIES:
        return get_catalogue(language).get(_FAMILIES[name] + value, value)
    if name == "country":
        return name_of("states", value, language) or value
    if name == "fact":  # named in English by the rules
        return value.replace("_", " ")
    return value


def facts_in_words(code: str, facts: Mapping[str, str], language: str) -> Mapping[str, str]:
    """Return the facts of a finding about origin with words for codes; of others as they are."""
    if not code.startswith("assessment."):
        return facts
    named = {*VALUES, "operations"} & facts.keys()
    return dict(facts) | {name: figure_text(name, facts[name], language) for name in named}
