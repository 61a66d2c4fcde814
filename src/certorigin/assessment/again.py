"""Whether an assessment comes out the same again, and if not, where it differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.assessment.decision import Assessment

# What may differ without anything having changed: the day on which it was computed.
_NO_CHANGE = frozenset({"at"})


@dataclass(frozen=True)
class Difference:
    """A member that differs: its place, what it was, what it is. Empty where it was or is not."""

    place: str
    was: str
    now: str


def differences(was: Assessment, now: Assessment) -> tuple[Difference, ...]:
    """Return every member in which two assessments of the same facts differ, in reading order."""
    old, new = dict(_leaves(was.to_data(), "")), dict(_leaves(now.to_data(), ""))
    places = [*old, *(place for place in new if place not in old)]
    return tuple(
        Difference(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if place not in _NO_CHANGE and old.get(place, "") != new.get(place, "")
    )


def is_same_answer(was: Assessment, now: Assessment) -> bool:
    """Say whether outcome, criterion and form of every item are the same."""

    def answer(one: Assessment) -> list[tuple[str, str, str]]:
        return [(str(item.decision), str(item.criterion), item.form) for item in one.items]

    return answer(was) == answer(now)


def _leaves(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{place}[{index}]")
    else:
        yield place, str(value)
