"""The reference that a payer writes on a payment: a creditor reference of ISO 11649.

Two check digits (modulo 97) find a digit that was mistyped, and two that were swapped.
"""

from __future__ import annotations

import re

from certorigin.errors import MalformedError

_SHAPE = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
# In what a bank tells of a payment the reference stands among other words, often in groups of four.
_GROUPED = re.compile(r"(?<![0-9A-Z])(?=(RF[0-9]{2}(?: ?[0-9A-Z]){1,21})(?![0-9A-Z]))")


def make_reference(name: str) -> str:
    """Return the reference for a name of letters and digits. Raises MalformedError."""
    reference = f"RF{98 - _rest(f'{name}RF00'):02d}{name}"
    if not _SHAPE.fullmatch(reference):
        raise MalformedError("fees.reference_wrong", place="reference", value=name[:40])
    return reference


def name_in(reference: str) -> str:
    """Return the name in a reference, however it is grouped. Raises MalformedError."""
    joined = "".join(reference.split()).upper()
    if not _SHAPE.fullmatch(joined) or _rest(joined[4:] + joined[:4]) != 1:
        raise MalformedError("fees.reference_wrong", place="reference", value=reference[:40])
    return joined[4:]


def find_references(text: str) -> tuple[str, ...]:
    """Return each way to read a reference among other words, the longest first of those at a place.

    A word behind a reference may look like a part of it, and of 97 such words the check digits hold
    with one: only who knows which references were given can tell.
    """
    readings: dict[str, None] = {}
    for found in _GROUPED.finditer(text.upper()):
        words = found[1]
        while words:
            joined = words.replace(" ", "")
            if _SHAPE.fullmatch(joined) and _rest(joined[4:] + joined[:4]) == 1:
                readings[joined] = None
            words = words.rpartition(" ")[0]  # a word is read whole or not at all
    return tuple(readings)


def _rest(text: str) -> int:
    """Return the rest of dividing by 97, letters counted from A = 10."""
    if not (text.isascii() and text.isalnum()):
        raise MalformedError("fees.reference_wrong", place="reference", value=text[:40])
    return int("".join(str(int(letter, 36)) for letter in text)) % 97
