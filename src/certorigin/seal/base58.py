"""Base58btc (Bitcoin's alphabet), as multibase `z` uses it. Two characters a step: this is on the hot path."""

from __future__ import annotations

from certorigin.errors import LimitError, MalformedError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_CHARACTERS = 256

_PAIRS = {
    high + low: 58 * ALPHABET.index(high) + ALPHABET.index(low)
    for high in ALPHABET
    for low in ALPHABET
}
_SINGLES = {character: value for value, character in enumerate(ALPHABET)}


def base58_decode(text: str) -> bytes:
    """Read base58btc. Raises MalformedError for a foreign character, LimitError when too long.

    Leading `1`s are leading zero bytes, one for one, so each byte string has exactly one spelling.
    """
    if len(text) > MAX_CHARACTERS:
        raise LimitError("seal.base58_too_long", place="", size=str(len(text)))
    number = 0
    try:
        if len(text) % 2:
            number = _SINGLES[text[0]]
        for at in range(len(text) % 2, len(text), 2):
            number = number * 3364 + _PAIRS[text[at : at + 2]]
    except KeyError:
        raise MalformedError("seal.base58_malformed", place="", value=text[:40]) from None
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
