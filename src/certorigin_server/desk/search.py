"""How a list is searched: by the beginnings of words and of numbers, always by an index.

A part from the middle of a text can't be found by a plain index; the beginning of a word can, on
SQLite and on PostgreSQL alike (decision 18).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left

from certorigin.vocabulary.search import name_key

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

LONGEST_WORD = 40
# More words than these narrow nothing down.
_MOST_WORDS = 6
# Of what has more hits than these, the list is walked in its order until a page is full; of fewer
# the hits are sorted. Either way a page costs the same however much there is.
_FEW = 500
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


def few_of(rows: QuerySet[Any], column: str) -> list[Any] | None:
    """Return a column of what was found while that is little; None says that it is a lot."""
    found = list(rows.order_by().values_list(column, flat=True)[: _FEW + 1])
    return found if len(found) <= _FEW else None


def with_beginning(
    found: QuerySet[Any], field: str, prefix: str, *, among: QuerySet[Any]
) -> QuerySet[Any]:
    """Return of what was found only that whose column of keys begins so.

    `among` is the whole table, or a part of it that an index on the column knows.
    """
    few = few_of(among.filter(begins(field, prefix)), "pk")
    if few is not None:
        return found.filter(pk__in=few)
    walked: QuerySet[Any] = found.alias(beginning=Left(field, len(prefix)))
    return walked.filter(beginning=prefix)


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
    every = words._default_manager  # noqa: SLF001 - Django's name
    hits = [every.filter(begins("word", word)) for word in wanted]
    few = [few_of(some, owner) for some in hits]
    fewest = min((keys for keys in few if keys is not None), key=len, default=None)
    if fewest is not None:
        found = found.filter(**{f"{on}__in": set(fewest)})
    for some, keys in zip(hits, few, strict=True):
        if keys is None or keys is not fewest:
            found = found.filter(Exists(some.filter(**{owner: OuterRef(on)})))
    return found
