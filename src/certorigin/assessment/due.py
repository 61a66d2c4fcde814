"""What an assessment comes to for the form that is asked for: the general one takes less (R43)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from certorigin.assessment.decision import GENERAL as GENERAL_FORM
from certorigin.assessment.decision import Decision
from certorigin.assessment.step import Outcome

if TYPE_CHECKING:
    from certorigin.assessment.decision import Assessment, ItemDecision
    from certorigin.vocabulary.form import Form


class Due(StrEnum):
    """Whether a certificate of a form is due, and on what."""

    ORIGINATING = "originating"
    GENERAL = "general"
    NOT_ORIGINATING = "not_originating"
    UNDETERMINED = "undetermined"
    CONDITIONS_NOT_MET = "conditions_not_met"

    @property
    def can_be_certified(self) -> bool:
        """Say whether a certificate can be made of it."""
        return self in {Due.ORIGINATING, Due.GENERAL}


def carries(item: ItemDecision, form: Form) -> bool:
    """Say whether the decision about an item is enough for a form (R43; Rules 5.1, its note).

    A form that gives no preference takes goods whose last substantial processing was in the
    country, whether or not they meet the criteria of the agreement.
    """
    if item.decision is Decision.ORIGINATING and item.criterion is not None:
        return True
    return not form.preferential and (item.form == GENERAL_FORM or _is_generally_met(item))


def due_for(assessment: Assessment, form: Form) -> Due:
    """Say what an assessment comes to for a form.

    Goods that originate get no preferential certificate when a condition of preference fails, and
    goods that do not originate leave a general one open: the state's own law may still give it.
    """
    if form.preferential:
        if assessment.decision is not Decision.ORIGINATING:
            return Due(str(assessment.decision))
        stops = any(condition.stops for condition in assessment.conditions)
        return Due.CONDITIONS_NOT_MET if stops else Due.ORIGINATING
    if not all(carries(item, form) for item in assessment.items):
        return Due.UNDETERMINED
    is_whole = assessment.decision is Decision.ORIGINATING
    return Due.ORIGINATING if is_whole else Due.GENERAL


def general_is_due(assessment: Assessment) -> bool:
    """Say whether the general form can be had where the agreement's own can't (R43)."""
    return assessment.form == GENERAL_FORM


def _is_generally_met(item: ItemDecision) -> bool:
    return item.general is not None and item.general.outcome is Outcome.MET
