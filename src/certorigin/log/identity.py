"""Who a log is: `log.json`, written once when the log is created and never changed."""

from __future__ import annotations

import json
from typing import Any

from certorigin.errors import LimitError, MalformedError
from certorigin.late import dataclass
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.key import KeyKind, Verifier, check_key_name
from certorigin.log.note import Note

FORMAT = "certorigin-log/v1"
MAX_IDENTITY = 256 << 10

_NAMES = {"format", "heartbeat", "log", "origin"}


@dataclass(frozen=True)
class Predecessor:
    """The log that this one follows: its origin, and its closing head as signed."""

    origin: str
    head: bytes


@dataclass(frozen=True)
class Identity:
    """A log's keys; the name of its key is the origin. Raises MalformedError for odd parts."""

    log: Verifier
    heartbeat: Verifier
    predecessor: Predecessor | None = None

    def __post_init__(self) -> None:
        kinds = (self.log.kind, self.heartbeat.kind)
        if kinds != (KeyKind.ED25519, KeyKind.COSIGNATURE):
            raise MalformedError("log.identity_malformed", place="keys")
        if self.log.public_key == self.heartbeat.public_key:
            raise MalformedError("log.identity_malformed", place="keys")  # two purposes, two keys
        if self.predecessor is not None:
            check_key_name(self.predecessor.origin)
            checkpoint = Checkpoint.from_text(Note.from_bytes(self.predecessor.head).text)
            if checkpoint.origin != self.predecessor.origin or checkpoint.origin == self.origin:
                raise MalformedError("log.identity_malformed", place="predecessor")

    @property
    def origin(self) -> str:
        """Return the origin line of every checkpoint of this log."""
        return self.log.name

    def to_bytes(self) -> bytes:
        """Write `log.json`."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "heartbeat": self.heartbeat.to_text(),
            "log": self.log.to_text(),
            "origin": self.origin,
        }
        if self.predecessor is not None:
            head = self.predecessor.head.decode()
            data["predecessor"] = {"head": head, "origin": self.predecessor.origin}
        return _write(data)

    @classmethod
    def from_bytes(cls, data: bytes) -> Identity:
        """Read `log.json`; the exact inverse of `to_bytes`. Raises MalformedError, LimitError."""
        if len(data) > MAX_IDENTITY:
            raise LimitError("log.identity_too_long", place="log.json")
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            raise MalformedError("log.identity_malformed", place="json") from None
        # One spelling only: sorted names, no blanks, no doubled names.
        if not isinstance(value, dict) or _write(value) != data or value.get("format") != FORMAT:
            raise MalformedError("log.identity_malformed", place="json")
        predecessor = _predecessor(value.pop("predecessor")) if "predecessor" in value else None
        if value.keys() != _NAMES or not all(isinstance(item, str) for item in value.values()):
            raise MalformedError("log.identity_malformed", place="names")
        log, heartbeat = (Verifier.from_text(value[name]) for name in ("log", "heartbeat"))
        if log.name != value["origin"]:
            raise MalformedError("log.identity_malformed", place="origin")
        return cls(log, heartbeat, predecessor)


def _predecessor(value: object) -> Predecessor:
    if not isinstance(value, dict) or value.keys() != {"head", "origin"}:
        raise MalformedError("log.identity_malformed", place="predecessor")
    head, origin = value["head"], value["origin"]
    if not isinstance(head, str) or not isinstance(origin, str):
        raise MalformedError("log.identity_malformed", place="predecessor")
    return Predecessor(origin, head.encode("utf-8", "surrogatepass"))


def _write(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")
