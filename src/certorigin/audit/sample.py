"""A random sample that anybody can draw again: from the seed and the list of all.

Each member of the population gets the SHA-256 of the seed, a newline and its name; those with the
smallest hashes are drawn, in the order of their hashes. Nobody who does not choose the seed can
steer what is drawn, and whoever knows it draws the same.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable

SEED = re.compile(r"[0-9a-z-]{8,64}")
MOST = 1_000


def draw(population: Iterable[str], *, seed: str, size: int) -> tuple[str, ...]:
    """Return the sample; all of the population when it is not larger than `size`.

    Raises MalformedError (`audit.seed_malformed`, `audit.size_out_of_range`).
    """
    if not SEED.fullmatch(seed):
        raise MalformedError("audit.seed_malformed", place="seed", value=seed[:80])
    if not 1 <= size <= MOST:
        raise MalformedError("audit.size_out_of_range", place="size", most=str(MOST))
    ranked = sorted((_rank(seed, name), name) for name in set(population))
    return tuple(name for _, name in ranked[:size])


def population_digest(population: Iterable[str]) -> str:
    """Return what tells one population from another: SHA-256 of the sorted names, one a line."""
    lines = "".join(f"{name}\n" for name in sorted(set(population)))
    return hashlib.sha256(lines.encode()).hexdigest()


def _rank(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()
