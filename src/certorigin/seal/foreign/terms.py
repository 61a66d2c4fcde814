"""The public contexts that the package knows: JSON-LD built from facts in `terms.toml`.

The table is ours: one line a term. The tests compare what is built with what is published.
"""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

Table = Mapping[str, Any]

_TYPES: Final = frozenset(["id", "vocab", "json"])
_INSIDE: Final = " > "
_NONE: Final = "none"


@cache
def known_terms() -> Table:
    """Return the table that ships with the package."""
    return tomllib.loads(files("certorigin.seal.foreign").joinpath("terms.toml").read_text("utf-8"))


def build_document(table: Table, url: str) -> dict[str, Any]:
    """Build the JSON-LD document of one address of the table."""
    context = table["contexts"][url]
    if "vocab" in context:
        return {"@context": {"@vocab": context["vocab"]}}
    return {"@context": _scope(table, context["terms"])}


def published_digests(table: Table, url: str) -> frozenset[str]:
    """Return the digests of every known revision of an address, in hex; none of another."""
    listed = table["contexts"].get(url, {}).get("digests", ())
    return frozenset(base64.b64decode(text.partition("-")[2]).hex() for text in listed)


def _scope(table: Table, name: str) -> dict[str, Any]:
    return {"@protected": True, "id": "@id", "type": "@type", **_terms(table, name)}


def _terms(table: Table, name: str) -> dict[str, Any]:
    """Define the terms of a set: a line of its own stands before one that is taken in."""
    lines = dict(table["sets"][name])
    terms: dict[str, Any] = {}
    for other in lines.pop("+", "").split():
        terms |= _terms(table, other)
    for prefix in lines.pop("@", "").split():
        terms[prefix] = table["prefixes"][prefix]
    return terms | {term: _definition(table, term, line) for term, line in lines.items()}


def _definition(table: Table, term: str, line: str) -> str | dict[str, Any]:
    words, _, inside = line.partition(_INSIDE)
    first, *shapes = words.split()
    defined: dict[str, Any] = {"@id": _iri(table, first, term)}
    for shape in shapes:
        if ":" in shape:
            defined["@type"] = _iri(table, shape, "")
        else:
            defined["@type" if shape in _TYPES else "@container"] = f"@{shape}"
    if inside:
        defined["@context"] = None if inside == _NONE else _scope(table, inside)
    return defined if len(defined) > 1 else str(defined["@id"])


def _iri(table: Table, text: str, own: str) -> str:
    prefix, _, name = text.partition(":")
    return f"{table['prefixes'][prefix]}{name or own}"
