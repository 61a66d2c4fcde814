"""Sentences for people: one for every code of the library and the server, in four languages.

The catalogues are TOML files, `"code" = "sentence with {fact}"`. A test keeps codes and facts equal
in all four.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from certorigin.late import Later, read_beside

if TYPE_CHECKING:
    import tomllib
    from collections.abc import Mapping
else:
    tomllib = Later("tomllib")

LANGUAGES = ("en", "ru", "az", "be")
# More than all codes in all languages; a code may come from a partner, so that some bound there is.
MAX_KEPT = 1 << 15

_LINE = re.compile(r'"([^"\\]+)" = "([^"\\]*)"')


@cache
def get_catalogue(language: str) -> Mapping[str, str]:
    """Return all sentences of a language; an unknown language is answered in English."""
    text = _text(language)
    return _plain(text) or tomllib.loads(text)


@cache
def _text(language: str) -> str:
    name = language if language in LANGUAGES else "en"
    return read_beside(__spec__, f"{name}.toml").decode()


@lru_cache(MAX_KEPT)
def _find(code: str, language: str) -> str | None:
    """Find one sentence where it stands on a plain line, as nearly all do; else in all of them.

    A program that says one thing reads no whole catalogue; a server finds each sentence once.
    """
    text = _text(language)
    begin = text.find(f'\n"{code}" = "') + 1
    line = _LINE.fullmatch(text, begin, text.find("\n", begin)) if begin else None
    return line[2] if line else get_catalogue(language).get(code)


def _plain(text: str) -> dict[str, str]:
    """Read what holds nothing but comments and plain lines, many times as fast; else nothing."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    matches = [match for line in lines if (match := _LINE.fullmatch(line))]
    found: dict[str, str] = {match[1]: match[2] for match in matches}
    return found if len(found) == len(lines) else {}


def say(code: str, facts: Mapping[str, str] | None = None, language: str = "en") -> str:
    """Return the sentence for a code. One without is shown as it is, with its facts."""
    facts = dict(facts or {})
    sentence = _find(code, language) or _find(code, "en")
    if sentence is None:
        told = ", ".join(f"{name}: {value}" for name, value in facts.items())
        return f"{code} ({told})" if told else code
    for name, value in facts.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence
