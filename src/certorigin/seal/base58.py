"""Base58btc (Bitcoin's alphabet), as multibase `z` uses it.

Reading is on the hot path of every verification: two characters a step, and the steps run in C.
"""

from __future__ import annotations

import sys
from operator import mul

from certorigin.errors import LimitError, MalformedError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_CHARACTERS = 256

# The value of two neighbouring characters, found by their bytes read as one native number; None for
# what is not in the alphabet.
_PAIRS: list[int | None] = [None] * 65536
for _high, _first in enumerate(ALPHABET.encode()):
    for _low, _second in enumerate(ALPHABET.encode()):
        _PAIRS[int.from_bytes((_first, _second), sys.byteorder)] = 58 * _high + _low
_POWERS = [3364**power for power in reversed(range(MAX_CHARACTERS // 2))]


def base58_decode(text: str) -> bytes:
    """Read base58btc. Raises MalformedError for a foreign character, LimitError when too long.

    Leading `1`s are leading zero bytes, one for one, so each byte string has exactly one spelling.
    """
    if len(text) > MAX_CHARACTERS:
        raise LimitError("seal.base58_too_long", place="", size=str(len(text)))
    try:
        even = ("1" + text if len(text) % 2 else text).encode("ascii")
        values = map(_PAIRS.__getitem__, memoryview(even).cast("H"))
        number: int = sum(map(mul, values, _POWERS[len(_POWERS) - len(even) // 2 :]))
    except (UnicodeEncodeError, TypeError):  # a foreign character, inside ASCII or outside
        raise MalformedError("seal.base58_malformed", place="", value=ascii(text)[:60]) from None
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base58_encode(data: bytes) -> str:
    """Write base58btc; the exact inverse of `base58_decode`."""
    number = int.from_bytes(data, "big")
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(digits))
