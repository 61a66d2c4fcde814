"""Sentences for people: one for every code of the library and the server, in four languages.

The catalogues are TOML files, `"code" = "sentence with {fact}"`. A test keeps codes and facts equal
in all four.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "ru", "az", "be")

_LINE = re.compile(r'"([^"\\]+)" = "([^"\\]*)"')


@cache
def get_catalogue(language: str) -> Mapping[str, str]:
    """Return all sentences of a language; an unknown language is answered in English."""
    name = language if language in LANGUAGES else "en"
    text = files("certorigin.terminal.sentences").joinpath(f"{name}.toml").read_text("utf-8")
    return _plain(text) or tomllib.loads(text)


def _plain(text: str) -> dict[str, str]:
    """Read what holds nothing but comments and plain lines, many times as fast; else nothing."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    matches = [match for line in lines if (match := _LINE.fullmatch(line))]
    found: dict[str, str] = {match[1]: match[2] for match in matches}
    return found if len(found) == len(lines) else {}


def say(code: str, facts: Mapping[str, str] | None = None, language: str = "en") -> str:
    """Return the sentence for a code. One without is shown as it is, with its facts."""
    facts = dict(facts or {})
    sentence = get_catalogue(language).get(code) or get_catalogue("en").get(code)
    if sentence is None:
        told = ", ".join(f"{name}: {value}" for name, value in facts.items())
        return f"{code} ({told})" if told else code
    for name, value in facts.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence
