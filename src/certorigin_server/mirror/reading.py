"""What the mirror holds beyond the register: each entry with its verdict and legal time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.log.national import is_commitment
from certorigin.mirror.acts import Weight
from certorigin_server.standing.services import NewEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certorigin.mirror.view import LogView, ViewedAct


# Kept for the publisher's sake, and no fault: the log of a state for which we are the witness.
COMMITMENT = "entry.commitment"


@dataclass(frozen=True)
class Verdict:
    """What a registered entry counts for by a newer trust list, where that has changed."""

    index: int
    raw: bytes
    void: str


def read_received(view: LogView, start: int, most: int) -> Iterator[NewEntry]:
    """Read entries from `start` on, as far as a cosigned head covers them, at most `most`."""
    for index in range(start, min(view.size, start + most)):
        viewed = view.view(index)
        if viewed.legal_time is None:
            return
        data = view.data(index)
        yield NewEntry(index, data, viewed.legal_time, _code_of(data, viewed))


def read_verdicts(view: LogView, known: Sequence[tuple[int, str]]) -> Iterator[Verdict]:
    """Judge registered entries anew; return those of which the view now says something else."""
    for index, before in known:
        void = _code_of(view.data(index), view.view(index))
        if void != before:
            yield Verdict(index, view.data(index), void)


def _code_of(data: bytes, viewed: ViewedAct) -> str:
    """Return why an entry counts for nothing here; a salted hash says nothing to anybody."""
    return COMMITMENT if is_commitment(data) else void_code(viewed)


def void_code(viewed: ViewedAct) -> str:
    """Return why an entry counts for nothing, or an empty text when it counts."""
    if viewed.checked is None:
        return viewed.code or "entry.void"
    return "" if viewed.checked.weight is Weight.COUNTS else viewed.code
