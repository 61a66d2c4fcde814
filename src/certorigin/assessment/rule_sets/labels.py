"""The label of a rule beside its text: where they say different things, nothing is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# The classes that say what must be shown. Others describe a manner (PROCESSING, PRODUCTION FROM).
COMPARED = frozenset({"AH", "CC", "CTH", "CTSH", "MAXNOM", "RVC", "WO"})


def label_name(label: Iterable[str]) -> str:
    """Name a label in one word or more; a rule without one is unlabelled."""
    return " + ".join(label) or "unlabelled"


def claims_of(label: Iterable[str]) -> frozenset[str]:
    """Return the classes that a label claims."""
    claims = set()
    for part in label:
        words = part.split()
        if words[:1] == ["AH"] and len(words) > 1:
            continue  # "any heading except": the exception may be that of the product itself
        claims |= {words[0]} if words else set()
        claims |= {"MAXNOM"} if "TOLERANCE" in words and "MAXNOM" in words else set()
    return frozenset(claims) & COMPARED


def disagrees(label: Iterable[str], kinds: Iterable[str]) -> bool:
    """Say whether a label claims other classes than the text states.

    That materials may be of any heading asks for nothing: it may go without a label.
    """
    claims, stated = claims_of(label), frozenset(kinds) & COMPARED
    return bool(claims) and claims != stated and claims != stated - {"AH"}
