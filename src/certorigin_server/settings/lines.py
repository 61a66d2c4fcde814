"""What processes write for the operator: one JSON object a line, without trade data (R17).

An exception is told by its kind and the places that it came through. Its message stays out: that of
a database, for one, shows the row.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

# The innermost places say most.
_PLACES = 12


class JsonLines(logging.Formatter):
    """Writes `at`, `level`, `logger`, `message`; `error` and `places` where something broke."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            told |= {"error": f"{kind.__module__}.{kind.__qualname__}", "places": _places(trace)}
        return json.dumps(told, ensure_ascii=False)


class WithoutPolls(logging.Filter):
    """Keeps out that a partner asked for what is not there yet.

    It asks every second for the next trust list and the next countersigned head: that nothing is
    there is the usual answer, and would bury what an operator has to see.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a line is written."""
        request = getattr(record, "request", None)
        is_absent = getattr(record, "status_code", 0) == HTTPStatus.NOT_FOUND
        return not (is_absent and request is not None and request.path.startswith("/exchange/"))


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_PLACES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
