"""Which words of a page belong to another language than the page.

What people typed is in their own words: a word that stands in the database, perhaps in the reader's
letters, is nobody's mistake. Nor is one in an element that names its own language. All others have
to be words of the page's language: by their letters, and by the catalogues, which say what is a
word of which language.
"""

import re
from functools import cache
from html.parser import HTMLParser

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField

from certorigin.terminal.sentences import LANGUAGES, get_catalogue
from certorigin.vocabulary.alphabets import in_letters_of
from certorigin.vocabulary.code_names import LISTS, names_of

WORD = re.compile(r"[^\W\d_]{4,}")
# Letters that a language does not have.
STRANGE = {
    "en": re.compile(r"[А-Яа-яЁёІіЎўəğış]"),
    "ru": re.compile(r"[ІіЎўəğış]"),
    "az": re.compile(r"[А-Яа-яЁёІіЎў]"),
    "be": re.compile(r"[ИиЩщЪъəğış]"),
}
ATTRIBUTES = {"title", "placeholder", "aria-label", "alt", "data-label", "data-files", "label"}
UNREAD = {"script", "style", "code"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
# The names of languages stand in their own, as do names of formats and of programs.
NAMES = set("english русский azərbaycanca azərbaycan беларуская certorigin".split())


class _Text(HTMLParser):
    """The words of a page in its own language."""

    def __init__(self) -> None:
        super().__init__()
        self.language, self.said = "", []
        self._stack: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang", "")
        is_quiet = self._is_quiet or tag in UNREAD
        is_quiet |= given.get("lang", self.language) != self.language
        if not is_quiet:
            self.said += [given[name] or "" for name in ATTRIBUTES & given.keys()]
        if tag not in VOID:
            self._stack.append((tag, is_quiet))

    def handle_endtag(self, tag):
        while self._stack and self._stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self._is_quiet:
            self.said.append(data)

    @property
    def _is_quiet(self) -> bool:
        return bool(self._stack) and self._stack[-1][1]


def words_in(text: str) -> set[str]:
    return {one.casefold() for one in WORD.findall(text)}


@cache
def _vocabulary(language: str) -> frozenset[str]:
    names = [name for kind in LISTS for name in names_of(kind, language).values()]
    return frozenset(words_in(" ".join([*get_catalogue(language).values(), *names])))


def typed_words(language: str) -> set[str]:
    """Every word that stands in the database and in the name of the system, in either letters."""
    found = words_in(settings.SYSTEM.name)
    for model in apps.get_models():
        names = [one.name for one in model._meta.fields if isinstance(one, CharField | TextField)]
        for row in model._default_manager.order_by().values_list(*names) if names else ():
            text = " ".join(text for text in row if text)
            found |= words_in(text) | words_in(in_letters_of(text, language))
    return found


def strangers_in(page: str, typed: set[str]) -> set[str]:
    """Return the words of a page that are of another language than the page."""
    reader = _Text()
    reader.feed(page)
    own = _vocabulary(reader.language)
    others = frozenset().union(*(_vocabulary(one) for one in LANGUAGES)) - own
    said = words_in(" ".join(reader.said)) - typed - NAMES
    return {one for one in said if STRANGE[reader.language].search(one) or one in others}
