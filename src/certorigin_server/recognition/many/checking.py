"""Verifying what a file asks, line by line: the same answer as the desk's, in short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin_server.recognition.examination import Examiner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from certorigin.recognition.batch import Asked
    from certorigin_server.recognition.examination import Examination


def answers_to(asked: Iterable[Asked], *, at: datetime) -> Iterator[dict[str, Any]]:
    """Answer each line: one answer for each certificate that it names, or why there is none."""
    examiner = Examiner(at=at)
    for one in asked:
        if one.fault:
            yield {"line": one.line, "bottom_line": "unreadable", "reason": one.fault}
            continue
        if not one.references:
            yield {"line": one.line, "bottom_line": "not_asked", "reason": "web.cites_nothing"}
        for found in examiner.examine(one.declaration, one.references):
            yield {"line": one.line, **in_short(found)}


def in_short(found: Examination) -> dict[str, Any]:
    """Write an examination as one line: the bottom line, the codes of the parts, the findings."""
    short: dict[str, Any] = {
        "number": found.reference.number,
        "subject": found.subject,
        "bottom_line": "undetermined",
        "reason": found.reason,
    }
    if found.report is None:
        return short
    matched = found.report.match.all_findings if found.report.match else ()
    return short | {
        "bottom_line": str(found.report.bottom_line),
        "as_of": found.report.as_of,
        "parts": {name: part.code for name, part in found.report.parts.items()},
        "findings": [{"code": one.code, "place": one.place} for one in matched],
    }
