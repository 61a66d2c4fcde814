"""Small cells of a published table are hidden, and with them what would give them away.

The rule is public, so it must hold against somebody who knows it. Of a table (one month, one
direction) every cell below the threshold is hidden; with them one cell that is large, the next in
the order of names, so that a total less what is shown never is one cell. Which one it is does not
depend on how large it is. The total is hidden, too, where there is no such cell, or where what is
hidden comes so close to the least possible that the total would tell. Nought is no secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# With two, every small cell is a one.
LEAST = 3


@dataclass(frozen=True)
class Hidden:
    """What is not published of a table."""

    names: frozenset[str]
    total: bool


def suppress(counts: Mapping[str, int], *, threshold: int) -> Hidden:
    """Return which cells of a table are hidden, and whether its total is.

    Raises ValueError for a threshold below three, or a negative count.
    """
    if threshold < LEAST or any(count < 0 for count in counts.values()):
        raise ValueError(threshold)
    names = sorted(name for name, count in counts.items() if count)
    small = [name for name in names if counts[name] < threshold]
    if not small:
        return Hidden(frozenset(), total=False)
    beside = _next_large(names, small)
    if beside is None:
        return Hidden(frozenset(small), total=True)
    hidden = [*small, beside]
    spare = sum(counts[name] for name in hidden) - len(small) - threshold
    return Hidden(frozenset(hidden), total=spare < threshold)


def _next_large(names: list[str], small: list[str]) -> str | None:
    """Return the first large cell behind the first small one, going round."""
    start = names.index(small[0])
    round_about = names[start:] + names[:start]
    return next((name for name in round_about if name not in small), None)
