"""Base58btc (Bitcoin's alphabet), as multibase `z` uses it.

Reading is on the hot path of every verification. All digits stand as lanes of one large number, and
each step joins every lane with its neighbour at once: 88 characters take seven steps.
"""

from __future__ import annotations

from certorigin.errors import LimitError, MalformedError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_CHARACTERS = 256

_FOREIGN = 255
_DIGITS = bytes(
    ALPHABET.index(char) if char in ALPHABET else _FOREIGN for char in map(chr, range(256))
)


_EIGHT = 58**8
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


def _join_step(level: int) -> tuple[int, int, int]:
    """Return how wide a lane is at a level, every other lane as a mask, and what a lane weighs."""
    lane = 8 << level
    lanes = range(0, 8 * MAX_CHARACTERS, 2 * lane)
    return lane, sum(((1 << lane) - 1) << start for start in lanes), 58 ** (1 << level)


_STEPS = [_join_step(level) for level in range((MAX_CHARACTERS - 1).bit_length())]


def base58_decode(text: str) -> bytes:
    """Read base58btc. Raises MalformedError for a foreign character, LimitError when too long.

    Leading `1`s are leading zero bytes, one for one, so each byte string has exactly one spelling.
    """
    if len(text) > MAX_CHARACTERS:
        raise LimitError("seal.base58_too_long", place="", size=str(len(text)))
    digits = text.encode("latin-1", "replace").translate(_DIGITS)  # a `?` is foreign as well
    if _FOREIGN in digits:
        raise MalformedError("seal.base58_malformed", place="", value=ascii(text)[:60])
    number = int.from_bytes(digits, "big")
    for lane, every_other, weight in _STEPS[: max(0, len(digits) - 1).bit_length()]:
        number = (number & every_other) + ((number >> lane) & every_other) * weight
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base58_encode(data: bytes) -> str:
    """Write base58btc; the exact inverse of `base58_decode`."""
    number = int.from_bytes(data, "big")
    written = []
    while number:  # eight characters from each step of the large number, two from each of the small
        number, rest = divmod(number, _EIGHT)
        for _ in range(4):
            rest, pair = divmod(rest, 3364)
            written.append(_PAIRS[pair])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(written)).lstrip("1")
