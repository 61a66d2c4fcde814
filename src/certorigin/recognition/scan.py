"""What a hand scanner types: it presses keys, and the layout of the computer makes letters of them.

Under a Russian, Belarusian or Azerbaijani layout the address of a code arrives in other letters;
which key was pressed is still known, so the address can be told.
"""

from __future__ import annotations

from certorigin.certification.slip import is_address
from certorigin.errors import MalformedError

# Long enough for the address in any symbol that is printed, short enough for a field.
MAX_SCAN = 2_000

# The keys of a United States layout, without and with Shift, and what other layouts make of them.
_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,./QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?#"
_LAYOUTS = (
    "йцукенгшщзхъфывапролджэячсмитьбю.ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,№",
    "йцукенгшўзх'фывапролджэячсмітьбю.ЙЦУКЕНГШЎЗХ'ФЫВАПРОЛДЖЭЯЧСМІТЬБЮ,№",
    "qüertyuiopöğasdfghjklıəzxcvbnmçş.QÜERTYUİOPÖĞASDFGHJKLIƏZXCVBNMÇŞ,№",
)
_TABLES = tuple(str.maketrans(layout, _KEYS) for layout in _LAYOUTS)


def looks_scanned(text: str) -> bool:
    """Say whether a text is the address of a code, under whatever layout it was typed."""
    return _found(text) is not None


def typed_address(text: str) -> str:
    """Return the address that a scanner meant. Raises MalformedError (`code.not_ours`)."""
    found = _found(text)
    if found is None:
        raise MalformedError("code.not_ours", place="")
    return found


def _found(text: str) -> str | None:
    said = text.strip()
    if not 20 <= len(said) <= MAX_SCAN:
        return None
    tried = (said, *(said.translate(table) for table in _TABLES))
    return next((one for one in tried if is_address(one)), None)
