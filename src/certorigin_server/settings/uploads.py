"""The settings of what people attach: `[uploads]`, with the scanner that looks for malware."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certorigin_server.settings.table import Table

_SCANNER = re.compile(r"/[^\0]{1,100}|[A-Za-z0-9.-]{1,250}:[1-9][0-9]{1,4}", re.ASCII)


@dataclass(frozen=True)
class UploadSettings:
    """Where `clamd` listens: the path of its socket, or host and port. Nobody scans by default."""

    scanner: str = ""
    seconds: float = 20.0


def read_uploads(uploads: Table) -> UploadSettings:
    """Read `[uploads]`; its faults are noted in the table."""
    usual = UploadSettings
    scanner = ""
    if uploads.has("scanner"):
        scanner = uploads.shaped("scanner", _SCANNER, "/run/clamav/clamd.ctl")
    found = UploadSettings(scanner, uploads.seconds("seconds", usual.seconds, least=1, most=300))
    uploads.end()
    return found
