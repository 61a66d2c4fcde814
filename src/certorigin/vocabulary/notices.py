"""The bodies of acts about an installation: a day's counts, its trail, disturbed service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import URN

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin.vocabulary.record import Record

PLANNED, UNPLANNED = "planned", "unplanned"
AFFECTED = ("issuing", "exchange", "customs")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_SEQUENCE = re.compile(r"[1-9][0-9]{0,17}")
_CODE = re.compile(r"[a-z0-9_.]{2,80}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class BodyCount:
    """How many certificates of one day a body issued, and the SHA-256 over them in order."""

    body: str
    count: int
    digest: str

    @classmethod
    def from_record(cls, record: Record) -> BodyCount:
        """Read a count. Raises MalformedError."""
        return cls(
            body=record.text("body", pattern=URN),
            count=int(record.text("count", pattern=_COUNT)),
            digest=record.text("digest", pattern=_DIGEST),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the count; the inverse of reading."""
        return {"body": self.body, "count": str(self.count), "digest": self.digest}


@dataclass(frozen=True)
class DayStatement:
    """What the bodies of a publisher issued on one day; none of them issued nothing (R9)."""

    day: date
    bodies: tuple[BodyCount, ...]

    @classmethod
    def from_record(cls, record: Record) -> DayStatement:
        """Read a statement. Raises MalformedError, also for a body that stands in it twice."""
        statement = cls(record.day("day"), record.parts("bodies", BodyCount.from_record))
        names = [one.body for one in statement.bodies]
        if names != sorted(set(names)):
            raise MalformedError("statement.bodies_unordered", place=record.at("bodies"))
        return statement

    def to_data(self) -> dict[str, Any]:
        """Write the statement; the inverse of reading."""
        data: dict[str, Any] = {"day": self.day.isoformat()}
        return data | ({"bodies": [one.to_data() for one in self.bodies]} if self.bodies else {})


@dataclass(frozen=True)
class TrailStatement:
    """With which entry the installation's trail ended, so that nobody rewrites it later (P67)."""

    sequence: int
    hash: str

    @classmethod
    def from_record(cls, record: Record) -> TrailStatement:
        """Read a statement. Raises MalformedError."""
        return cls(
            sequence=int(record.text("sequence", pattern=_SEQUENCE)),
            hash=record.text("hash", pattern=_DIGEST),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the statement; the inverse of reading."""
        return {"sequence": str(self.sequence), "hash": self.hash}


@dataclass(frozen=True)
class Disturbance:
    """Service that does not work properly from a moment on, foreseen or not (R15, R18)."""

    nature: str
    affects: str
    starts: datetime
    ends: datetime | None
    reason: str
    remark: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Disturbance:
        """Read a notice. Raises MalformedError for one that ends before it starts."""
        ends = record.moment("ends") if record.has("ends") else None
        notice = cls(
            nature=record.choice("nature", (PLANNED, UNPLANNED)),
            affects=record.choice("affects", AFFECTED),
            starts=record.moment("starts"),
            ends=ends,
            reason=record.text("reason", pattern=_CODE),
            remark=record.text_or("remark"),
        )
        if ends is not None and ends <= notice.starts:
            raise MalformedError("notice.ends_before_it_starts", place=record.at("ends"))
        return notice

    def to_data(self) -> dict[str, Any]:
        """Write the notice; the inverse of reading."""
        data = {
            "nature": self.nature,
            "affects": self.affects,
            "starts": moment_to_text(self.starts),
            "reason": self.reason,
        }
        data |= {"ends": moment_to_text(self.ends)} if self.ends else {}
        return data | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True)
class Restoration:
    """Service works again since a moment; the subject names the notice that ends."""

    restored: datetime

    @classmethod
    def from_record(cls, record: Record) -> Restoration:
        """Read a restoration. Raises MalformedError."""
        return cls(record.moment("restored"))

    def to_data(self) -> dict[str, Any]:
        """Write the restoration; the inverse of reading."""
        return {"restored": moment_to_text(self.restored)}
