"""What the library would decide, in words: for the page on which the facts are being stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin_server.assessment.forms import label_of
from certorigin_server.desk.findings import Told, tell
from certorigin_server.desk.layout import id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.assessment.assess import ItemDecision
    from certorigin.vocabulary.finding import Finding
    from certorigin_server.assessment.queries import Reasons


@dataclass(frozen=True)
class Missing:
    """A fact that is not known yet: its name, and the id of its field."""

    label: str
    target: str


@dataclass(frozen=True)
class ShownItem:
    """The decision about one item, with every rule that was tried."""

    item: ItemDecision
    missing: tuple[Missing, ...]
    hints: tuple[Told, ...]


@dataclass(frozen=True)
class Opinion:
    """A decision in words. Without reasons nothing could be judged; `misfits` say why not yet."""

    reasons: Reasons | None
    items: tuple[ShownItem, ...]
    misfits: tuple[Told, ...] = ()

    @property
    def status(self) -> str:
        """The code of the whole decision."""
        return f"assessment.decision.{self.reasons.decision}" if self.reasons else ""

    @property
    def is_open(self) -> bool:
        """Say whether facts are missing."""
        return self.reasons is None or str(self.reasons.decision) == "undetermined"


def opinion_of(reasons: Reasons | None, language: str, misfits: Iterable[Finding] = ()) -> Opinion:
    """Put reasons into words."""
    shown = tuple(_shown(item, language) for item in reasons.items) if reasons else ()
    return Opinion(reasons, shown, tuple(tell(misfits, language)))


def _shown(item: ItemDecision, language: str) -> ShownItem:
    missing = tuple(Missing(label_of(place, language), id_of(place)) for place in item.missing)
    return ShownItem(item, missing, tuple(tell(item.hints, language)))
