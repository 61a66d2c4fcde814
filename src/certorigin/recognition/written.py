"""A report in its written form, from another program of this side: read before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.recognition.report import CODE, CODES, FORMAT, PAGE, PARTS, Outcome
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORST = (Outcome.REFUSED, Outcome.UNDETERMINED)
_MOST_FACTS = 20


def check_written_report(data: Mapping[str, Any]) -> Outcome:
    """Check what a page shows of a report, and return its bottom line.

    A code comes to the outcome that it always has, and the bottom line to what the parts come to.
    Raises MalformedError.
    """
    record = Record(dict(data))
    record.choice("format", (FORMAT,))
    record.moment("at")
    parts = record.value("parts")
    if not isinstance(parts, dict) or not set(PARTS) <= set(parts) <= {*PARTS, PAGE, CODE}:
        raise MalformedError("report.malformed", place="parts")
    outcomes = {_outcome_of(name, Record(part, f"parts.{name}")) for name, part in parts.items()}
    line = next((worst for worst in _WORST if worst in outcomes), Outcome.RECOGNISED)
    if record.text("bottom_line") != line:
        raise MalformedError("report.malformed", place="bottom_line")
    if record.has("legal_time"):
        record.moment("legal_time")
    record.part_or_none("head", _check_head)
    return line


def _outcome_of(name: str, part: Record) -> Outcome:
    code, facts = part.text("code"), part.value("facts")
    if code.partition(".")[0] != name or part.text("outcome") != CODES.get(code):
        raise MalformedError("report.malformed", place=part.at("code"))
    texts = isinstance(facts, dict) and all(isinstance(fact, str) for fact in facts.values())
    if not texts or len(facts) > _MOST_FACTS:  # type: ignore[arg-type]
        raise MalformedError("report.malformed", place=part.at("facts"))
    return CODES[code]


def _check_head(record: Record) -> None:
    for name in ("origin", "size", "source"):
        record.text(name)
    if record.has("time"):
        record.moment("time")
