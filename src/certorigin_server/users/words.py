"""Codes that people read aloud and type: no letter that looks like a figure."""

from __future__ import annotations

import secrets

# 16 of 32 are 80 bits.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BLOCKS = 4


def spoken_word() -> str:
    """Return a new secret word, in four blocks of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_BLOCKS))


def plain_word(text: str) -> str:
    """Return a word as it was made, however it was typed."""
    return "".join(letter for letter in text.upper() if letter in _LETTERS)
