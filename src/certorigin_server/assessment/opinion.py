"""What the library would decide, in words: for the page on which the facts are being stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.assessment.due import due_for, general_is_due
from certorigin.vocabulary.form import form_names, get_form
from certorigin_server.assessment.forms import label_of
from certorigin_server.desk.findings import Told, tell
from certorigin_server.desk.layout import id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.assessment.assess import ItemDecision
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.form import Form
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
    """A decision in words. Without reasons nothing could be judged; `misfits` say why not yet.

    With the `form` asked for it is what the reasons come to for that form (R43).
    """

    reasons: Reasons | None
    items: tuple[ShownItem, ...]
    misfits: tuple[Told, ...] = ()
    form: Form | None = None

    @property
    def decision(self) -> str:
        """What the reasons come to; nothing where nothing could be judged."""
        if self.reasons is None:
            return ""
        return str(due_for(self.reasons, self.form) if self.form else self.reasons.decision)

    @property
    def status(self) -> str:
        """The code of the whole decision."""
        return f"assessment.decision.{self.decision}" if self.reasons else ""

    @property
    def is_open(self) -> bool:
        """Say whether facts are missing."""
        return self.reasons is None or self.decision == "undetermined"

    @property
    def is_general_due(self) -> bool:
        """Say whether the general form can be had, and another one was asked for (R43)."""
        if self.reasons is None or self.form is None:
            return False
        return self.form.preferential and general_is_due(self.reasons)


def opinion_of(
    reasons: Reasons | None, language: str, misfits: Iterable[Finding] = (), *, form: str = ""
) -> Opinion:
    """Put reasons into words, with the form that was asked for if one was."""
    known = get_form(form) if form in form_names() else None
    shown = tuple(_shown(item, language) for item in reasons.items) if reasons else ()
    return Opinion(reasons, shown, tuple(tell(misfits, language)), known)


def _shown(item: ItemDecision, language: str) -> ShownItem:
    missing = tuple(Missing(label_of(place, language), id_of(place)) for place in item.missing)
    return ShownItem(item, missing, tuple(tell(item.hints, language)))
