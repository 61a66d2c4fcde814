"""The folder in which files lie under the digest of their bytes; nothing in it is ever replaced."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings

from certorigin.application.evidence import digest_of, require_digest
from certorigin.durable import fsync_folder, make_folder
from certorigin.errors import UnknownError, VerificationError


def path_of(digest: str) -> Path:
    """Return where the file with a digest lies. Raises MalformedError for what is no digest."""
    folder: Path = settings.SYSTEM.evidence_folder
    return folder / require_digest(digest)[:2] / digest


def keep_file(raw: bytes) -> str:
    """Keep a file and return its digest; keeping the same bytes again changes nothing.

    The file is whole under its name or is not there: a crash leaves at most a piece beside it.
    """
    digest = digest_of(raw)
    path = path_of(digest)
    if path.exists():
        return digest
    make_folder(path.parent, 0o700)
    handle, piece = tempfile.mkstemp(dir=path.parent, prefix=".piece-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        Path(piece).replace(path)
    except BaseException:
        Path(piece).unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)
    return digest


def remove_file(digest: str) -> None:
    """Unlink a file so that no power cut brings it back."""
    path = path_of(digest)
    path.unlink(missing_ok=True)
    fsync_folder(path.parent)


def read_file(digest: str) -> bytes:
    """Return a file as it was attached.

    Raises UnknownError (`evidence.lost`) when it is gone, VerificationError (`evidence.altered`)
    when its bytes are others.
    """
    try:
        raw = path_of(digest).read_bytes()
    except FileNotFoundError:
        raise UnknownError("evidence.lost", digest=digest) from None
    if digest_of(raw) != digest:
        raise VerificationError("evidence.altered", digest=digest)
    return raw
