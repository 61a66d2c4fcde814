"""A finding beside a box: its number and its clause come from the form, not from the check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.vocabulary.finding import Finding, Grade

if TYPE_CHECKING:
    from certorigin.vocabulary.form import Form


def beside(
    form: Form,
    code: str,
    member: str,
    place: str,
    /,
    *,
    grade: Grade = Grade.ERROR,
    clause: str = "",
    **facts: str,
) -> Finding:
    """Return a finding beside the box of `member`, by the form's clause unless another binds."""
    box = form.box_of(member)
    named = {"box": str(box or "–")} | facts
    return Finding(code, place, grade, clause or form.clause_of(box), named)
