"""Heads of an installation's trail that its log holds: nobody rewrites the trail behind them (P67).

The installation states once a day in its own log with which entry its trail ends. The log is
countersigned and held by the partner, so a trail or an export that has another entry in that place
was rewritten after the day on which it was stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.errors import VerificationError
from certorigin.mirror.acts import Weight
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.notices import TrailStatement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from certorigin.mirror.view import LogView

_MARK = f'"{Kind.TRAIL_STATED}"'.encode()


@dataclass(frozen=True)
class LoggedHead:
    """One statement that counts: the trail of `installation` ended with this entry at `at`."""

    installation: str
    sequence: int
    hash: str
    at: datetime
    origin: str
    index: int


def read_head(view: LogView, index: int) -> LoggedHead | None:
    """Read one entry of a log: a statement that counts, or None for anything else.

    Raises ProofError where the log's file is not what its signed head covers.
    """
    if _MARK not in view.data(index):
        return None
    checked = view.view(index).checked
    if checked is None or checked.weight is not Weight.COUNTS:
        return None
    act = checked.act
    installation = view.partner.publisher
    if act.kind is not Kind.TRAIL_STATED or not act.issuer.endswith(
        f":installation:{installation}"
    ):
        return None
    stated = read_body(act, TrailStatement.from_record)
    return LoggedHead(installation, stated.sequence, stated.hash, act.at, view.origin, index)


def heads_in(view: LogView) -> Iterator[LoggedHead]:
    """Read every statement in a log, in its order. Raises ProofError."""
    for index in range(view.size):
        found = read_head(view, index)
        if found is not None:
            yield found


def compare_heads(heads: Iterable[LoggedHead], hashes: Mapping[int, str]) -> int:
    """Compare statements with the hashes of the entries that a trail has; return how many agree.

    Raises VerificationError (`audit.logged_head_differs`) for the first entry that is another one,
    or is not there.
    """
    count = 0
    for head in sorted(heads, key=lambda one: one.sequence):
        if hashes.get(head.sequence) != head.hash:
            facts = {"sequence": str(head.sequence), "log": head.origin, "index": str(head.index)}
            raise VerificationError("audit.logged_head_differs", **facts)
        count += 1
    return count
