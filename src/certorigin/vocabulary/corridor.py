"""A corridor: a pair of states under an agreement. What travels in it only the two may read."""

from __future__ import annotations

import re

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.country import country_from_text

_CORRIDOR = re.compile(r"([A-Z]{2})-([A-Z]{2})/([A-Z][A-Z0-9-]{1,30})")


@dataclass(frozen=True)
class Corridor:
    """Two states in alphabetical order, and the agreement's short name: `AZ-BY/CIS-2009`."""

    states: tuple[str, str]
    agreement: str

    @classmethod
    def from_text(cls, text: str, *, place: str = "") -> Corridor:
        """Read `AZ-BY/CIS-2009`. Raises MalformedError."""
        match = _CORRIDOR.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise MalformedError("corridor.malformed", place=place, value=str(text)[:60])
        first, second, agreement = match.groups()
        if first >= second:
            raise MalformedError("corridor.states_out_of_order", place=place, value=text)
        country_from_text(first, place=place)
        country_from_text(second, place=place)
        return cls((first, second), agreement)

    def __str__(self) -> str:
        return f"{self.states[0]}-{self.states[1]}/{self.agreement}"

    def has(self, state: str) -> bool:
        """Say whether the state is one of the two."""
        return state in self.states

    def partner_of(self, state: str) -> str:
        """Return the other state. Raises MalformedError when `state` is not one of the two."""
        if not self.has(state):
            raise MalformedError("corridor.state_not_in_it", place=str(self), value=state)
        return self.states[1] if state == self.states[0] else self.states[0]
