"""Entries of a trust list: roots, installations, bodies, officers, keys, corridors (R1, R31)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.seal.multikey import is_public_key
from certorigin.seal.trust.period import Period, read_forms, read_set, write_lists
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from certorigin.vocabulary.record import Record

INSTALLATION_ROLES: Final = ("issuing", "customs")
BODY_ROLES: Final = (
    "central-authorised-body",
    "authorised-body",
    "verifying-body",
    "central-customs-authority",
    "customs-post",
)
RIGHTS: Final = ("certify", "examine")
KEY_ROLES: Final = ("seal", "officer", "log", "heartbeat", "witness", "exchange", "gateway")
REASONS: Final = ("compromised", "superseded", "ceased")
MEDIA: Final = ("electronic-only", "paper+record")
MAX_ROOT_KEYS: Final = 8

_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_URN = re.compile(
    r"urn:certorigin:(?:(installation):([A-Z]{2})-[1-9][0-9]{0,3}"
    r"|(body|officer):([A-Z]{2}):[a-z0-9]+(?:-[a-z0-9]+)*)"
)


def urn_parts(urn: str) -> tuple[str, str]:
    """Return what a URN of ours names, and of which state: `("body", "BY")`; else empty texts."""
    found = _URN.fullmatch(urn)
    kind, state = (part for part in found.groups() if part) if found else ("", "")
    return kind, state


def state_urn(state: str) -> str:
    """Return the URN under which a state's root keys sign its trust list."""
    return f"urn:certorigin:state:{state}"


@dataclass(frozen=True)
class Roots:
    """A state's root keys, and how many of them must sign a trust list."""

    threshold: int
    keys: tuple[str, ...]

    @classmethod
    def from_record(cls, record: Record) -> Roots:
        """Read roots. Raises MalformedError when the threshold can't be reached."""
        threshold = int(record.text("threshold", pattern=_COUNT))
        keys = read_set(record, "keys", is_public_key)
        if threshold > len(keys) or len(keys) > MAX_ROOT_KEYS:
            raise MalformedError("trust.threshold_out_of_reach", place=record.at("threshold"))
        return cls(threshold, keys)

    def to_data(self) -> dict[str, Any]:
        """Write the roots; the inverse of reading."""
        return {"keys": list(self.keys), "threshold": str(self.threshold)}

    def count(self, keys: Iterable[str]) -> int:
        """Count the different root keys among `keys`."""
        return len(set(self.keys) & set(keys))


