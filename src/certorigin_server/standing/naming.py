"""Certificates that name a company, found by the words of its whole name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from certorigin_server.desk.search import words_of
from certorigin_server.standing.models import PartyWord
from certorigin_server.standing.queries import newest_issued

if TYPE_CHECKING:
    from certorigin_server.standing.models import RegisteredAct

# Of the entries with a word so many are looked at, the newest.
MOST_NAMED = 1_000


def issued_naming(name: str, *, publisher: str, limit: int) -> list[RegisteredAct]:
    """Return the newest certificates of a publisher in which a party has all words of a name.

    Looked at is what was registered last with the word that meets most seldom: a name that is on
    every tenth certificate costs no more than another.
    """
    words = sorted(words_of(name), key=lambda word: (-len(word), word))
    hits = {word: _last_with(word) for word in words}
    if not hits:
        return []
    rarest = min(words, key=lambda word: len(hits[word]))
    found = newest_issued().filter(publisher=publisher, pk__in=hits.pop(rarest))
    for word in hits:
        found = found.filter(Exists(PartyWord.objects.filter(word=word, act=OuterRef("pk"))))
    return list(found[:limit])


def _last_with(word: str) -> list[int]:
    rows = PartyWord.objects.filter(word=word).order_by("-act_id")
    return list(rows.values_list("act_id", flat=True)[:MOST_NAMED])
