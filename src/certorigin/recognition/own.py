"""What was used before a declaration: its own recorded use is not held against it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.standing.quantities import left
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.standing.quantities import Use
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.quantity import Quantity


def own_uses(
    standing: Standing, declaration: GoodsDeclaration
) -> tuple[dict[int, Quantity], tuple[str, ...]]:
    """Return what other declarations used of each item, and the acts that record this one's use."""
    others = dict(standing.used)
    uncounted = {entry.act.id for entry in standing.uncounted}
    acts = []
    for use in standing.uses:
        if not _is_of(use, declaration) or use.entry.act.id in uncounted:
            continue
        acts.append(use.entry.act.id)
        for taken in use.body.items:
            known = others[taken.sequence]
            with suppress(MalformedError):  # not added either: of what has no limit (R24)
                others[taken.sequence] = left(known, taken.quantity.to_unit(known.unit))
    return others, tuple(acts)


def _is_of(use: Use, declaration: GoodsDeclaration) -> bool:
    recorded = use.body.declaration
    same = number_key(recorded.number) == number_key(declaration.number)
    return same and recorded.date == declaration.date
