"""A certificate of general form: where the goods were last made in earnest, without any preference.

The Rules leave general certificates to the law of the exporting state (note to 5.1). What their own
definition of last substantial processing answers (section 1, 2.4 а) is answered here, with the
country's own materials only; all else is left open, with the law that would have to be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.assessment.case import Counting
from certorigin.assessment.processing import try_beyond_minimal
from certorigin.assessment.rule import ChangeOfCode
from certorigin.assessment.step import Outcome, Step, all_met

if TYPE_CHECKING:
    from certorigin.assessment.agreement import Agreement
    from certorigin.assessment.case import Case


def determine_general(case: Case, steps: tuple[Step, ...], agreement: Agreement) -> Step:
    """Decide for a general certificate. `steps` are the Rules' own, tried without other parties."""
    met = next((step for step in steps if step.outcome is Outcome.MET), None)
    if met is not None:
        return Step("general", Outcome.MET, "5.1", {"by": met.rule}, parts=(met,))
    parts: tuple[Step, ...] = ()
    if case.ingredients and case.item.lots is None:
        change = ChangeOfCode(4, "1").evaluate(case.under(Counting.FOREIGN))
        parts = (change, try_beyond_minimal(case, agreement))
        if all_met(part.outcome for part in parts) is Outcome.MET:
            return Step("general", Outcome.MET, "5.1", {"by": "change"}, parts=parts)
    missing = (f"law:{case.country}/general_certificate",)
    return Step("general", Outcome.UNDETERMINED, "5.1", {}, missing, parts)
