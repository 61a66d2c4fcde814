"""Files that prove what an application says: which kinds are taken, and what a file really is.

What a file claims to be (its name, the type that a browser sends) is never believed: its first
bytes tell, and what they do not tell is refused. Files are kept byte for byte, never interpreted.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from certorigin.errors import LimitError, MalformedError

MOST_BYTES = 10_000_000
MOST_FILES = 60
MOST_BYTES_TOGETHER = 100_000_000
MOST_PARTS = 5_000
LONGEST_NAME = 120

# What a file proves. `other` is for papers that national practice asks for besides.
KINDS = (
    "invoice",
    "contract",
    "examination_act",
    "materials",
    "supplier",
    "technology",
    "origin_proof",
    "power_of_attorney",
    "registration",
    "other",
)

_PDF, _XML, _TEXT = "application/pdf", "application/xml", "text/plain"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODT = "application/vnd.oasis.opendocument.text"
# The type that the first bytes show, and the ending under which such a file is given out.
_STARTS = (
    (b"%PDF-", _PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
ENDINGS = {
    _PDF: "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    _XLSX: "xlsx",
    _DOCX: "docx",
    _ODS: "ods",
    _ODT: "odt",
    _XML: "xml",
    _TEXT: "txt",
}
_MAIN_PARTS = {
    "xl/workbook.xml": _XLSX,
    "word/document.xml": _DOCX,
}
_ZIP = b"PK\x03\x04"
_LOOKS_ACTIVE = re.compile(
    rb"<\s*(?:!doctype\s+html|html|script|svg|body|iframe|object)\b", re.IGNORECASE
)
_NOT_IN_NAMES = re.compile(r"[^\w .,()№+-]+")
_DOTS = re.compile(r"\.{2,}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file from its bytes: digest, size, type, and a harmless name."""

    digest: str
    size: int
    media_type: str
    name: str


def look_at(raw: bytes, *, name: str) -> FileFacts:
    """Find out what a file is.

    Raises LimitError (`evidence.too_large`), MalformedError (`evidence.empty`, `…type_refused`).
    """
    if not raw:
        raise MalformedError("evidence.empty", place="file")
    if len(raw) > MOST_BYTES:
        raise LimitError("evidence.too_large", place="file", limit=str(MOST_BYTES))
    media_type = media_type_of(raw)
    return FileFacts(digest_of(raw), len(raw), media_type, harmless_name(name, media_type))


def digest_of(raw: bytes) -> str:
    """Return the SHA-256 of a file in hexadecimal digits: its address and its proof."""
    return hashlib.sha256(raw).hexdigest()


def require_digest(text: str) -> str:
    """Return a digest as it is. Raises MalformedError (`evidence.digest_malformed`)."""
    if not _DIGEST.fullmatch(text):
        raise MalformedError("evidence.digest_malformed", place="digest", value=text[:80])
    return text


def media_type_of(raw: bytes) -> str:
    """Say what a file is by its bytes. Raises MalformedError (`evidence.type_refused`)."""
    for start, media_type in _STARTS:
        if raw.startswith(start):
            return media_type
    found = _in_package(raw) if raw.startswith(_ZIP) else _in_text(raw)
    if not found:
        raise MalformedError("evidence.type_refused", place="file")
    return found


def harmless_name(name: str, media_type: str) -> str:
    """Return a name that no system misreads, with the ending of what the file really is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rpartition(".")[0] or last
    kept = _DOTS.sub(".", _NOT_IN_NAMES.sub(" ", stem)).strip(" .-")
    short = " ".join(kept.split())[:LONGEST_NAME].strip(" .-")
    ending = ENDINGS[media_type]
    if media_type == _TEXT and last.lower().endswith(".csv"):
        ending = "csv"
    return f"{short or 'file'}.{ending}"


def _in_package(raw: bytes) -> str:
    """Tell office documents from other archives; one with programs inside is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            names = {one.filename for one in package.infolist()}
            if len(names) > MOST_PARTS or any("vbaproject" in name.lower() for name in names):
                return ""
            if "mimetype" in names:
                with package.open("mimetype") as part:
                    told = part.read(200).decode("ascii", "replace").strip()
                return told if told in ENDINGS else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return ""
    if "[Content_Types].xml" not in names:
        return ""
    return next((kind for part, kind in _MAIN_PARTS.items() if part in names), "")


def _in_text(raw: bytes) -> str:
    """Tell XML and plain text from everything else; what a browser would run is refused."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:  # tables of office programs in our region
            text = raw.decode("cp1251")
        except UnicodeDecodeError:
            return ""
        if not any(letter.isalpha() for letter in text[:2_000]):
            return ""
    if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text):
        return ""
    if _LOOKS_ACTIVE.search(raw[:200_000]):
        return ""
    return _XML if text.lstrip().startswith("<?xml") else _TEXT