@dataclass(frozen=True)
class Installation:
    """One national system, on the issuing side, the customs side, or both."""

    id: str
    name: str
    roles: tuple[str, ...]
    period: Period
    url: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Installation:
        """Read an installation. Raises MalformedError."""
        return cls(
            id=record.text("id"),
            name=record.text("name"),
            roles=read_set(record, "roles", INSTALLATION_ROLES.__contains__),
            url=record.text_or("url"),
            period=Period.from_record(record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the installation; the inverse of reading."""
        data = {"id": self.id, "name": self.name, "roles": list(self.roles)}
        return data | ({"url": self.url} if self.url else {}) | self.period.to_data()


@dataclass(frozen=True)
class Body:
    """An authority or authorised body, its address, its roles and the forms that it may issue."""

    id: str
    name: str
    address: str
    roles: tuple[str, ...]
    forms: tuple[str, ...]
    period: Period

    @classmethod
    def from_record(cls, record: Record) -> Body:
        """Read a body. Raises MalformedError."""
        return cls(
            id=record.text("id"),
            name=record.text("name"),
            address=record.text("address"),
            roles=read_set(record, "roles", BODY_ROLES.__contains__),
            forms=read_forms(record),
            period=Period.from_record(record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the body; the inverse of reading."""
        data = {"id": self.id, "name": self.name, "address": self.address}
        return data | write_lists(roles=self.roles, forms=self.forms) | self.period.to_data()


@dataclass(frozen=True)
class Officer:
    """A person who may act for a body: the specimen of R31. Without `forms`, those of the body."""

    id: str
    body: str
    name: str
    position: str
    forms: tuple[str, ...]
    rights: tuple[str, ...]
    period: Period

    @classmethod
    def from_record(cls, record: Record) -> Officer:
        """Read an officer. Raises MalformedError."""
        return cls(
            id=record.text("id"),
            body=record.text("body"),
            name=record.text("name"),
            position=record.text("position"),
            forms=read_forms(record),
            rights=read_set(record, "rights", RIGHTS.__contains__),
            period=Period.from_record(record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the officer; the inverse of reading."""
        data = {"id": self.id, "body": self.body, "name": self.name, "position": self.position}
        return data | write_lists(forms=self.forms, rights=self.rights) | self.period.to_data()


@dataclass(frozen=True)
class Withdrawal:
    """From when on a key is no longer believed, and why."""

    at: datetime
    reason: str

    @classmethod
    def from_record(cls, record: Record) -> Withdrawal:
        """Read a withdrawal. Raises MalformedError."""
        return cls(record.moment("at"), record.choice("reason", REASONS))

    def to_data(self) -> dict[str, str]:
        """Write the withdrawal; the inverse of reading."""
        return {"at": moment_to_text(self.at), "reason": self.reason}


@dataclass(frozen=True)
class Key:
    """A key, for whom it speaks, in which roles, and when. Without `forms`, no form is barred."""

    key: str
    controller: str
    roles: tuple[str, ...]
    period: Period
    forms: tuple[str, ...] = ()
    withdrawn: Withdrawal | None = None

    @classmethod
    def from_record(cls, record: Record) -> Key:
        """Read a key. Raises MalformedError."""
        key = record.text("key")
        if not is_public_key(key):
            raise MalformedError("trust.key_refused", place=record.at("key"), value=key[:60])
        return cls(
            key=key,
            controller=record.text("controller"),
            roles=read_set(record, "roles", KEY_ROLES.__contains__),
            forms=read_forms(record),
            period=Period.from_record(record),
            withdrawn=record.part_or_none("withdrawn", Withdrawal.from_record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the key; the inverse of reading."""
        data = {"key": self.key, "controller": self.controller}
        withdrawn = {"withdrawn": self.withdrawn.to_data()} if self.withdrawn else {}
        lists = write_lists(roles=self.roles, forms=self.forms)
        return data | lists | self.period.to_data() | withdrawn


@dataclass(frozen=True)
class CorridorSettings:
    """What a state sets for a corridor: forms, media, how old a head may be, which logs.

    `start` is the first day whose certificates the corridor carries; None where none was agreed.
    """

    corridor: Corridor
    max_head_age: int
    medium: tuple[str, ...]
    forms: tuple[str, ...]
    direct_partial_use: bool
    logs: tuple[str, ...] = ()
    start: date | None = None

    @property
    def id(self) -> str:
        """The corridor's text, such as `AZ-BY/CIS-2009`."""
        return str(self.corridor)

    @classmethod
    def from_record(cls, record: Record) -> CorridorSettings:
        """Read the settings of a corridor. Raises MalformedError."""
        corridor = Corridor.from_text(record.text("id"), place=record.at("id"))
        named = (record.texts("states"), record.text("agreement"))
        if named != (corridor.states, corridor.agreement):
            raise MalformedError("trust.corridor_id_differs", place=record.at("id"))
        record.value("directPartialUse")  # never left to a default
        return cls(
            corridor=corridor,
            max_head_age=int(record.text("maxHeadAge", pattern=_COUNT)),
            medium=read_set(record, "medium", MEDIA.__contains__),
            forms=read_forms(record),
            direct_partial_use=record.flag("directPartialUse"),
            logs=record.texts("logs"),
            start=record.day("start") if record.has("start") else None,
        )

    def to_data(self) -> dict[str, Any]:
        """Write the settings; the inverse of reading."""
        data: dict[str, Any] = {"id": self.id, "agreement": self.corridor.agreement}
        data["states"] = list(self.corridor.states)
        data["maxHeadAge"] = str(self.max_head_age)
        data["directPartialUse"] = self.direct_partial_use
        data |= {"start": self.start.isoformat()} if self.start else {}
        return data | write_lists(medium=self.medium, forms=self.forms, logs=self.logs)
