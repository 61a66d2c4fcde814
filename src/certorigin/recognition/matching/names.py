"""Names of companies compared: what is the same under another spelling, and why it is thought so.

Only one string is equal to itself. Everything else is a way of being alike, told as such, and only
what can't name another company is left to fit: case, alphabet, legal form in other words, order of
words, transliteration of a name that is long enough. A letter that differs is for a person.
"""

from __future__ import annotations

import re
import tomllib
from enum import IntEnum
from functools import cache
from importlib.resources import files

from certorigin.late import dataclass
from certorigin.vocabulary.search import name_key


class Likeness(IntEnum):
    """How alike two names are, from equal to different; what fits comes before what does not."""

    EQUAL = 0
    SPELLING = 1  # the same in another case, alphabet or punctuation
    LEGAL_FORM = 2  # the same, its legal form in other words or left out
    ORDER = 3  # the same words in another order
    TRANSLITERATION = 4  # the same sounds in another spelling
    TYPING = 5  # a letter or two differ
    OTHER_FORM = 6  # the same name with another legal form
    DIFFERENT = 7


# Shorter names sound alike by chance.
_LEAST_SOUNDS = 5
_LEAST_TYPED = 6
_MOST_TYPED = 3
_LONGEST = 400

# The same sound in the spellings of the four languages; longer ones first. Then vowels are folded,
# for Belarusian writes the `a` that it says, and `ə` is `a`, `я` or `е` in Russian.
_SOUNDS = (
    *(("shch", "s"), ("dzh", "j"), ("zh", "j"), ("kh", "g"), ("gh", "g"), ("sh", "s")),
    *(("ch", "c"), ("tch", "c"), ("ts", "c"), ("tz", "c"), ("dj", "j"), ("ph", "f"), ("w", "v")),
    *(("q", "g"), ("h", "g"), ("x", "ks"), ("y", "i"), ("e", "a"), ("o", "a")),
    *(("ia", "a"), ("iu", "u")),
)
_AZERBAIJANI = frozenset("əğıöüşçƏĞİÖÜŞÇ")
_AZERBAIJANI_C = re.compile(r"c(?!h)")
_VOWELS_AGAIN = re.compile(r"([aiu])\1+")
_BELARUSIAN = frozenset("іў")


@dataclass(frozen=True)
class CompanyName:
    """A name taken apart: its legal forms (codes of the list), and the words that are its own."""

    text: str
    forms: frozenset[str]
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name's own words in one spelling."""
        return " ".join(self.words)

    @property
    def sounds(self) -> frozenset[str]:
        """The name as it sounds, in each way in which it may be read."""
        read = {self.key}
        if _AZERBAIJANI & set(self.text):  # its `c` sounds as `дж`
            read.add(_AZERBAIJANI_C.sub("j", self.key))
        return frozenset(map(_sound, read))

    @property
    def writing(self) -> tuple[bool, bool, bool]:
        """Whether it has letters that are Cyrillic, Azerbaijani, Belarusian."""
        letters = set(self.text.lower())
        cyrillic = any("а" <= letter <= "ў" for letter in letters)
        return cyrillic, bool(letters & _AZERBAIJANI), bool(letters & _BELARUSIAN)

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures in the name: works No. 1 are not works No. 2."""
        return tuple(sorted("".join(c for c in word if c.isdigit()) for word in self.words))


def read_name(text: str) -> CompanyName:
    """Take a name apart."""
    forms, words = _without_forms(_key(text))
    return CompanyName(text, forms, tuple(words))


def compare_names(one: str, other: str) -> tuple[Likeness, int]:
    """Return how alike two names are, and how many letters differ where it is typing."""
    if one == other:
        return Likeness.EQUAL, 0
    if _key(one) == _key(other):
        return Likeness.SPELLING, 0
    first, second = read_name(one), read_name(other)
    if not first.key or not second.key or first.figures != second.figures:
        return Likeness.DIFFERENT, 0
    found, typed = _compare_words(first, second)
    if found is Likeness.DIFFERENT or _forms_fit(first.forms, second.forms):
        return found, typed
    return (Likeness.OTHER_FORM if found < Likeness.TYPING else Likeness.DIFFERENT), 0


def _compare_words(first: CompanyName, second: CompanyName) -> tuple[Likeness, int]:
    if first.key == second.key:
        return Likeness.LEGAL_FORM, 0
    if sorted(first.words) == sorted(second.words):
        return Likeness.ORDER, 0
    sounds_alike = len(first.key) >= _LEAST_SOUNDS and bool(first.sounds & second.sounds)
    if sounds_alike and first.writing != second.writing:
        return Likeness.TRANSLITERATION, 0
    shorter = min(len(first.key), len(second.key))
    most = min(_MOST_TYPED, 1 + shorter // 10) if shorter >= _LEAST_TYPED else 0
    typed = typing_distance(first.key, second.key, most)
    return (Likeness.TYPING, typed) if typed <= most else (Likeness.DIFFERENT, 0)


def typing_distance(one: str, other: str, most: int) -> int:
    """Return how many keys were hit wrongly: put in, left out, wrong, or two swapped.

    More than `most` is told as one more than it.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for place, typed in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != typed))
            is_swap = at > 1 < place and letter == other[place - 2] and one[at - 2] == typed
            row.append(min(cost, earlier[place - 2] + 1) if is_swap else cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _forms_fit(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Say whether legal forms may name one company: left out, the same, or one covers the other."""
    if not ours or not theirs or ours & theirs:
        return True
    covers = _legal_forms()[1]
    return any(
        two in covers.get(one, ()) or one in covers.get(two, ()) for one in ours for two in theirs
    )


def _without_forms(key: str) -> tuple[frozenset[str], list[str]]:
    """Take the legal forms off both ends of a name; inside, such words may be the name's own."""
    forms, left = set(), key.split()
    while left:
        at_start = _form_at(left, from_end=False)
        found = at_start or _form_at(left, from_end=True)
        if found is None:
            break
        form, length = found
        forms.add(form)
        left = left[length:] if at_start else left[:-length]
    return frozenset(forms), left


def _form_at(words: list[str], *, from_end: bool) -> tuple[str, int] | None:
    known, longest = _legal_forms()[0], _legal_forms()[2]
    for length in range(min(longest, len(words)), 0, -1):
        part = words[-length:] if from_end else words[:length]
        if tuple(part) in known:
            return known[tuple(part)], length
    return None


@cache
def _legal_forms() -> tuple[dict[tuple[str, ...], str], dict[str, tuple[str, ...]], int]:
    """Return the forms by their words, which form covers which, and the most words of one."""
    path = files("certorigin.vocabulary.code_lists").joinpath("legal_forms.toml")
    data = tomllib.loads(path.read_text("utf-8"))
    known = {
        tuple(name_key(text).split()): form
        for form, texts in data["forms"].items()
        for text in texts
    }
    covers = {form: tuple(covered) for form, covered in data["covers"].items()}
    return known, covers, max(map(len, known))


def _key(text: str) -> str:
    """Return the search key of a name; a plus in it is a word."""
    return name_key(text[:_LONGEST].replace("+", " plus "))


def _sound(key: str) -> str:
    text = key.replace(" ", "")
    for spelling, sound in _SOUNDS:
        text = text.replace(spelling, sound)
    return _VOWELS_AGAIN.sub(r"\1", text)
