"""Base45 (RFC 9285): bytes in the letters that a QR code packs tightest."""

from __future__ import annotations

from certorigin.errors import MalformedError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {char: value for value, char in enumerate(ALPHABET)}


def base45_encode(data: bytes) -> str:
    """Write base45: three letters for two bytes, two for a last one."""
    letters = []
    for start in range(0, len(data) - 1, 2):
        high, low = divmod(data[start] * 256 + data[start + 1], 45)
        last, middle = divmod(high, 45)
        letters += [ALPHABET[low], ALPHABET[middle], ALPHABET[last]]
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        letters += [ALPHABET[low], ALPHABET[high]]
    return "".join(letters)


def base45_decode(text: str) -> bytes:
    """Read base45; the exact inverse of writing. Raises MalformedError."""
    if len(text) % 3 == 1 or any(char not in _VALUES for char in text):
        raise MalformedError("code.not_base45", place="", value=ascii(text)[:40])
    found = bytearray()
    for start in range(0, len(text), 3):
        values = [_VALUES[char] for char in text[start : start + 3]]
        number = sum(value * 45**power for power, value in enumerate(values))
        size = len(values) - 1
        if number >= 256**size:
            raise MalformedError("code.not_base45", place=str(start), value=text[start : start + 3])
        found += number.to_bytes(size, "big")
    return bytes(found)
