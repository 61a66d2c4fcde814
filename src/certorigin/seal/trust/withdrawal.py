"""What the withdrawal of a key does: what stays, what falls, and what must be there before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.late import dataclass
from certorigin.seal.trust.difference import Change
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.trust_list import TrustDraft


@dataclass(frozen=True)
class Sealed:
    """An act that a key sealed: what it is about, and its legal time, if it has one."""

    act: str
    kind: str
    subject: str
    number: str
    publisher: str
    legal_time: datetime | None

    def to_data(self) -> dict[str, str]:
        """Write the act for machines, and as the facts of a sentence."""
        return {
            "act": self.act,
            "kind": self.kind,
            "legal_time": moment_to_text(self.legal_time) if self.legal_time else "-",
            "number": self.number or "-",
            "publisher": self.publisher,
            "subject": self.subject,
        }


@dataclass(frozen=True)
class Drill:
    """The outcome: acts by what becomes of them, and what is lacking for the work to go on."""

    key: str
    controller: str
    moment: str
    reason: str
    stays: tuple[Sealed, ...]
    falls: tuple[Sealed, ...]
    waits: tuple[Sealed, ...]
    lacking: tuple[Change, ...]


def supposed(contents: TrustDraft, key: Key) -> TrustDraft:
    """Return a list as it would be with this entry for a key that stands in it."""
    keys = tuple(key if one.key == key.key else one for one in contents.keys)
    return replace(contents, keys=keys)


def rehearse(
    contents: TrustDraft,
    key: Key,
    acts: Iterable[Sealed],
    counts: Callable[[Sealed], bool],
    *,
    at: datetime,
    reason: str,
) -> Drill:
    """Tell what withdrawing a key from `at` on does to these acts and to its holder's work.

    `acts` are those that the key sealed and that count without the withdrawal; `counts` says
    whether one does with it. What is not registered yet (`waits`) falls when it is registered after
    that moment.
    """
    known = tuple(acts)
    timed = [(one, counts(one)) for one in known if one.legal_time is not None]
    return Drill(
        key=key.key,
        controller=key.controller,
        moment=moment_to_text(at),
        reason=reason,
        stays=tuple(one for one, still_counts in timed if still_counts),
        falls=tuple(one for one, still_counts in timed if not still_counts),
        waits=tuple(one for one in known if one.legal_time is None),
        lacking=tuple(_lacking(contents, key, at)),
    )


def _lacking(contents: TrustDraft, key: Key, at: datetime) -> Iterator[Change]:
    for role in key.roles:
        if not any(_takes_over(other, key, role, at) for other in contents.keys):
            yield Change("trust.drill_no_successor", {"role": role, "controller": key.controller})
        if role in {"log", "heartbeat"}:
            yield Change("trust.drill_close_term", {"role": role, "controller": key.controller})


def _takes_over(other: Key, key: Key, role: str, at: datetime) -> bool:
    return (
        other.key != key.key
        and other.controller == key.controller
        and role in other.roles
        and other.withdrawn is None
        and (other.period.end is None or other.period.end > at)
    )
