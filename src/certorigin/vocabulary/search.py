"""Search keys: one spelling for texts that people write alike (case, alphabets, look-alike letters)."""

from __future__ import annotations

import unicodedata

# Cyrillic letters that look like Latin ones. A number typed with `В` for `B` must still be found.
_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")

# One Latin spelling for names in Russian, Belarusian and Azerbaijani. Not a transliteration
# standard: only a key under which the usual spellings of one name meet.
_LATIN = str.maketrans(
    {
        **dict(zip("абвгґдезийклмнопрстуфыэіўј", "abvggdeziiklmnoprstufyeiuj", strict=True)),
        **{"ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"},
        **{"ю": "iu", "я": "ia", "ъ": "", "ь": "", "'": "", "’": "", "ʼ": ""},
        **{"ə": "a", "ı": "i", "ş": "sh", "ç": "ch", "ğ": "g", "ö": "o", "ü": "u", "y": "i"},
    }
)


def number_key(text: str) -> str:
    """Return the key of a certificate number: capitals, Latin letters, no spaces or dashes."""
    upper = unicodedata.normalize("NFKC", text).replace("ı", "i").upper().replace("İ", "I")
    return "".join(char for char in upper.translate(_LOOK_ALIKE) if char.isalnum())


def name_key(text: str) -> str:
    """Return the key of a name: small Latin letters and single spaces."""
    folded = unicodedata.normalize("NFKC", text).replace("İ", "i").replace("I", "i").lower()
    plain = unicodedata.normalize("NFD", folded.translate(_LATIN))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    words = "".join(char if char.isalnum() else " " for char in letters)
    return " ".join(words.split())
