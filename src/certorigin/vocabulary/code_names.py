"""Names beside codes, in the four languages: states, currencies, units and kinds of packages.

`symbols` are the short signs of units, as they stand behind a figure: 13 500 l, 13 500 л.

A name is a help to people who read; what counts in a document is the code.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "ru", "az", "be")
LISTS = ("states", "currencies", "units", "symbols", "packages")


def names_of(kind: str, language: str) -> Mapping[str, str]:
    """Return every code of a list that has a name, with it; `kind` is one of `LISTS`."""
    return _names(language if language in LANGUAGES else "en")[kind]


def name_of(kind: str, code: str, language: str) -> str:
    """Return the name behind a code, or an empty text where there is none."""
    return names_of(kind, language).get(code, "")


@cache
def _names(language: str) -> dict[str, dict[str, str]]:
    folder = files("certorigin.vocabulary.code_lists")
    # What a language does not name keeps its English name.
    names = {kind: dict[str, str]() for kind in LISTS}
    for one in ("en", language):
        text = folder.joinpath(f"names_{one}.toml").read_text("utf-8")
        for kind, codes in tomllib.loads(text).items():
            names[kind] |= codes
    ours = tomllib.loads(folder.joinpath("named_by_us.toml").read_text("utf-8"))
    for kind, codes in ours.items():
        names[kind] |= {code: words[language] for code, words in codes.items()}
    return names
