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
from certorigin.vocabulary.form import get_form

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


def copy_languages(form: str) -> tuple[str, ...]:
    """Return the languages in which there is a reading copy of a form; none without a page."""
    page = _pages().get(form)
    own = get_form(form).language
    return tuple(sorted(one for one in page.titles if one != own)) if page else ()


@cache
def _pages() -> dict[str, Page]:
    found = {}
    for folder in files("certorigin.vocabulary").joinpath("forms").iterdir():
        file = folder.joinpath("page.toml")
        if file.is_file():
            data = tomllib.loads(file.read_text("utf-8"))
            found[data["form"]] = data
    return {name: _page(name, found) for name in found}


def _page(name: str, found: Mapping[str, Mapping[str, Any]]) -> Page:
    data = found[name]
    base = _page(data["like"], found) if "like" in data else Page({}, {}, {})
    words = {
        language: {**base.words.get(language, {}), **data["words"].get(language, {})}
        for language in {*base.words, *data["words"]}
    }
    places = {one: data[one] if one in data else base.places[one] for one in _PLACES}
    return Page(places, words, {**base.titles, **data.get("titles", {})})
