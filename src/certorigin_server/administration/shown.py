"""Proposals and roles as the pages show them: every value in the person's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin_server.administration.forms import BODIES, KINDS, LABELS, LANGUAGES, ROLES
from certorigin_server.administration.queries import changes_of, may_decide
from certorigin_server.users.queries import find_organisation
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.administration.queries import Proposal
    from certorigin_server.users.queries import User

OUTCOMES = {
    None: "proposal.status.open",
    "confirmed": "proposal.status.confirmed",
    "refused": "proposal.status.refused",
    "taken_back": "proposal.status.taken_back",
}


@dataclass(frozen=True)
class Value:
    """One value: the code of a sentence, or a text as it is; `is_day` for days."""

    text: str
    code: str = ""
    is_day: bool = False


@dataclass(frozen=True)
class Change:
    """One line of the difference."""

    label: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Shown:
    """One proposal for a page."""

    row: Proposal
    title: str
    status: str
    changes: tuple[Change, ...]
    may_decide: bool

    @classmethod
    def of(cls, row: Proposal, user: User) -> Shown:
        """Show a proposal to a person."""
        return cls(
            row=row,
            title=KINDS[row.kind],
            status=OUTCOMES[row.outcome],
            changes=tuple(
                Change(LABELS.get(name, name), value_of(name, old), value_of(name, new))
                for name, old, new in changes_of(row)
            ),
            may_decide=may_decide(row, user),
        )


@dataclass(frozen=True)
class Grant:
    """One role of a person with its period."""

    role: str
    code: str
    starts: datetime
    ends: datetime | None
    status: str

    @property
    def is_held(self) -> bool:
        """Say whether it holds or will."""
        return self.status != "grant.status.over"


def shown_grants(user: User, at: datetime, *, current: bool = False) -> list[Grant]:
    """Return the roles of a person, newest first; only those that hold when `current`."""
    known = {str(role) for role in Role}
    rows = sorted(user.grants.all(), key=lambda grant: grant.starts, reverse=True)
    found = [
        Grant(row.role, ROLES[Role(row.role)], row.starts, row.ends, _status(row, at))
        for row in rows
        if row.role in known
    ]
    return [one for one in found if one.status == "grant.status.holds" or not current]


def value_of(name: str, text: str) -> Value:
    """Return a member's value in words."""
    if name == "role" and text in set(Role):
        return Value(text, ROLES[Role(text)])
    if name == "kind" and text in BODIES:
        return Value(text, BODIES[text])
    if name == "suspended" and text:
        return Value(text, "web.yes")
    if name in {"starts", "ends"}:
        return Value(text, is_day=True)
    if name in {"organisation", "parent"} and text:
        found = find_organisation(text)
        return Value(found.name if found else text)
    return Value(LANGUAGES.get(text, text) if name == "language" else text)


def _status(row: object, at: datetime) -> str:
    starts, ends = row.starts, row.ends  # type: ignore[attr-defined]
    if ends is not None and ends <= at:
        return "grant.status.over"
    return "grant.status.holds" if starts <= at else "grant.status.later"
