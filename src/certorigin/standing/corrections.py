"""Corrections of recorded uses: the last one that counts says what a use takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.standing.entry import read_body
from certorigin.standing.quantities import Use
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.use_correction import UseCorrection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.quantities import Part


def correction_of(entry: LoggedAct) -> UseCorrection | None:
    """Return the correction that an act makes, or None. Raises MalformedError."""
    if entry.act.kind is not Kind.USE_CORRECTED:
        return None
    return read_body(entry.act, UseCorrection.from_record)


def with_corrections(
    taken: Sequence[Use | Part], counted: Iterable[LoggedAct]
) -> tuple[list[Use | Part], list[Finding]]:
    """Put what the last correction says in place of what each use recorded.

    A use is corrected by the installation that recorded it; another's correction, or one of a use
    that nobody recorded, changes nothing and is told. Raises MalformedError.
    """
    uses = {one.entry.act.id: one for one in taken if isinstance(one, Use)}
    findings = []
    for entry in counted:
        body = correction_of(entry)
        if body is None:
            continue
        use = uses.get(body.use)
        if use is None or use.entry.publisher != entry.publisher:
            facts = {"act": entry.act.id, "use": body.use}
            told = Finding("standing.correction_without_use", "", Grade.WARNING, facts=facts)
            findings.append(told)
            continue
        corrected = replace(use.body, items=body.items)
        uses[body.use] = replace(use, body=corrected, correction=entry)
    # A part that the other state gave to a substitute may bear the id of a use.
    return [uses[one.entry.act.id] if isinstance(one, Use) else one for one in taken], findings
