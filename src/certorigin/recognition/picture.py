"""Reads the QR codes of a picture from outside, within limits on bytes, pixels and formats."""

from __future__ import annotations

import io
import warnings

import zxingcpp
from PIL import Image, UnidentifiedImageError

from certorigin.certification.record import RecordPart
from certorigin.errors import LimitError, MalformedError
from certorigin.late import dataclass

MAX_PICTURE = 16 << 20
MAX_PIXELS = 40_000_000
MOST_CODES = 120
FORMATS = ("PNG", "JPEG")
# A mark of the format at the beginning of the file.
_MARKS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
# A small or soft picture is tried again larger.
_SMALL = 4_000_000


@dataclass(frozen=True)
class Code:
    """One code: the text in it, and how it is written."""

    text: str
    level: str


def is_picture(raw: bytes) -> bool:
    """Say whether bytes are a picture of a format that is read here."""
    return raw.startswith(_MARKS)


def read_codes(raw: bytes) -> list[Code]:
    """Read every QR code of a picture, each text once.

    Raises LimitError, MalformedError (`picture.unreadable`, `picture.no_code`).
    """
    if len(raw) > MAX_PICTURE:
        raise LimitError("picture.too_large", place="", limit=str(MAX_PICTURE))
    picture = _opened(raw)
    found = _codes(picture)
    is_small = picture.width * picture.height <= _SMALL
    if is_small and (not found or _lacks_parts(found)):
        larger = _codes(picture.resize((picture.width * 2, picture.height * 2)))
        found = list({one.text: one for one in (*found, *larger)}.values())
    if not found:
        raise MalformedError("picture.no_code", place="")
    if len(found) > MOST_CODES:
        raise LimitError("picture.too_large", place="codes", limit=str(MOST_CODES))
    return found


def _opened(raw: bytes) -> Image.Image:
    """Decode a picture to grey, unless it says that it is larger than is read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(raw), formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise LimitError("picture.too_large", place="pixels", limit=str(MAX_PIXELS))
            return picture.convert("L")
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        MemoryError,
    ):
        raise MalformedError("picture.unreadable", place="") from None


def _lacks_parts(codes: list[Code]) -> bool:
    """Say whether some of a record's codes were read, and others were not."""
    known = [found for found in (_part(code.text) for code in codes) if found is not None]
    return any(one.count > len(known) for one in known)


def _part(text: str) -> RecordPart | None:
    try:
        return RecordPart.from_text(text)
    except MalformedError:
        return None


def _codes(picture: Image.Image) -> list[Code]:
    read = zxingcpp.read_barcodes(picture, formats=_QR)
    by_text = {one.text: Code(one.text, one.ec_level) for one in read if one.valid and one.text}
    return list(by_text.values())
