"""What of a trust list ends soon, so that both states hear of it in time: 60, 30 and 7 days ahead.

An end is announced and is no verdict: a list that ran out makes answers undetermined, never
invalid.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from certorigin.late import dataclass
from certorigin.vocabulary.moment import end_of_day, moment_to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.trust_list import TrustDraft

STAGES: Final = (60, 30, 7)
OVER: Final = 0


@dataclass(frozen=True)
class Expiry:
    """Something that ends: `stage` is 60, 30 or 7 days, or 0 when it is over."""

    state: str
    kind: str
    name: str
    ends: datetime
    stage: int
    label: str = ""

    def to_data(self) -> dict[str, str]:
        """Write the announcement for machines."""
        data = {"ends": moment_to_text(self.ends), "kind": self.kind, "name": self.name}
        return data | {"stage": str(self.stage), "state": self.state}


def list_ends(contents: TrustDraft) -> datetime:
    """Return the moment from which a list should have had a successor: after its last day."""
    return end_of_day(contents.next_update)


def expiries(contents: TrustDraft, *, at: datetime) -> tuple[Expiry, ...]:
    """Return what ends within 60 days, soonest first; the list itself also when it is over."""
    found = [*_of_list(contents, at), *_of_entries(contents, at)]
    return tuple(sorted(found, key=lambda one: (one.ends, one.kind, one.name)))


def _of_list(contents: TrustDraft, at: datetime) -> Iterator[Expiry]:
    ends = list_ends(contents)
    stage = OVER if ends <= at else _stage(ends, at)
    if stage is not None:
        name = f"urn:certorigin:trust-list:{contents.state}:{contents.version}"
        yield Expiry(contents.state, "list", name, ends, stage)


def _of_entries(contents: TrustDraft, at: datetime) -> Iterator[Expiry]:
    named = [
        *(("installation", one.id, one.name, one.period) for one in contents.installations),
        *(("body", one.id, one.name, one.period) for one in contents.bodies),
        *(("officer", one.id, one.name, one.period) for one in contents.officers),
        *(("key", one.key, one.controller, one.period) for one in _keys_missed(contents)),
        *(("specimen", one.of, one.kind, one.period) for one in contents.specimens),
    ]
    for kind, name, label, period in named:
        if period.end is None or period.end <= at or period.start > at:
            continue
        stage = _stage(period.end, at)
        if stage is not None:
            yield Expiry(contents.state, kind, name, period.end, stage, label)


def _keys_missed(contents: TrustDraft) -> list[Key]:
    """Return the keys whose end would be missed: not withdrawn, and no other key takes over."""
    alive = [key for key in contents.keys if key.withdrawn is None]
    return [key for key in alive if not any(_takes_over(other, key) for other in alive)]


def _takes_over(other: Key, key: Key) -> bool:
    end = key.period.end
    return (
        end is not None
        and other.controller == key.controller
        and set(key.roles) <= set(other.roles)
        and other.period.start <= end
        and (other.period.end is None or other.period.end > end)
    )


def _stage(ends: datetime, at: datetime) -> int | None:
    """Return the nearest stage that has been reached, or None when the end is far."""
    return min((days for days in STAGES if ends - at <= timedelta(days=days)), default=None)
