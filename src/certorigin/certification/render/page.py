"""The page of a form as data: where its boxes stand, and what the paper says (`page.toml`).

A page may be `like` that of another form: what it does not say itself is as there.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from certorigin.errors import UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDED = "ST-1"
_PLACES = (
    "size",
    "text",
    "goods_text",
    "goods_bottom",
    "name_box",
    "first",
    "further",
    "boxes",
    "columns",
    "code",
)


@dataclass(frozen=True)
class Page:
    """Places in millimetres, words and titles by language."""

    places: Mapping[str, Any]
    words: Mapping[str, Mapping[str, str]]
    titles: Mapping[str, Mapping[str, str]]


def get_page(form: str) -> Page:
    """Return the page of a form. Raises UnknownError (`render.no_page`)."""
    found = _pages().get(form)
    if found is None:
        raise UnknownError("render.no_page", form=form)
    return found


def words_of(form: str, language: str) -> Mapping[str, str]:
    """Return what a form says beside its titles; without a page of its own, as ST-1 does."""
    pages = _pages()
    return pages.get(form, pages[_WORDED]).words[language]


@cache
def _pages() -> dict[str, Page]:
    found = {}
    for folder in files("certorigin.vocabulary").joinpath("forms").iterdir():
        file = folder.joinpath("page.toml")
        if file.is_file():
            data = tomllib.loads(file.read_text("utf-8"))
            found[data["form"]] = data
    return {name: _page(data, found.get(data.get("like", ""), {})) for name, data in found.items()}


def _page(data: Mapping[str, Any], base: Mapping[str, Any]) -> Page:
    words = {
        language: {**base.get("words", {}).get(language, {}), **data["words"].get(language, {})}
        for language in {*base.get("words", {}), *data["words"]}
    }
    places = {name: data[name] if name in data else base[name] for name in _PLACES}
    return Page(places, words, data.get("titles", {}))
