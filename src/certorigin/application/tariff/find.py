"""Find the subheadings that a term of everyday speech may mean, the best first."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.application.tariff.index import Index, grams_of
from certorigin.application.tariff.words import loose, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_TERM = 400
MOST_WORDS = 24
_NAME_BONUS = 0.45
_REST_BONUS = 1.1
_ALIKE = 0.4
_FROM_PARTS = 0.85
_SEEN = 12
_BEHIND = 0.98


@dataclass(frozen=True)
class Hit:
    """A subheading and how well it fits: only good for ordering within one answer."""

    code: str
    score: float


# Where goods stand that no other heading names, by the words that tell their material or state.
_REST = {
    "acid": ("291590",),
    "aluminium": ("761699", "761510"),
    "apparatu": ("901890", "854370"),
    "ceramic": ("691490", "691200"),
    "chill": ("070999",),
    "china": ("691110",),
    "copper": ("741980",),
    "cosmetic": ("330499",),
    "crochet": ("611430",),
    "dried": ("121190", "071290"),
    "electric": ("854370", "851679"),
    "food": ("210690",),
    "fresh": ("070999", "081090"),
    "frozen": ("071080", "030489"),
    "glass": ("702000", "701399", "701349"),
    "instrument": ("903180", "901890"),
    "iron": ("732690", "732399"),
    "knit": ("611430",),
    "leather": ("420500", "420340"),
    "machin": ("847989",),
    "machineri": ("847989",),
    "men": ("621132", "621133"),
    "metal": ("732690", "830249"),
    "motor": ("870899",),
    "paper": ("482390",),
    "plastic": ("392690", "392490", "392410"),
    "porcelain": ("691190", "691110"),
    "preparation": ("382499", "380859"),
    "rubber": ("401699",),
    "stainless": ("732393",),
    "steel": ("732690", "732399", "732393"),
    "textil": ("630790", "845180"),
    "toy": ("950300",),
    "vehicl": ("870899",),
    "women": ("621142", "621143"),
    "wood": ("442199", "940360"),
    "wooden": ("442199", "940360"),
}
_REST_PLACES = 2


def find(index: Index, term: str, *, limit: int = 10) -> tuple[Hit, ...]:
    """Return the best subheadings for a term, at most `limit`."""
    words = list(dict.fromkeys(tokens(term[:LONGEST_TERM])))[:MOST_WORDS]
    known = _known(index, words)
    if not known:
        return ()
    scores: defaultdict[int, float] = defaultdict(float)
    for word, scale in known.items():
        for number, value in index.postings.get(word, ()):
            scores[number] += value * scale
        for number, value in index.postings.get("~" + loose(word), ()):
            scores[number] += value * scale * 0.3
    _add_names(index, known, scores)
    for number in index.rest & scores.keys():
        scores[number] *= _REST_BONUS
    best = sorted(scores.items(), key=lambda one: (-one[1], one[0]))[: limit * _SEEN]
    hits = [Hit(index.codes[number], score) for number, score in best]
    return _with_rest(index, known, _spread(hits), limit)


def suggest(index: Index, text: str, *, limit: int = 10) -> tuple[str, ...]:
    """Return codes for what somebody types: digits name the codes that begin with them."""
    digits = "".join(text[:LONGEST_TERM].split())
    if digits.isascii() and digits.isdigit():
        at = bisect_left(index.codes, digits[:6])
        found = index.codes[at : at + limit]
        return tuple(code for code in found if code.startswith(digits[:6]))
    return tuple(hit.code for hit in find(index, text, limit=limit))


def _known(index: Index, words: list[str]) -> dict[str, float]:
    """Return the words that the index has, and for others what they may be."""
    known: dict[str, float] = {}
    for at, word in enumerate(words):
        if word in index.weight:
            known[word] = 1.0
            joined = word + words[at + 1] if at + 1 < len(words) else ""
            if joined in index.weight:
                known[joined] = 1.0
            continue
        joined = word + words[at + 1] if at + 1 < len(words) else ""
        if joined in index.weight:
            known[joined] = 1.0
            continue
        parts = _split(index, word)
        if parts:
            for part in parts:
                known[part] = max(known.get(part, 0.0), _FROM_PARTS)
            continue
        for other, alike in _alike(index, word):
            known[other] = max(known.get(other, 0.0), alike)
    return known


def _split(index: Index, word: str) -> tuple[str, ...]:
    """Split a compound into two words that the index has: the split with the rarest halves."""
    found = []
    for at in range(3, len(word) - 2):
        halves = (tokens(word[:at]) or [""])[0], word[at:]
        if all(half in index.weight for half in halves):
            found.append((min(index.weight[half] for half in halves), halves))
    return max(found)[1] if found else ()


def _alike(index: Index, word: str) -> Iterable[tuple[str, float]]:
    """Return the words that are spelled most like one that is not known."""
    if len(word) < 4:
        return []
    own = grams_of(word)
    shared: defaultdict[str, int] = defaultdict(int)
    for gram in own:
        for other in index.grams.get(gram, ()):
            shared[other] += 1
    alike = [
        (2 * count / (len(own) + len(other)), other)
        for other, count in shared.items()
        if 2 * count >= _ALIKE * (len(own) + len(other))
    ]
    return [(other, share * 0.8) for share, other in sorted(alike, reverse=True)[:3]]


def _add_names(index: Index, known: dict[str, float], scores: defaultdict[int, float]) -> None:
    """Add for every whole name that the term holds, the more the more of the term it is."""
    whole = sum(index.weight[word] * scale for word, scale in known.items())
    for word in known:
        for words, numbers, scale in index.names.get(word, ()):
            if words <= known.keys():
                weight = sum(index.weight[one] * known[one] for one in words)
                gain = _NAME_BONUS * weight * (0.4 + 0.6 * weight / whole) * scale
                for number in numbers:
                    scores[number] += gain


def _spread(hits: list[Hit]) -> list[Hit]:
    """Put a heading's later subheadings a little behind: goods of other headings show as well."""
    before: defaultdict[str, int] = defaultdict(int)
    placed = []
    for hit in hits:
        placed.append(Hit(hit.code, hit.score * _BEHIND ** before[hit.code[:4]]))
        before[hit.code[:4]] += 1
    return sorted(placed, key=lambda hit: (-hit.score, hit.code))


def _with_rest(
    index: Index, known: dict[str, float], hits: list[Hit], limit: int
) -> tuple[Hit, ...]:
    """Give the last places to what holds all other goods of a material or state that is named."""
    first = hits[:limit]
    shown = {hit.code for hit in first}
    codes = [code for word in known for code in _REST.get(word, ()) if code not in shown]
    places = min(_REST_PLACES, limit // 4)
    rest = [code for code in dict.fromkeys(codes) if code in index.known_codes][:places]
    return (*first[: limit - len(rest)], *(Hit(code, 0.0) for code in rest))
