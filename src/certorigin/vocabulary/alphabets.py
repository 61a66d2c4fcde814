"""Names written in the letters that their reader knows: a reading aid, never data.

A certificate is Russian (Rules 7.5); its reader in Baku may read Latin letters alone, and a
reader in Minsk no Azerbaijani. What is made here is how a name is usually written on the other
side, by simple rules; it is no transliteration standard, and nothing is compared with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Who reads which letters.
_LATIN_READERS = frozenset({"en", "az"})
_CYRILLIC = re.compile(r"[А-Яа-яЁёІіЎў]")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_AZERBAIJANI = re.compile(r"[əğıöüşçƏĞİÖÜŞÇ]")
_BELARUSIAN = re.compile(r"[ІіЎў]")
_VOWELS = frozenset("аеёиоуыэюяіaeəıioöuü")
_SOFT = frozenset("еёиіэюяь")
# Short words in capitals are abbreviations: MMC, ASC, QSC.
_LONGEST_ABBREVIATION = 4

_SAME = dict(zip("абвдзиклмнопрстуфі", "abvdziklmnoprstufi", strict=True))
_ENGLISH = _SAME | {
    **dict(zip("гґйыэ", ("g", "g", "y", "y", "e"), strict=True)),
    **dict(zip("жхцчшщ", ("zh", "kh", "ts", "ch", "sh", "shch"), strict=True)),
    **dict(zip("ёюяўъь", ("yo", "yu", "ya", "w", "", ""), strict=True)),
}
_AZERBAIJANI_LATIN = _SAME | {
    **dict(zip("ґйыэ", ("q", "y", "ı", "e"), strict=True)),
    **dict(zip("жхцчшщ", ("j", "x", "ts", "ç", "ş", "şç"), strict=True)),
    **dict(zip("ёюяўъь", ("yo", "yu", "ya", "u", "", ""), strict=True)),
}
_RUSSIAN = {
    **dict(zip("abvgğdzjiklmnoprstufxhq", "абвггдзжиклмнопрстуфххг", strict=True)),
    **dict(zip("cçışyw", ("дж", "ч", "ы", "ш", "й", "в"), strict=True)),
}
_AFTER_Y = {"a": "я", "ə": "я", "u": "ю", "ü": "ю", "e": "е", "o": "ё", "ö": "ё"}
# What Belarusian writes after consonants that are always hard.
_HARD = re.compile(r"([рчшжРЧШЖ])([іеёюя])")
_HARDENED = dict(zip("іеёюя", "ыэоуа", strict=True))
_AFTER_VOWEL = re.compile(r"(?<=[аеёіоуыэюя])у")


def in_letters_of(text: str, language: str) -> str:
    """Return a name in the letters that readers of a language know; empty if it is in them.

    Cyrillic becomes Latin for readers of English and Azerbaijani; Azerbaijani, known by its
    letters, becomes Cyrillic for readers of Russian and Belarusian. Other Latin stays: no rule
    says how an English name sounds.
    """
    if language in _LATIN_READERS:
        if not _CYRILLIC.search(text):
            return ""
        return _WORD.sub(lambda found: _to_latin(found[0], text, language), text)
    if not _AZERBAIJANI.search(text):
        return ""
    return _WORD.sub(lambda found: _to_cyrillic(found[0], language), text)


def lines_in_letters_of(lines: Iterable[str], language: str) -> tuple[str, ...]:
    """Return the lines in letters that readers know; none if they all are already."""
    written = [(line, in_letters_of(line, language)) for line in lines]
    return tuple(own or line for line, own in written) if any(own for _, own in written) else ()


def _to_latin(word: str, text: str, language: str) -> str:
    if not _CYRILLIC.search(word):
        return word
    letters = dict(_ENGLISH if language == "en" else _AZERBAIJANI_LATIN)
    is_belarusian = bool(_BELARUSIAN.search(text))
    small = word.lower()
    written = []
    for at, letter in enumerate(small):
        before, after = small[at - 1 : at], small[at + 1 : at + 2]
        if letter in "'’ʼ":
            continue
        if letter == "е":
            begins = not before or before in _VOWELS or before in "ъь'’ʼ"
            latin = "ye" if begins else "e"
        elif letter == "г" and is_belarusian:
            latin = "h"
        elif letter == "г" and language == "az":
            latin = "g" if after in _SOFT and after else "q"
        else:
            latin = letters.get(letter, letter)
        written.append(_in_case(latin, word, at, language))
    return "".join(written)


def _to_cyrillic(word: str, language: str) -> str:
    if word.isupper() and len(word) <= _LONGEST_ABBREVIATION:
        return word
    small = [_lower(letter) for letter in word]
    written, skip = [], False
    for at, letter in enumerate(small):
        if skip:
            skip = False
            continue
        before = small[at - 1] if at else ""
        after = small[at + 1] if at + 1 < len(small) else ""
        if letter == "y" and after in _AFTER_Y:
            cyrillic, skip = _AFTER_Y[after], True
        else:
            cyrillic = _vowel(letter, before) or _RUSSIAN.get(letter, letter)
        written.append(_in_case(cyrillic, word, at, language))
    found = "".join(written)
    return _in_belarusian(found) if language == "be" else found


def _vowel(letter: str, before: str) -> str:
    """Return a vowel that is written by what stands before it."""
    is_after_consonant = bool(before) and before not in _VOWELS
    if letter == "ə":
        return "я" if before in {"g", "k"} else "а"
    if letter == "e":
        return "е" if is_after_consonant else "э"
    if letter == "ö":
        return "ё" if is_after_consonant else "о"
    if letter == "ü":
        return "ю" if is_after_consonant else "у"
    return ""


def _in_belarusian(text: str) -> str:
    own = text.replace("и", "і").replace("И", "І")
    own = _HARD.sub(lambda found: found[1] + _HARDENED[found[2]], own)
    return _AFTER_VOWEL.sub("ў", own)


def _lower(letter: str) -> str:
    return {"I": "ı", "İ": "i"}.get(letter, letter.lower())


def _in_case(written: str, word: str, at: int, language: str) -> str:
    """Write capitals where the name has them: all letters of `щ` in a word of capitals."""
    if not word[at].isupper() or not written:
        return written
    capitals = [_upper(letter, language) for letter in written]
    around = word[at + 1 : at + 2] or word[at - 1 : at]
    return "".join(capitals) if around.isupper() else capitals[0] + written[1:]


def _upper(letter: str, language: str) -> str:
    return "İ" if language == "az" and letter == "i" else letter.upper()
