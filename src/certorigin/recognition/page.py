"""Whether the page of a PDF is the one that the sealed data give (architecture.md 4).

The certificate is set anew from the sealed act, and each page compared as it will be drawn: every
decoded stream, font and measure. Only the same drawing agrees, so that a font that lies about its
letters, a picture above the text or a white rectangle can't. Where the drawing is another one, the
text is read: with most of the boxes in it and some otherwise, the page differs. What can't be
compared is unchecked, and never taken to be equal.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pikepdf

from certorigin.certification.render.pdf import CODES_NAME, Printable, original_pdf
from certorigin.certification.render.texts import visible_lines
from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.recognition.page_text import compact, text_of
from certorigin.recognition.pdf_file import FAULTS, MAX_DEPTH, PdfFile
from certorigin.recognition.report import Part, part

if TYPE_CHECKING:
    from collections.abc import Iterable

# A certificate with more goods is not set anew while somebody waits.
MOST_ITEMS = 2_000
# So much of the boxes' lines has to be found before a missing one means something.
_READABLE = 0.5
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_NOT_DRAWN = frozenset({"/Parent", "/StructParents", "/Length", "/Filter", "/DecodeParms"})
# Members of the catalogue that draw nothing; any other has to be as it is in ours.
_SILENT = frozenset(
    {"/Type", "/Pages", "/Metadata", "/Names", "/AF", "/Lang", "/Version", "/Extensions"}
    | {"/DSS", "/AcroForm", "/OutputIntents", "/ViewerPreferences", "/PageLabels", "/MarkInfo"}
)


def compare_page(file: PdfFile, *, sealed: bytes, bundle: bytes) -> Part:
    """Compare the pages of a file with those of the sealed act that is attached to it."""
    if file.was_repaired:
        return _unchecked("damaged")
    try:
        code = (file.attached(CODES_NAME) or b"").decode()
        printable = Printable.of(sealed, code=code)
        if len(printable.certificate.items) > MOST_ITEMS:
            return _unchecked("too_long")
        ours = PdfFile.from_bytes(original_pdf(printable, bundle=bundle))
        if _drawn(file) == _drawn(ours):
            return part("page.agrees", pages=str(len(ours.pdf.pages)))
        return _compare_text(file, ours, printable)
    except (CertoriginError, UnicodeDecodeError) as fault:
        return _unchecked(getattr(fault, "code", "unreadable"))


def _unchecked(reason: str) -> Part:
    return part("page.page_unchecked", reason=reason)


def _compare_text(file: PdfFile, ours: PdfFile, printable: Printable) -> Part:
    """Look for every line that can be read in our own page. The boxes of missing ones are told."""
    there, own = compact(text_of(file)), compact(text_of(ours))
    every = ((box, compact(line)) for box, line in visible_lines(printable.certificate))
    lines = [(box, line) for box, line in every if line in own]
    missing = [box for box, line in lines if line not in there]
    if len(missing) > len(lines) * _READABLE:
        return _unchecked("text_not_readable")
    if not missing:
        return _unchecked("drawn_otherwise")
    return part("page.differs", boxes=", ".join(sorted(set(missing), key=int)))


def _drawn(file: PdfFile) -> list[bytes]:
    """Return a digest for each page, and one for what the whole document adds to its drawing."""
    try:
        pages = [_Digester(file).of_page(page) for page in file.pdf.pages]
        root = _Digester(file)
        for name in sorted(file.pdf.Root.keys()):
            if name not in _SILENT:
                root.add(name.encode())
                root.walk(file.pdf.Root[name], 0)
        _refuse_forms(file.pdf.Root)
        return [*pages, root.digest()]
    except FAULTS:
        raise MalformedError("pdf.unreadable", place="page", said="") from None


def _refuse_forms(root: pikepdf.Object) -> None:
    """A form may hold signatures without a picture, and nothing that a reader would draw."""
    form = root.get("/AcroForm", pikepdf.Dictionary())
    if "/XFA" in form or form.get("/NeedAppearances", False):
        raise MalformedError("pdf.has_a_form", place="AcroForm")
    for entry in root.get("/Names", pikepdf.Dictionary()):
        if entry not in {"/EmbeddedFiles", "/Dests"}:
            raise MalformedError("pdf.has_a_form", place=str(entry))


def _is_unseen_signature(annotation: pikepdf.Object) -> bool:
    box = [float(edge) for edge in annotation.get("/Rect", [0, 0, 1, 1])]
    is_empty = len(box) == 4 and box[0] == box[2] and box[1] == box[3]
    kinds = str(annotation.get("/Subtype")), str(annotation.get("/FT"))
    return is_empty and kinds == ("/Widget", "/Sig")


class _Digester:
    """Walks the objects behind one page; a stream counts by its decoded bytes."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._hash = sha256()
        self._seen: dict[tuple[int, int], int] = {}

    def of_page(self, page: pikepdf.Page) -> bytes:
        """Return the digest of everything that a page draws, boxes and inherited members too."""
        obj = page.obj
        for name in _INHERITED:
            self.add(name.encode())
            self.walk(_inherited(obj, name), 0)
        for name in sorted(obj.keys()):
            if name == "/Annots":
                seen = [one for one in obj[name] if not _is_unseen_signature(one)]
                if seen:
                    raise MalformedError("pdf.has_annotations", place="Annots")
            elif name == "/Contents":
                self.add(b"".join(self._file.data_of(one) + b"\n" for one in _streams(obj[name])))
            elif name not in _INHERITED and name not in _NOT_DRAWN:
                self.add(name.encode())
                self.walk(obj[name], 0)
        return self.digest()

    def digest(self) -> bytes:
        """Return the digest of what was walked."""
        return self._hash.digest()

    def add(self, data: bytes) -> None:
        """Take bytes in, with their length, so that no two sequences look alike."""
        self._hash.update(b"%d:" % len(data))
        self._hash.update(data)

    def walk(self, value: object, depth: int) -> None:
        """Take in an object and everything behind it. Raises LimitError beyond the depth."""
        if depth > MAX_DEPTH:
            raise LimitError("pdf.too_large", place="page", limit=str(MAX_DEPTH))
        if isinstance(value, pikepdf.Object) and value.is_indirect:
            number = value.objgen
            if number in self._seen:
                self.add(b"again %d" % self._seen[number])
                return
            self._seen[number] = len(self._seen)
        if isinstance(value, pikepdf.Array):
            self.add(b"array %d" % len(value))
            for one in value:
                self.walk(one, depth + 1)
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            for name in sorted(value.keys()):
                if name not in _NOT_DRAWN:
                    self.add(name.encode())
                    self.walk(value[name], depth + 1)
            if isinstance(value, pikepdf.Stream):
                self.add(self._file.data_of(value))
        else:
            self.add(_plain(value))


def _plain(value: object) -> bytes:
    """Write a scalar with its type, so that a name is never taken for a text."""
    if isinstance(value, pikepdf.String):
        return b"string " + bytes(value)
    return f"{type(value).__name__} {value}".encode()


def _inherited(page: pikepdf.Object, name: str) -> object:
    node, depth = page, 0
    while name not in node and "/Parent" in node and depth < MAX_DEPTH:
        node, depth = node["/Parent"], depth + 1
    return node.get(name)


def _streams(contents: pikepdf.Object) -> Iterable[pikepdf.Object]:
    return [contents] if isinstance(contents, pikepdf.Stream) else list(contents)
