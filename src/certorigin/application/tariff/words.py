"""Words of a text as a search sees them: small letters, no endings, in Latin or Cyrillic script."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_STOP = frozenset(
    (
        "a an and any as at be by etc for from in into is it its kind n no not of on or other than "
        "that the their this these those to used whether which with without not including "
        "excluding except nec e.c heading item chapter similar like articles article "
        "и или для из от на по не с в к о прочие прочий прочая прочее"
    ).split()
)
# Russian, and Belarusian where it has its own (ў was folded to у).
_ENDINGS_RU = (
    "иями ями ами ией иях иям ого ему ыми ими его ому ая яя ое ее ые ие ый ий ой ей ах ях ам ям ов "
    "ев ом ем ую юю ью ия ье ь а я о е ы и у ю й оу ау яу і"
).split()
_ENDINGS = ("ings", "ing", "ers", "er", "ors", "or", "ed", "ion", "ions")


def tokens(text: str) -> list[str]:
    """Return the stems of the words of a text, in order; words that say nothing are left out."""
    folded = fold(text)
    return [stem(word) for word in _WORD.findall(folded) if word not in _STOP and len(word) > 1]


def fold(text: str) -> str:
    """Return a text in small letters without accents; Cyrillic ё is е."""
    small = text.lower()
    if not small.isascii():
        plain = unicodedata.normalize("NFKD", small.replace("ё", "е").replace("й", "\0"))
        letters = (char for char in plain if not unicodedata.combining(char))
        small = "".join(letters).replace("\0", "й")
    return small.replace("'s", "").replace("s'", "s")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Take the endings off a word, so that its forms meet."""
    return _stem_russian(word) if "а" <= word[0] <= "я" else _stem_english(word)


@lru_cache(maxsize=20_000)
def loose(stemmed: str) -> str:
    """Take off what makes a doer or a doing of a word: "mixer" and "mixing" meet in "mix"."""
    for ending in _ENDINGS:
        if stemmed.endswith(ending) and len(stemmed) - len(ending) >= 3:
            return _undoubled(stemmed[: -len(ending)])
    return stemmed


def _stem_english(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and re.search(r"(?:ss|sh|ch|x|z)es$", word):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = _undoubled(word[: -len(ending)])
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


def _stem_russian(word: str) -> str:
    for ending in _ENDINGS_RU:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
