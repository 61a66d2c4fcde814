"""Codes of goods by their names: the installation's nomenclature, or the headings that we ship."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.application.tariff.find import suggest
from certorigin.application.tariff.index import Index, make_index
from certorigin.application.tariff.names import get_names
from certorigin.application.tariff.nomenclature import (
    Nomenclature,
    own_nomenclature,
    read_nomenclature,
)

if TYPE_CHECKING:
    from pathlib import Path

# The official nomenclature, if somebody laid it into the installation's folder.
FILE = "nomenclature.csv"
MOST_OFFERED = 8


@dataclass(frozen=True)
class Offered:
    """A code with its name in the person's language, and the official text where there is one."""

    code: str
    name: str
    text: str


def offer_codes(text: str, language: str, *, limit: int = MOST_OFFERED) -> list[Offered]:
    """Return the codes that a text may mean, the best first; digits offer what begins with them."""
    nomenclature, index, _ = _loaded()
    return [_offered(code, nomenclature, language) for code in suggest(index, text, limit=limit)]


def has_subheadings() -> bool:
    """Say whether an official nomenclature is loaded: else only headings are offered."""
    return _loaded()[2]


def _offered(code: str, nomenclature: Nomenclature, language: str) -> Offered:
    names = get_names()
    near = next((names[part] for part in (code, code[:4], code[:2]) if part in names), None)
    text = nomenclature.descriptions[code]
    return Offered(code, near.in_language(language) if near else text, text)


def _loaded() -> tuple[Nomenclature, Index, bool]:
    path = settings.SYSTEM.folder / FILE
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    return _read(path, changed)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[Nomenclature, Index, bool]:
    """Read and index once, and again when the file changed. Raises MalformedError for a bad one."""
    nomenclature = read_nomenclature(path.read_bytes()) if changed else own_nomenclature()
    return nomenclature, make_index(nomenclature), bool(changed)
