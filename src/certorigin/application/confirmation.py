"""The declaration of box 13, confirmed without paper and bound to one exact document (R3)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.certificate import Confirmation

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.application.draft import Application


def digest_of(application: Application) -> str:
    """Return the SHA-256 of an application's canonical bytes, hexadecimal."""
    return hashlib.sha256(strict_bytes(application.to_data())).hexdigest()


def confirm(application: Application, *, at: datetime, position: str = "") -> Confirmation:
    """Return the confirmation of exactly this application, its declaration included (R3)."""
    return Confirmation(digest_of(application), at, position)


def fits(confirmation: Confirmation, application: Application) -> bool:
    """Say whether a confirmation is of this application, and not of an earlier state of it."""
    return confirmation.digest == digest_of(application)
