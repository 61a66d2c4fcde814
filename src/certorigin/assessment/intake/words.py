"""Words by which files name columns, parties and papers, in four languages.

Only whole names are known: a name that merely resembles one of them is not taken for it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib.resources import files

# Members of a line of goods that columns fill; `TAXED` is a sum with tax, for want of another.
QUANTITY, UNIT, GROSS, NET = (
    "quantity.value quantity.unit grossWeight.value netWeight.value".split()
)
AMOUNT, CURRENCY, TAXED = "value.amount value.currency value.taxed".split()
COUNT, PACKING, MARKS = "packages.count packages.kind packages.marks".split()

_UNITS = {
    **dict.fromkeys(("кг", "kg", "kgs", "kq", "кілаграм"), "KGM"),
    **dict.fromkeys(("т", "тн", "t", "ton", "tons", "тонн"), "TNE"),
    **dict.fromkeys(("шт", "pcs", "pc", "ədəd", "əd", "штук"), "H87"),
    **dict.fromkeys(("л", "l", "ltr"), "LTR"),
}
# Only signs that name one currency: "руб." is money of two states.
_CURRENCIES = {
    **{code: code.upper() for code in "usd eur rub byn azn kzt cny try gbp uah gel".split()},
    "$": "USD",
    "€": "EUR",
    "₼": "AZN",
    "manat": "AZN",
    "долл сша": "USD",
    "евро": "EUR",
}


_SPACES = re.compile(r"[\s_]+")
_AROUND = re.compile(r"^[\s.,:;*()\-]+|[\s.,:;*()\-]+$")
_BRACKETS = re.compile(r"[()\[\]]")


def plain(text: str) -> str:
    """Return a name as it is looked up: small letters, no marks around, no doubled blanks.

    Azerbaijani's two letters i are one here: capitals of programs confuse them.
    """
    folded = unicodedata.normalize("NFKC", text.replace("\u0130", "i")).casefold()
    folded = folded.replace("ё", "е").replace("ı", "i").replace("\u0307", "")
    words = (_AROUND.sub("", word) for word in _SPACES.split(_BRACKETS.sub(" ", folded)))
    return " ".join(filter(None, words))


def _read(table: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for member, names in table.items():
        found |= {plain(name): member for name in " ".join(names.split()).split(", ")}
    return found


_WORDS = tomllib.loads(
    files("certorigin.assessment.intake").joinpath("words.toml").read_text("utf-8")
)
COLUMNS = _read(_WORDS["columns"])
LABELS = _read(_WORDS["labels"])
_FILLERS = frozenset(map(plain, _WORDS["beside"]["fillers"].split()))
_TOTALS = frozenset(name for name, member in LABELS.items() if member == "total")


def column_of(text: str) -> tuple[str, str]:
    """Return the member that a column fills, and the unit or currency that its name states.

    `-` is a column that is known and not needed, an empty text one that is not known.
    """
    whole = plain(text)
    if whole in COLUMNS:
        return COLUMNS[whole], ""
    words, hint = whole.split(), ""
    for known in (_UNITS, _CURRENCIES):
        if len(words) > 1 and words[-1] in known:
            hint = known[words.pop()]
            break
    if words and words[-1] in {"in", "в", "у"}:
        words.pop()
    bare = [word for word in words if word not in _FILLERS]
    for tried in (" ".join(words), " ".join(bare)):
        if tried in COLUMNS:
            return COLUMNS[tried], hint
    return "", hint


def unit_of(text: str) -> str:
    """Return the code of a unit by a short name, or an empty text."""
    return _UNITS.get(plain(text), "")


def currency_of(text: str) -> str:
    """Return the code of a currency by itself or by a sign that no other has, or an empty text."""
    return _CURRENCIES.get(plain(text), "")


def is_total(text: str) -> bool:
    """Say whether a cell is or begins with a word for the sum of all rows, or of some."""
    return plain(text) in _TOTALS or plain(text.split(maxsplit=1)[0]) in _TOTALS
