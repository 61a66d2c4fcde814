"""Sets pages with typst: PDF/A-3b, byte for byte the same for the same input.

One compiler and the fonts inside the package are kept for the process; no file, no font of the
machine and no network is touched. The template is ours, and what a certificate says is data in it.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson
import typst

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

STANDARD = "a-3b"
FORM, CODES, DECISION, REPORT = "form.typ", "codes.typ", "decision.typ", "report.typ"
# What typst says of a text that no font has; such a sign is printed by its number.
_NO_GLYPH = re.compile(r'text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
MOST_SIGNS = 16


class Typesetter:
    """One compiler. It is used by one thread at a time."""

    def __init__(self) -> None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
        self._compiler = typst.Compiler(font_paths=fonts)
        self._lock = threading.Lock()

    def set_pdf(
        self,
        given: Mapping[str, Any],
        *,
        files_in: Mapping[str, str],
        at: datetime,
        template: str = FORM,
    ) -> bytes:
        """Set the pages. `at` is the document's date, `files_in` are texts attached by name.

        Raises MalformedError (`render.not_printable`) when too many signs have no glyph.
        """
        inputs = {"given": orjson.dumps(given).decode(), **files_in}
        how = {"format": "pdf", "pdf_standards": STANDARD, "pdf_tags": False}
        made = self._compile(inputs, at, template, how)
        return bytes(made)

    def set_pictures(self, given: Mapping[str, Any], *, at: datetime, ppi: float) -> list[bytes]:
        """Set the pages as PNG pictures, as a printer and a scanner would make them."""
        inputs = {"given": orjson.dumps(given).decode()}
        found = self._compile(inputs, at, FORM, {"format": "png", "ppi": ppi})
        return found if isinstance(found, list) else [found]

    def _compile(
        self, inputs: dict[str, str], at: datetime, template: str, how: Mapping[str, Any]
    ) -> Any:  # noqa: ANN401 - bytes, or a list of them for pictures
        """Compile; signs that no font has are replaced by their numbers, and it is tried again."""
        for _ in range(MOST_SIGNS):
            try:
                with self._lock:
                    made, warnings = self._compiler.compile_with_warnings(
                        _template(template), sys_inputs=inputs, timestamp=at, **how
                    )
            except typst.TypstError as fault:
                inputs = inputs | {"given": _without_signs(inputs["given"], fault.message)}
                continue
            if not warnings:
                return made
            raise _unprintable("; ".join(warning.message for warning in warnings))
        raise _unprintable("")


@cache
def get_typesetter() -> Typesetter:
    """Return the typesetter of this process."""
    return Typesetter()


@cache
def _template(name: str) -> bytes:
    return files("certorigin.certification.render").joinpath(name).read_bytes()


def _without_signs(given: str, said: str) -> str:
    """Write each sign that typst names as [U+20BC]. Raises MalformedError for another fault."""
    found = _NO_GLYPH.search(said)
    if found is None:
        raise _unprintable(said)
    signs = _ESCAPED.sub(lambda one: chr(int(one[1], 16)), found[1])
    changed = given
    for sign in {sign for sign in signs if ord(sign) > 126}:
        changed = changed.replace(sign, f"[U+{ord(sign):04X}]")
    if changed == given:
        raise _unprintable(said)
    return changed


def _unprintable(said: str) -> MalformedError:
    return MalformedError("render.not_printable", place="", said=said[:200])
