"""Reads a PDF from outside: what is attached, and each page as it will be drawn.

Everything in it is hostile until it is compared. The file is read by qpdf under limits on size,
memory of each stream, filters, depth and members; whatever had to be repaired is remembered.
"""

from __future__ import annotations

import io
import re
from dataclasses import field
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import settings

from certorigin.errors import LimitError, MalformedError
from certorigin.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PDF_FILE = 16 << 20
MAX_STREAM = 6 << 20
MAX_DECODED = 48 << 20
MAX_OBJECTS = 20_000
MAX_PAGES = 1_000
MAX_ATTACHMENTS = 50
MAX_DEPTH = 40

# What qpdf and its bindings raise about a file that is not what it should be.
FAULTS = (
    pikepdf.PdfError,
    pikepdf.DataDecodingError,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)

_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]{1,127}")
_ESCAPE = re.compile(rb"#([0-9a-fA-F]{2})")
_PLAIN_FILTERS = frozenset({"/FlateDecode", "/ASCIIHexDecode", "/ASCII85Decode"})


def is_pdf(raw: bytes) -> bool:
    """Say whether bytes look like a PDF; readers look for its mark in the first kilobyte."""
    return b"%PDF-" in raw[:1024]


@dataclass
class PdfFile:
    """A PDF that was opened within limits. `was_repaired` when it was not sound as it came."""

    pdf: pikepdf.Pdf
    was_repaired: bool
    _left: int = field(default=MAX_DECODED, repr=False)

    @classmethod
    def from_bytes(cls, raw: bytes) -> PdfFile:
        """Open a file. Raises LimitError, MalformedError (`pdf.unreadable`, `pdf.encrypted`)."""
        if len(raw) > MAX_PDF_FILE:
            raise LimitError("pdf.too_large", place="", limit=str(MAX_PDF_FILE))
        _refuse_filters(raw)
        _set_limits()
        try:
            pdf = pikepdf.open(io.BytesIO(raw))
            count, pages = len(pdf.objects), len(pdf.pages)
        except pikepdf.PasswordError:
            raise MalformedError("pdf.encrypted", place="") from None
        except FAULTS as fault:
            raise MalformedError("pdf.unreadable", place="", said=str(fault)[:120]) from None
        if count > MAX_OBJECTS or pages > MAX_PAGES:
            raise LimitError("pdf.too_large", place="objects", limit=str(MAX_OBJECTS))
        if pdf.is_encrypted:
            raise MalformedError("pdf.encrypted", place="")
        return cls(pdf, bool(pdf.get_warnings()))

    def data_of(self, stream: pikepdf.Object) -> bytes:
        """Decode a stream, within what is left of the file's budget. Raises MalformedError."""
        try:
            filters = stream.get("/Filter", pikepdf.Array())
            names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
            unknown = [str(name) for name in names if str(name) not in _PLAIN_FILTERS]
            data = b"" if unknown else stream.read_bytes()
        except FAULTS as fault:
            raise MalformedError("pdf.unreadable", place="stream", said=str(fault)[:120]) from None
        if unknown:
            raise MalformedError("pdf.filter_unknown", place="Filter", value=unknown[0][:60])
        self._left -= len(data)
        if self._left < 0 or len(data) > MAX_STREAM:
            raise LimitError("pdf.too_large", place="streams", limit=str(MAX_DECODED))
        return data

    def attached(self, name: str) -> bytes | None:
        """Return the file of that name, or None.

        Raises MalformedError (`pdf.attached_twice`) when two files have the name: nobody could say
        which one a reader will see.
        """
        try:
            found = [spec for key, spec in self._attachments() if name in _names_of(key, spec)]
            streams = [spec["/EF"]["/F"] for spec in found]
        except FAULTS as fault:
            raise MalformedError("pdf.unreadable", place="Names", said=str(fault)[:120]) from None
        if len(streams) > 1:
            raise MalformedError("pdf.attached_twice", place="Names", name=name)
        return self.data_of(streams[0]) if streams else None

    def _attachments(self) -> Iterator[tuple[str, pikepdf.Object]]:
        tree = self.pdf.Root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles")
        nodes, count = [(tree, 0)] if tree is not None else [], 0
        while nodes:
            node, depth = nodes.pop()
            if depth > MAX_DEPTH:
                raise LimitError("pdf.too_large", place="Names", limit=str(MAX_DEPTH))
            names = list(node.get("/Names", pikepdf.Array()))
            nodes.extend((kid, depth + 1) for kid in node.get("/Kids", pikepdf.Array()))
            for key, spec in zip(names[::2], names[1::2], strict=False):
                count += 1
                if count + len(nodes) > MAX_ATTACHMENTS:
                    raise LimitError("pdf.too_large", place="Names", limit=str(MAX_ATTACHMENTS))
                yield str(key), spec


def _names_of(key: str, spec: pikepdf.Object) -> set[str]:
    return {key, *(str(spec[name]) for name in ("/F", "/UF") if name in spec)}


def _refuse_filters(raw: bytes) -> None:
    """Refuse what can be decompressed without a limit before qpdf meets it in a cross-reference."""
    for name in _NAME.findall(raw):
        plain = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name)
        if plain in {b"/LZWDecode", b"/LZW", b"/Crypt"}:
            raise MalformedError("pdf.filter_unknown", place="Filter", value=plain.decode())


def _set_limits() -> None:
    """Set the limits of qpdf. They hold for the whole process, where nothing else reads PDF."""
    settings.set_qpdf_limits(
        doc_max_warnings=20,
        parser_max_nesting=MAX_DEPTH,
        parser_max_container_size=MAX_OBJECTS,
        parser_max_container_size_damaged=1_000,
        max_stream_filters=2,
        dct_max_memory=1 << 20,
        dct_max_progressive_scans=1,
        flate_max_memory=MAX_STREAM,
        png_max_memory=MAX_STREAM,
        run_length_max_memory=1 << 20,
        tiff_max_memory=1 << 20,
    )
