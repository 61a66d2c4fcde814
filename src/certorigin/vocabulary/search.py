"""Search keys: one spelling for texts that people write alike (case, alphabet, look-alikes)."""

from __future__ import annotations

import unicodedata

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
    upper = unicodedata.normalize("NFKC", text).replace("ı", "i").upper().replace("İ", "I")
    return "".join(char for char in upper.translate(_LOOK_ALIKE) if char.isalnum())


def number_in_latin(text: str) -> str:
    """Return a number as it was meant: capitals, Latin for look-alike letters, no blanks."""
    upper = unicodedata.normalize("NFKC", text).replace("ı", "i").upper().replace("İ", "I")
    return "".join(upper.translate(_LOOK_ALIKE).split())


def name_key(text: str) -> str:
    """Return the key of a name: small Latin letters and single spaces."""
    folded = unicodedata.normalize("NFKC", text).replace("İ", "i").replace("I", "i").lower()
    plain = unicodedata.normalize("NFD", folded.translate(_LATIN))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    words = "".join(char if char.isalnum() else " " for char in letters)
    return " ".join(words.split())
