"""A nomenclature read from a file: codes with descriptions, and what stands above each.

The file is CSV with a header that names at least `hscode` and `description` (docs/spec/tariff.md).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.application.tariff.names import get_names
from certorigin.errors import LimitError, MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 50_000_000
MOST_CODES = 100_000
_CODE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}")


@dataclass(frozen=True)
class Nomenclature:
    """Descriptions of chapters, headings and subheadings by their two, four or six digits."""

    descriptions: Mapping[str, str]

    @property
    def subheadings(self) -> tuple[str, ...]:
        """The codes of six digits, in order."""
        return tuple(sorted(code for code in self.descriptions if len(code) == 6))

    @property
    def ends(self) -> tuple[str, ...]:
        """The codes that a search offers: subheadings, and headings that have none here."""
        divided = {code[:4] for code in self.subheadings}
        headings = (code for code in self.descriptions if len(code) == 4 and code not in divided)
        return tuple(sorted([*self.subheadings, *headings]))


def own_nomenclature() -> Nomenclature:
    """Return the chapters and headings that the package ships, where no official file is loaded."""
    names = get_names().items()
    return Nomenclature({code: name.english for code, name in names if len(code) <= 4})


def read_nomenclature(raw: bytes) -> Nomenclature:
    """Read a nomenclature. Rows of other lengths than 2, 4 or 6 digits are passed over.

    Raises MalformedError for bytes that are no such file, LimitError when it is too large.
    """
    if len(raw) > MAX_BYTES:
        raise LimitError("nomenclature.too_large", limit=str(MAX_BYTES))
    try:
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        names = set(rows.fieldnames or ())
        found = {} if not {"hscode", "description"} <= names else _descriptions(rows)
    except (UnicodeDecodeError, csv.Error):
        raise MalformedError("nomenclature.unreadable", place="") from None
    if not any(len(code) == 6 for code in found):
        raise MalformedError("nomenclature.unreadable", place="hscode")
    return Nomenclature(found)


def _descriptions(rows: csv.DictReader[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        code, text = row["hscode"] or "", row["description"] or ""
        if not _CODE.fullmatch(code):
            continue
        if code in found:
            raise MalformedError("nomenclature.code_twice", place=f"line {rows.line_num}")
        if len(found) >= MOST_CODES:
            raise LimitError("nomenclature.too_large", limit=str(MOST_CODES))
        found[code] = text
    return found
