"""Operations of production by their names in a language, not by their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.terminal.sentences import get_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping


def operation_name(code: str, language: str) -> str:
    """Return the name of an operation; one that the rules do not know stays as it is."""
    return get_catalogue(language).get("operation." + code, code)


def with_operation_names(
    facts: Mapping[str, str], language: str, *, member: str = "operations"
) -> Mapping[str, str]:
    """Return facts in which the codes of one member are replaced by names."""
    if member not in facts:
        return facts
    names = [operation_name(code, language) for code in facts[member].split(", ")]
    return dict(facts) | {member: ", ".join(names)}
