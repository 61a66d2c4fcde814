"""The entries of a trust list: installations, bodies, officers, keys, corridors, roots (R1, R31)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from certorigin.errors import MalformedError
from certorigin.seal.multikey import is_public_key
from certorigin.seal.trust.reading import Period, Reader, is_corridor, is_form, is_state
from certorigin.vocabulary.moment import moment_to_text

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
MAX_ROOT_KEYS = 8

_URN = re.compile(
    r"urn:certorigin:(?:(installation):([A-Z]{2})-[1-9][0-9]{0,3}"
    r"|(body|officer):([A-Z]{2}):[a-z0-9]+(?:-[a-z0-9]+)*|(state):([A-Z]{2}))"
)


def urn_parts(urn: str) -> tuple[str, str] | None:
    """Return what a URN of ours names and of which state: `("body", "BY")`; None for other text."""
    found = _URN.fullmatch(urn)
    if found is None:
        return None
    kind, state = (part for part in found.groups() if part)
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
    def from_data(cls, data: object, place: str = "roots") -> Roots:
        """Read roots. Raises MalformedError when the threshold can't be reached."""
        reader = Reader(data, place)
        threshold = reader.count("threshold")
        keys = reader.texts("keys", is_public_key)
        reader.end()
        if threshold > len(keys) or len(keys) > MAX_ROOT_KEYS:
            raise MalformedError("trust.threshold_out_of_reach", place=place)
        return cls(threshold, keys)

    def to_data(self) -> dict[str, Any]:
        """Write the roots as `from_data` reads them."""
        return {"keys": list(self.keys), "threshold": str(self.threshold)}

    def are_met_by(self, keys: Iterable[str]) -> bool:
        """Say whether enough different root keys are among `keys`."""
        return len(set(self.keys) & set(keys)) >= self.threshold


@dataclass(frozen=True)
class Installation:
    """One national system, on the issuing side, the customs side, or both."""

    id: str
    name: str
    roles: tuple[str, ...]
    period: Period
    url: str = ""

    @classmethod
    def read(cls, reader: Reader) -> Installation:
        """Take the members of an installation. Raises MalformedError."""
        return cls(
            id=reader.text("id"),
            name=reader.text("name"),
            roles=reader.texts("roles", INSTALLATION_ROLES.__contains__),
            url=reader.text("url") if reader.has("url") else "",
            period=reader.period(),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the installation as `read` reads it."""
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
    def read(cls, reader: Reader) -> Body:
        """Take the members of a body. Raises MalformedError."""
        return cls(
            id=reader.text("id"),
            name=reader.text("name"),
            address=reader.text("address"),
            roles=reader.texts("roles", BODY_ROLES.__contains__),
            forms=_optional_forms(reader),
            period=reader.period(),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the body as `read` reads it."""
        data = {"id": self.id, "name": self.name, "address": self.address}
        return data | _lists(roles=self.roles, forms=self.forms) | self.period.to_data()


@dataclass(frozen=True)
class Officer:
    """A person who may act for a body: the specimen of domain.md R31."""

    id: str
    body: str
    name: str
    position: str
    forms: tuple[str, ...]
    rights: tuple[str, ...]
    period: Period

    @classmethod
    def read(cls, reader: Reader) -> Officer:
        """Take the members of an officer. Raises MalformedError."""
        return cls(
            id=reader.text("id"),
            body=reader.text("body"),
            name=reader.text("name"),
            position=reader.text("position"),
            forms=_optional_forms(reader),
            rights=reader.texts("rights", RIGHTS.__contains__),
            period=reader.period(),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the officer as `read` reads it."""
        data = {"id": self.id, "body": self.body, "name": self.name, "position": self.position}
        return data | _lists(forms=self.forms, rights=self.rights) | self.period.to_data()


@dataclass(frozen=True)
class Withdrawal:
    """From when on a key is no longer believed, and why."""

    at: datetime
    reason: str

    def to_data(self) -> dict[str, str]:
        """Write the withdrawal as a key's `withdrawn`."""
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
    def read(cls, reader: Reader) -> Key:
        """Take the members of a key. Raises MalformedError."""
        return cls(
            key=reader.fitting("key", is_public_key),
            controller=reader.text("controller"),
            roles=reader.texts("roles", KEY_ROLES.__contains__),
            forms=_optional_forms(reader),
            period=reader.period(),
            withdrawn=_withdrawal(reader) if reader.has("withdrawn") else None,
        )

    def to_data(self) -> dict[str, Any]:
        """Write the key as `read` reads it."""
        data = {"key": self.key, "controller": self.controller}
        data |= _lists(roles=self.roles, forms=self.forms) | self.period.to_data()
        return data | ({"withdrawn": self.withdrawn.to_data()} if self.withdrawn else {})


@dataclass(frozen=True)
class Corridor:
    """What a state sets for a corridor: forms, medium, how old a head may be, which logs."""

    id: str
    agreement: str
    states: tuple[str, ...]
    max_head_age: int
    medium: tuple[str, ...]
    forms: tuple[str, ...]
    direct_partial_use: bool
    logs: tuple[str, ...] = ()

    @classmethod
    def read(cls, reader: Reader) -> Corridor:
        """Take the members of a corridor. Raises MalformedError."""
        corridor = cls(
            id=reader.fitting("id", is_corridor),
            agreement=reader.text("agreement"),
            states=reader.texts("states", is_state),
            max_head_age=reader.count("maxHeadAge"),
            medium=reader.texts("medium", MEDIA.__contains__),
            forms=reader.texts("forms", is_form),
            direct_partial_use=_flag(reader, "directPartialUse"),
            logs=reader.texts("logs", bool) if reader.has("logs") else (),
        )
        if corridor.id != "-".join(corridor.states) + "/" + corridor.agreement:
            raise MalformedError("trust.corridor_id_differs", place=reader.place, value=corridor.id)
        return corridor

    def to_data(self) -> dict[str, Any]:
        """Write the corridor as `read` reads it."""
        data: dict[str, Any] = {"id": self.id, "agreement": self.agreement}
        data["maxHeadAge"] = str(self.max_head_age)
        data["directPartialUse"] = self.direct_partial_use
        lists = _lists(states=self.states, medium=self.medium, forms=self.forms, logs=self.logs)
        return data | lists


def _lists(**lists: tuple[str, ...]) -> dict[str, Any]:
    return {name: list(texts) for name, texts in lists.items() if texts}


def _optional_forms(reader: Reader) -> tuple[str, ...]:
    return reader.texts("forms", is_form) if reader.has("forms") else ()


def _flag(reader: Reader, name: str) -> bool:
    value = reader.member(name)
    if type(value) is not bool:
        raise MalformedError("trust.malformed", place=reader.at(name), value=str(value)[:60])
    return value


def _withdrawal(reader: Reader) -> Withdrawal:
    inner = Reader(reader.member("withdrawn"), reader.at("withdrawn"))
    withdrawal = Withdrawal(inner.moment("at"), inner.fitting("reason", REASONS.__contains__))
    inner.end()
    return withdrawal
