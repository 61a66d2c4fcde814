"""What the mirror holds beyond the register: each entry with its verdict and legal time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.log.national import is_commitment
from certorigin.mirror.acts import Weight
from certorigin_server.standing.services import NewEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certorigin.mirror.acts import Judged
    from certorigin.mirror.crew import Crew
    from certorigin.mirror.view import LogView


# Kept for the publisher's sake, and no fault: the log of a state for which we are the witness.
COMMITMENT = "entry.commitment"


@dataclass(frozen=True)
class Verdict:
    """What a registered entry counts for by a newer trust list, where that has changed."""

    index: int
    raw: bytes
    void: str


def read_received(
    view: LogView, start: int, most: int, crew: Crew | None = None
) -> Iterator[NewEntry]:
    """Read entries from `start` on, as far as a cosigned head covers them, at most `most`."""
    end = min(view.size, start + most)
    while end > start and view.legal_time(end - 1) is None:
        end -= 1
    for one in view.judge(range(start, end), crew):
        yield NewEntry(one.index, one.data, one.legal_time, _code_of(one.data, one.judged))


def read_verdicts(view: LogView, known: Sequence[tuple[int, str]]) -> Iterator[Verdict]:
    """Judge registered entries anew; return those of which the view now says something else."""
    for index, before in known:
        (one,) = view.judge([index])
        void = _code_of(one.data, one.judged)
        if void != before:
            yield Verdict(index, one.data, void)


def _code_of(data: bytes, judged: Judged) -> str:
    """Return why an entry counts for nothing, or an empty text when it counts.

    A salted hash says nothing to anybody.
    """
    if is_commitment(data):
        return COMMITMENT
    if judged.weight is None:
        return judged.code or "entry.void"
    return "" if judged.weight is Weight.COUNTS else judged.code
