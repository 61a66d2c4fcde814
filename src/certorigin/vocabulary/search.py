"""Search keys: one spelling for texts that people write alike (case, alphabet, look-alikes)."""

from __future__ import annotations

import re
import unicodedata

# What is neither letter nor figure in any alphabet.
_NO_LETTER = re.compile(r"[\W_]")

# Cyrillic and Greek letters that look like Latin ones. A number typed with `В` for `B` must still
# be found.
_LOOK_ALIKE = str.maketrans(
    "АВЕКМНОРСТУХІЈЅ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJS" + "ABEZHIKMNOPTYX"
)

# One Latin spelling for names in Russian, Belarusian and Azerbaijani. Not a transliteration
# standard: only a key under which the usual spellings of one name meet.
_LATIN = str.maketrans(
    {
        **dict(zip("абвгґдезийклмнопрстуфыэіўј", "abvggdeziiklmnoprstufieiuj", strict=True)),
        **dict(zip("ёжхцчшщ", ("e", "zh", "kh", "ts", "ch", "sh", "shch"), strict=True)),
        **dict(zip("əışçğöüyx", ("a", "i", "sh", "ch", "g", "o", "u", "i", "kh"), strict=True)),
        **dict.fromkeys("ъь'’ʼ`", ""),
        "ю": "iu",
        "я": "ia",
    }
)


def number_key(text: str) -> str:
    """Return the key of a certificate number: capitals, Latin letters, no spaces or dashes."""
    if text.isascii():
        return _NO_LETTER.sub("", text.upper())
    upper = unicodedata.normalize("NFKC", text).replace("ı", "i").upper().replace("İ", "I")
    return _NO_LETTER.sub("", upper.translate(_LOOK_ALIKE))


def number_in_latin(text: str) -> str:
    """Return a number as it was meant: capitals, Latin for look-alike letters, no blanks."""
    upper = unicodedata.normalize("NFKC", text).replace("ı", "i").upper().replace("İ", "I")
    return "".join(upper.translate(_LOOK_ALIKE).split())


def name_key(text: str) -> str:
    """Return the key of a name: small Latin letters and single spaces."""
    folded = unicodedata.normalize("NFKC", text).replace("İ", "i").replace("I", "i").lower()
    plain = unicodedata.normalize("NFD", folded.translate(_LATIN))
    if not plain.isascii():
        plain = "".join([char for char in plain if not unicodedata.combining(char)])
    return " ".join(_NO_LETTER.sub(" ", plain).split())
