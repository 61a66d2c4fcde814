"""How a list is searched: by the beginnings of words and of numbers, always by an index.

A part from the middle of a text can't be found by a plain index; the beginning of a word can, on
SQLite and on PostgreSQL alike (decision 18).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from certorigin.vocabulary.search import name_key

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

LONGEST_WORD = 40
# More words than these narrow nothing down.
_MOST_WORDS = 6
# Sorts behind every letter that a key can hold.
_LAST = "\U0010ffff"


def words_of(*names: str) -> frozenset[str]:
    """Return the words by which names are found: small Latin letters and digits."""
    return frozenset(word[:LONGEST_WORD] for name in names for word in name_key(name).split())


def begins(field: str, prefix: str) -> Q:
    """Return the condition that a column of keys begins so, as each database can index it.

    PostgreSQL wants `LIKE 'x%'` and an index with `varchar_pattern_ops`; SQLite can't use an index
    for Django's `LIKE … ESCAPE`, but compares bytes.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": prefix, f"{field}__lt": prefix + _LAST})
    return Q(**{f"{field}__startswith": prefix})


def with_words(
    found: QuerySet[Any], text: str, *, words: type[Model], owner: str, on: str = "pk"
) -> QuerySet[Any]:
    """Return of what was found only that of which every word of a text begins a word.

    `words` is the table of words, `owner` its reference to what is found, `on` the column of the
    list that is the same. A text without letter or digit finds nothing.
    """
    wanted = sorted(words_of(text), key=lambda word: (-len(word), word))[:_MOST_WORDS]
    if not wanted:
        return found.none()
    for word in wanted:
        some = words._default_manager.filter(begins("word", word))  # noqa: SLF001 - Django's name
        found = found.filter(**{f"{on}__in": some.values(owner)})
    return found
