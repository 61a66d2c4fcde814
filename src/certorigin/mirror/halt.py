"""Evidence, and the stop that follows it: a halted mirror takes nothing until an operator lifts it.

Evidence lies in `evidence/<n>/`: `reason.json`, the two signed heads as received (`ours`,
`theirs`), both in one file that a third party can check (`evidence.json`) and, where a file was
altered, that file (`file`). It is never removed. What was verified before stays usable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.crash import crash_point
from certorigin.errors import StandingError
from certorigin.late import dataclass
from certorigin.log import layout
from certorigin.mirror.evidence import Evidence
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.log.directory import Directory
    from certorigin.mirror.evidence import Consistency

HALTED = "private/halted"
EVIDENCE_FILE = "evidence.json"
FORMAT = "certorigin-evidence/v1"

_NUMBER = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True)
class Halt:
    """Why a mirror stopped, when, and which evidence shows it."""

    code: str
    at: datetime
    evidence: int
    facts: dict[str, str]

    @classmethod
    def from_bytes(cls, data: bytes) -> Halt:
        """Read `private/halted`; the exact inverse of `to_bytes`. Raises MalformedError."""
        record = Record(parse_strict(data))
        record.choice("format", (FORMAT,))
        facts: Any = record.value("facts")
        Record(facts, "facts")  # an object, whatever it tells
        halt = cls(
            code=record.text("code"),
            at=record.moment("at"),
            evidence=int(record.text("evidence", pattern=_NUMBER)),
            facts={str(name): str(value) for name, value in facts.items()},
        )
        record.finish()
        return halt

    def to_bytes(self) -> bytes:
        """Write the reason; the inverse of reading."""
        return strict_bytes(
            {
                "at": moment_to_text(self.at),
                "code": self.code,
                "evidence": str(self.evidence),
                "facts": self.facts,
                "format": FORMAT,
            }
        )


def find_halt(directory: Directory) -> Halt | None:
    """Return why the mirror stands still, or None when it does not. Raises MalformedError."""
    return Halt.from_bytes(directory.read(HALTED)) if directory.has(HALTED) else None


def halt(
    directory: Directory,
    code: str,
    facts: dict[str, str],
    *,
    at: datetime,
    ours: bytes = b"",
    theirs: bytes = b"",
    file: bytes | None = None,
    consistency: Consistency | None = None,
) -> Halt:
    """Keep the evidence, then stop the mirror. Both are durable on return.

    `evidence.json` is the file for a third party; `consistency` leads from the head of theirs to
    the root that its tree had at the size of ours.
    """
    number = _next_number(directory)
    reason = Halt(code, at, number, facts)
    found = {"reason.json": reason.to_bytes(), "ours": ours, "theirs": theirs}
    if file is not None:
        found["file"] = file
    if ours and theirs:
        found[EVIDENCE_FILE] = Evidence(code, at, (ours, theirs), consistency).to_bytes()
    directory.write_new({f"{layout.EVIDENCE}{number}/{name}": data for name, data in found.items()})
    crash_point("mirror.evidence_written")
    # A crash here leaves evidence without a stop: the next turn meets the same fault and halts.
    directory.replace(HALTED, reason.to_bytes())
    crash_point("mirror.halted")
    # A crash here leaves nothing undone: the mirror is halted, and says so at the next start.
    return reason


def lift(directory: Directory, *, by: str, remark: str, at: datetime) -> Halt:
    """Let a halted mirror go on: an operator's act, kept beside the evidence.

    The head that the mirror holds stays: whoever forked must show a log that extends it. Raises
    StandingError when the mirror is not halted.
    """
    reason = find_halt(directory)
    if reason is None:
        raise StandingError("mirror.not_halted")
    told = {"at": moment_to_text(at), "by": by, "format": FORMAT, "remark": remark}
    directory.replace(f"{layout.EVIDENCE}{reason.evidence}/lifted.json", strict_bytes(told))
    crash_point("mirror.lift_written")
    # A crash here leaves the mirror halted with a note of the lifting: lifting again is harmless.
    directory.remove(HALTED)
    return reason


def _next_number(directory: Directory) -> int:
    number = 0
    while directory.has(f"{layout.EVIDENCE}{number}/reason.json"):
        number += 1
    return number
