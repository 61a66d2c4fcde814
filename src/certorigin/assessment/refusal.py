"""The closed list of grounds on which an application for a certificate is refused.

The Rules name what must be fulfilled, not a list of refusals; national orders have their own (R57
asks for a closed list at customs, and an exporter may expect no less). Each cites what is not
fulfilled, and can be chosen only where the assessment bears it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.assessment.decision import Decision
from certorigin.errors import StandingError, UnknownError

if TYPE_CHECKING:
    from certorigin.assessment.decision import Assessment

CRITERIA_NOT_MET = "criteria_not_met"
CONDITIONS_NOT_MET = "conditions_not_met"
FACTS_NOT_PROVEN = "facts_not_proven"


@dataclass(frozen=True)
class Ground:
    """A ground with its clause; `needs_remark` says that the remark must tell what exactly."""

    code: str
    clause: str
    needs_remark: bool = True


GROUNDS = {
    ground.code: ground
    for ground in (
        Ground(CRITERIA_NOT_MET, "Rules 2.1, 2.4, 3.1", needs_remark=False),
        Ground(CONDITIONS_NOT_MET, "Rules 5.1", needs_remark=False),
        Ground(FACTS_NOT_PROVEN, "Rules 2.4, 7.2"),
        Ground("false_documents", "Rules 7.2, 9.2"),
        Ground("goods_not_identifiable", "Rules 7.4, box 8"),
        Ground("several_consignments", "Rules 1, 6.4"),
        Ground("applicant_not_entitled", "Rules 1"),
    )
}


def get_ground(code: str) -> Ground:
    """Return a ground of the list. Raises UnknownError (`assessment.ground_unknown`)."""
    found = GROUNDS.get(code)
    if found is None:
        raise UnknownError(
            "assessment.ground_unknown", ground=code[:60], choices=", ".join(GROUNDS)
        )
    return found


def fits(code: str, reasons: Assessment | None) -> bool:
    """Say whether the assessment bears a ground out; None: it could not be assessed at all."""
    if code == CRITERIA_NOT_MET:
        return reasons is not None and reasons.decision is Decision.NOT_ORIGINATING
    if code == CONDITIONS_NOT_MET:
        return reasons is not None and any(one.stops for one in reasons.conditions)
    if code == FACTS_NOT_PROVEN:
        return reasons is None or reasons.decision is Decision.UNDETERMINED
    return True


def require_ground(code: str, reasons: Assessment | None, *, remark: str) -> Ground:
    """Return a ground that may be chosen.

    Raises UnknownError (`assessment.ground_unknown`), StandingError (`assessment.ground_unfit`,
    `assessment.remark_missing`).
    """
    ground = get_ground(code)
    if not fits(code, reasons):
        raise StandingError("assessment.ground_unfit", ground=code)
    if ground.needs_remark and not remark.strip():
        raise StandingError("assessment.remark_missing", ground=code)
    return ground
