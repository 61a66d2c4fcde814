"""QR symbols: a text becomes a square of modules, drawn as one path."""

from __future__ import annotations

from math import isqrt

import zxingcpp

from certorigin.errors import LimitError

LARGEST_VERSION = 13
_QUIET = 4
_DARK = 0


def modules(text: str) -> list[bytes]:
    """Return the rows of a symbol at level M, a byte for each module: 0 is dark.

    Raises LimitError (`code.too_long`) when it would need a larger version than 13.
    """
    try:
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError:
        raise LimitError("code.too_long", place="", limit=str(LARGEST_VERSION)) from None
    # The buffer of an image is not known to the type checker.
    flat = memoryview(barcode.to_image(scale=1, add_quiet_zones=False)).tobytes()  # type: ignore[arg-type]
    side = isqrt(len(flat))
    if (side - 17) // 4 > LARGEST_VERSION:
        raise LimitError("code.too_long", place="", limit=str(LARGEST_VERSION))
    return [flat[row * side : (row + 1) * side] for row in range(side)]


def version_of(text: str) -> int:
    """Return the version of the symbol of a text. Raises LimitError."""
    return (len(modules(text)) - 17) // 4


def symbol_svg(text: str) -> str:
    """Draw a symbol with its quiet zone. Raises LimitError."""
    rows = modules(text)
    side = len(rows) + 2 * _QUIET
    path = "".join(
        f"M{start + _QUIET} {y + _QUIET}h{end - start}v1h{start - end}z"
        for y, row in enumerate(rows)
        for start, end in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{path}"/></svg>'
    )


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Return where dark runs begin and end."""
    found, start = [], -1
    for x, module in enumerate(row + b"\xff"):
        if module == _DARK and start < 0:
            start = x
        elif module != _DARK and start >= 0:
            found.append((start, x))
            start = -1
    return found
