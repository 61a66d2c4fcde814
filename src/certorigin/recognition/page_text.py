"""The text that a page shows, as far as its fonts say which letters their glyphs are.

Read only to find out whether a page that is drawn otherwise says something else: what is read here
never makes a page agree.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pikepdf

from certorigin.errors import MalformedError
from certorigin.recognition.pdf_file import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.recognition.pdf_file import PdfFile

MOST_OPERATORS = 200_000
MOST_CODES = 65_536
_NESTED = 4

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PAIR = re.compile(rb"<([0-9a-fA-F\s]{1,8})>\s*<([0-9a-fA-F\s]{1,64})>")
_RANGE = re.compile(
    rb"<([0-9a-fA-F]{1,8})>\s*<([0-9a-fA-F]{1,8})>\s*(?:<([0-9a-fA-F]{1,64})>|\[([^\]]{0,65536})\])"
)
_HEX = re.compile(rb"<([0-9a-fA-F]{1,64})>")

Letters = dict[int, str]


def compact(text: str) -> str:
    """Return a text without blanks and marks that nobody sees, in one form of its letters."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(one for one in plain if not one.isspace() and unicodedata.category(one) != "Cf")


def text_of(file: PdfFile) -> str:
    """Return the texts of all pages, in the order of their drawing. Raises MalformedError."""
    reader = _Reader(file)
    try:
        for page in file.pdf.pages:
            reader.read(page.obj, page.obj.get("/Resources", pikepdf.Dictionary()), 0)
    except FAULTS:
        raise MalformedError("pdf.unreadable", place="text", said="") from None
    return "".join(reader.found)


class _Reader:
    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._left = MOST_OPERATORS
        self._fonts: dict[tuple[int, int], tuple[int, Letters]] = {}
        self.found: list[str] = []

    def read(self, content: pikepdf.Object, resources: pikepdf.Object, depth: int) -> None:
        """Read a page or a form drawn on it."""
        fonts = resources.get("/Font", pikepdf.Dictionary())
        drawn = resources.get("/XObject", pikepdf.Dictionary())
        width, letters = 1, Letters()
        for instruction in pikepdf.parse_content_stream(content):
            self._left -= 1
            if self._left < 0:
                raise MalformedError("pdf.unreadable", place="text", said="")
            operands, name = instruction.operands, str(instruction.operator)
            if name == "Tf":
                width, letters = self._font(fonts.get(str(operands[0])))
            elif name in {"Tj", "'", '"', "TJ"}:
                for shown in _strings(operands):
                    self.found.append(_spelt(shown, width, letters))
            elif name == "Do" and depth < _NESTED:
                form = drawn.get(str(operands[0]))
                if form is not None and form.get("/Subtype") == "/Form":
                    self._file.data_of(form)
                    self.read(form, form.get("/Resources", resources), depth + 1)

    def _font(self, font: pikepdf.Object | None) -> tuple[int, Letters]:
        if font is None:
            return 1, {}
        if font.objgen not in self._fonts or font.objgen == (0, 0):
            width = 2 if font.get("/Subtype") == "/Type0" else 1
            table = font.get("/ToUnicode")
            letters = _letters(self._file.data_of(table)) if table is not None else {}
            self._fonts[font.objgen] = width, letters
        return self._fonts[font.objgen]


def _strings(operands: object) -> Iterator[bytes]:
    for operand in operands:  # type: ignore[attr-defined]
        for one in operand if isinstance(operand, pikepdf.Array) else [operand]:
            if isinstance(one, pikepdf.String):
                yield bytes(one)


def _spelt(shown: bytes, width: int, letters: Letters) -> str:
    codes = (int.from_bytes(shown[start : start + width]) for start in range(0, len(shown), width))
    # Without a table, a font of one byte a glyph mostly writes plain letters.
    return "".join(letters.get(code) or (chr(code) if width == 1 else "�") for code in codes)


def _letters(table: bytes) -> Letters:
    """Read which letters glyphs are, out of a ToUnicode table."""
    found: Letters = {}
    for kind, body in _SECTION.findall(table):
        if kind == b"bfchar":
            for code, text in _PAIR.findall(body):
                found[int(code, 16)] = _utf16(text)
            continue
        for first, last, text, listed in _RANGE.findall(body):
            start, end = int(first, 16), min(int(last, 16), int(first, 16) + MOST_CODES)
            texts = [_utf16(one) for one in _HEX.findall(listed)]
            for code in range(start, end + 1):
                if listed:
                    found[code] = texts[code - start] if code - start < len(texts) else ""
                else:
                    found[code] = _shifted(_utf16(text), code - start)
        if len(found) > MOST_CODES:
            raise MalformedError("pdf.unreadable", place="ToUnicode", said="")
    return found


def _shifted(text: str, by: int) -> str:
    last = ord(text[-1]) + by if text else 0
    return text[:-1] + chr(last) if text and last < 0x110000 else ""


def _utf16(digits: bytes) -> str:
    packed = bytes.fromhex(digits.decode("ascii"))
    return packed.decode("utf-16-be", "replace")
