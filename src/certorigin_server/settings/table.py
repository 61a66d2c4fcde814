"""One table of `system.toml`, read member by member: what is wrong is noted, and reading goes on.

So an operator is told every fault at once (docs/operate/settings.md lists them by number).
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from certorigin.errors import FaultsError
from certorigin.vocabulary.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ADDRESS = re.compile(r"https?://[^/?#\s@]+(/[^?#\s]*[^/?#\s])?", re.ASCII)
# What is wrong is shown only so far: a secret in the wrong place must not fill a log.
_SHOWN = 60


class Table:
    """A table and the name under which its faults are told; `faults` is shared by all tables."""

    def __init__(self, data: object, place: str, faults: list[Finding]) -> None:
        self.place = place
        self.faults = faults
        self._asked: set[str] = set()
        self._data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self._finding("settings.not_table", place)

    def finding(self, code: str, name: str, **facts: str) -> None:
        """Note what is wrong with one member."""
        self._finding(code, self._place(name), **facts)

    def has(self, name: str) -> bool:
        """Say whether a member is set."""
        self._asked.add(name)
        return name in self._data

    def text(self, name: str, default: str | None = None) -> str:
        """Read a text; without a default it must be set and may not be empty."""
        value = self._value(name, default)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.finding("settings.not_text", name, value=_shown(value))
            return default or ""
        if default is None and not value.strip():
            self.finding("settings.missing", name)
        return value

    def shaped(self, name: str, shape: re.Pattern[str], example: str) -> str:
        """Read a text of one shape that must be set."""
        value = self.text(name)
        if value and not shape.fullmatch(value):
            self.finding("settings.misshaped", name, value=_shown(value), example=example)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self._value(name, default)
        if isinstance(value, bool):
            return value
        self.finding("settings.not_flag", name, value=_shown(value))
        return default

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """Read a whole number."""
        value = self._value(name, default)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if is_whole and least <= value <= most:
            return int(value)
        facts = {"least": str(least), "most": str(most)}
        self.finding("settings.not_whole", name, value=_shown(value), **facts)
        return default

    def seconds(self, name: str, default: float, *, least: float, most: float) -> float:
        """Read a number of seconds."""
        value = self._value(name, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and least <= value <= most:
            return float(value)
        facts = {"least": f"{least:g}", "most": f"{most:g}"}
        self.finding("settings.not_seconds", name, value=_shown(value), **facts)
        return default

    def texts(
        self, name: str, default: Sequence[str] = (), *, allowed: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Read a list of texts, each of those that are allowed."""
        values = self._value(name, list(default))
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            self.finding("settings.not_list", name, value=_shown(values))
            return tuple(default)
        for value in values:
            if allowed is not None:
                self._choose(name, value, allowed)
        return tuple(values)

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        """Read one of several texts."""
        value = self._value(name, default)
        return default if self._choose(name, value, allowed) else str(value)

    def address(self, name: str, default: str | None = "") -> str:
        """Read an address with a scheme and a host, and no slash at the end."""
        value = self.text(name, default)
        if value and not ADDRESS.fullmatch(value):
            self.finding("settings.not_address", name, value=_shown(value))
        return value

    def networks(self, name: str) -> tuple[str, ...]:
        """Read addresses and networks of machines."""
        values = self.texts(name)
        for value in values:
            try:
                ip_network(value)
            except ValueError:
                self.finding("settings.no_network", name, value=_shown(value))
        return values

    def table(self, name: str) -> Table:
        """Read a table; one that is not there is empty."""
        return Table(self._value(name, {}), self._place(name), self.faults)

    def tables(self, name: str) -> list[Table]:
        """Read a list of tables; in faults the first is `name[1]`."""
        values = self._value(name, [])
        if not isinstance(values, list):
            self.finding("settings.not_table", name)
            return []
        place = self._place(name)
        return [Table(one, f"{place}[{at}]", self.faults) for at, one in enumerate(values, 1)]

    def mapping(self, name: str, *, allowed: Collection[str]) -> dict[str, str]:
        """Read a table whose members people choose: each is one of several texts."""
        found = Table(self._value(name, {}), self._place(name), self.faults)
        return {one: found.choice(one, allowed, "") for one in found._data}

    def end(self) -> None:
        """Note what is here and was not asked for: it would be passed over in silence."""
        for name in self._data.keys() - self._asked:
            near = get_close_matches(name, self._asked - self._data.keys(), n=1)
            code = "settings.misspelt" if near else "settings.unknown"
            self.finding(code, name, **({"near": near[0]} if near else {}))

    def _value(self, name: str, default: object) -> Any:  # noqa: ANN401 - as TOML has it
        self._asked.add(name)
        if name not in self._data and default is None:
            self.finding("settings.missing", name)
        return self._data.get(name, default)

    def _choose(self, name: str, value: object, allowed: Collection[str]) -> bool:
        if isinstance(value, str) and value in allowed:
            return False
        facts = {"value": _shown(value), "allowed": ", ".join(sorted(allowed))}
        self.finding("settings.not_choice", name, **facts)
        return True

    def _place(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def _finding(self, code: str, place: str, **facts: str) -> None:
        self.faults.append(Finding(code, place=place, facts=facts | {"place": place}))


def require(faults: Sequence[Finding]) -> None:
    """Raise FaultsError with every fault, in the order of their places; do nothing without any."""
    if faults:
        told = sorted(faults, key=lambda one: (one.place, one.code))
        raise FaultsError(told[0].code, told, **told[0].facts)


def _shown(value: object) -> str:
    return str(value)[:_SHOWN]
