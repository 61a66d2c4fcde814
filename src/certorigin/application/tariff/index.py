"""An index of a nomenclature: which words stand where, and how much each says (BM25F).

A subheading is a document of several fields: its own text weighs most, the texts above it less,
and beside them stand the everyday words of the package. Each everyday name is kept whole as well:
goods that are called by the very name come first.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.application.tariff.names import Name, get_names
from certorigin.application.tariff.words import loose, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certorigin.application.tariff.nomenclature import Nomenclature

_OWN, _HEADING, _CHAPTER = 1.0, 0.45, 0.12
_NAME_OWN, _NAME_HEADING, _NAME_CHAPTER = 1.1, 0.7, 0.1
_OTHER_LANGUAGE = 0.9
_LOOSE = 0.4
_SATURATION, _LENGTH = 1.2, 0.3


@dataclass(frozen=True)
class Index:
    """Postings of words and of whole names; documents are numbered in the order of codes."""

    codes: tuple[str, ...]
    postings: Mapping[str, tuple[tuple[int, float], ...]]
    weight: Mapping[str, float]
    names: Mapping[str, tuple[tuple[frozenset[str], tuple[int, ...], float], ...]]
    grams: Mapping[str, tuple[str, ...]]
    rest: frozenset[int]
    known_codes: frozenset[str]


def make_index(nomenclature: Nomenclature) -> Index:
    """Index the subheadings of a nomenclature, or headings without any, with our names."""
    codes = nomenclature.ends
    names = get_names()
    documents = _documents(nomenclature, names)
    seen = Counter(word for document in documents for word in document)
    total = len(documents)
    weight = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in seen.items()}
    mean = sum(sum(document.values()) for document in documents) / total
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        longer = 1 - _LENGTH + _LENGTH * sum(document.values()) / mean
        for word, count in document.items():
            share = count * (_SATURATION + 1) / (count + _SATURATION * longer)
            postings[word].append((number, weight[word] * share))
    return Index(
        codes=codes,
        postings={word: tuple(found) for word, found in postings.items()},
        weight=weight,
        names=_whole_names(codes, names, weight),
        grams=_grams(weight),
        rest=frozenset(
            number
            for number, code in enumerate(codes)
            if "n.e.c." in nomenclature.descriptions[code]
        ),
        known_codes=frozenset(codes),
    )


def _documents(nomenclature: Nomenclature, names: Mapping[str, Name]) -> list[dict[str, float]]:
    """Make the documents; what stands above several subheadings is read once."""
    above: dict[str, dict[str, float]] = {}
    for code in nomenclature.descriptions:
        scale = {2: _CHAPTER, 4: _HEADING, 6: _OWN}[len(code)]
        words = _weighed(nomenclature.descriptions[code], scale)
        name = names.get(code)
        if name is not None:
            scale = {2: _NAME_CHAPTER, 4: _NAME_HEADING, 6: _NAME_OWN}[len(code)]
            _add(words, _weighed(" ".join((name.english, *name.everyday)), scale))
            other = f"{name.russian}, {name.neighbours}"
            _add(words, _weighed(other, scale * _OTHER_LANGUAGE))
        above[code] = words
    documents = []
    for code in nomenclature.ends:
        document = dict(above[code])
        for digits in (4, 2):
            if digits < len(code):
                _add(document, above.get(code[:digits], {}))
        documents.append(document)
    return documents


def _weighed(text: str, scale: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in tokens(text):
        found[word] = found.get(word, 0.0) + scale
        bare = "~" + loose(word)
        found[bare] = found.get(bare, 0.0) + scale * _LOOSE
    return found


def _add(document: dict[str, float], more: Mapping[str, float]) -> None:
    for word, scale in more.items():
        document[word] = document.get(word, 0.0) + scale


def _whole_names(
    codes: tuple[str, ...], names: Mapping[str, Name], weight: Mapping[str, float]
) -> dict[str, tuple[tuple[frozenset[str], tuple[int, ...], float], ...]]:
    """Keep each everyday name by its rarest word."""
    under: defaultdict[str, list[int]] = defaultdict(list)
    for number, code in enumerate(codes):
        for prefix in {code[:4], code}:
            under[prefix].append(number)
    found: defaultdict[str, list[tuple[frozenset[str], tuple[int, ...], float]]] = defaultdict(list)
    for code, words in _phrases(names):
        numbers = tuple(under.get(code, ()))
        if numbers:
            rarest = max(words, key=lambda word: (weight.get(word, 0.0), word))
            found[rarest].append((words, numbers, 1.15 if len(code) == 6 else 1.0))
    return {word: tuple(entries) for word, entries in found.items()}


def _phrases(names: Mapping[str, Name]) -> Iterator[tuple[str, frozenset[str]]]:
    for code, name in names.items():
        if len(code) == 2:
            continue
        others = (*name.russian.split(","), *name.neighbours.split(","))
        for phrase in (*name.english.split(","), *name.everyday, *others):
            words = frozenset(tokens(phrase))
            if words:
                yield code, words


def grams_of(word: str) -> set[str]:
    """Return the runs of three signs in a word, its ends marked."""
    marked = f"^{word}$"
    return {marked[at : at + 3] for at in range(len(marked) - 2)}


def _grams(weight: Mapping[str, float]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in weight:
        if len(word) >= 4 and word[0] != "~":
            for gram in grams_of(word):
                found[gram].append(word)
    return {gram: tuple(words) for gram, words in found.items()}
