"""What waits for a person: one line of a work list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True)
class Task:
    """Something to do: what it is (a code), about what, where, since when, until when.

    `status` is the code of a status tag; `due` is None where no term runs.
    """

    what: str
    subject: str
    url: str
    since: datetime
    detail: str = ""
    status: str = ""
    due: date | None = None
    is_overdue: bool = False
