"""What is asked when an original is demanded, and when it came or did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.returns.paper_original import PaperOutcome, PaperReason
from certorigin_server.desk.layout import Day, Field, Flag, LongText, Option, Radio

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

REASONS = {
    PaperReason.ORIGIN_IN_DOUBT: "demand.reason.origin_in_doubt",
    PaperReason.NOT_CONFIRMED: "demand.reason.not_confirmed",
    PaperReason.DATA_DIFFER: "demand.reason.data_differ",
    PaperReason.NOT_IN_MIRROR: "demand.reason.not_in_mirror",
    PaperReason.SERVICE_DISTURBED: "demand.reason.service_disturbed",
}
OUTCOMES = {
    PaperOutcome.AGREES: "demand.outcome.agrees",
    PaperOutcome.DIFFERS: "demand.outcome.differs",
    PaperOutcome.NOT_PRESENTED: "demand.outcome.not_presented",
}


def reason_of(reason: str) -> str:
    """Return the code under which a reason is shown; a partner's that is not known has none."""
    return REASONS[PaperReason(reason)] if reason in set(PaperReason) else ""


def outcome_of(outcome: str) -> str:
    """Return the code under which an outcome is shown; nothing came yet, or it is not known."""
    if outcome in set(PaperOutcome):
        return OUTCOMES[PaperOutcome(outcome)]
    return "" if outcome else "demand.outcome.open"


DEMANDING: Layout = (
    Radio(
        name="reason",
        label="web.demand_reason",
        clause="Rules 6.1; Annex 4, 4.3",
        options=lambda: [Option(str(reason), code=code) for reason, code in REASONS.items()],
    ),
    Day(name="until", label="web.demand_until", help="web.demand_until_help"),
    LongText(name="remark", label="web.demand_remark", lang="ru"),
)
ANSWERING: Layout = (
    Radio(
        name="outcome",
        label="web.demand_outcome",
        clause="Rules 6.1, 9.1",
        options=lambda: [Option(str(one), code=code) for one, code in OUTCOMES.items()],
    ),
    LongText(name="remark", label="web.demand_remark", lang="ru"),
)

EMERGENCY_OUTCOMES = {
    "": "emergency.outcome.waiting",
    "agrees": "emergency.outcome.agrees",
    "differs": "emergency.outcome.differs",
    "not_found": "emergency.outcome.not_found",
}
EMERGENCY: Layout = (
    Flag(name="seen", label="web.emergency_seen"),
    Field(name="blank", label="web.emergency_blank", width="medium"),
    LongText(name="remark", label="web.demand_remark", lang="ru"),
)
CLOSING: Layout = (LongText(name="remark", label="web.recheck_remark", help="web.recheck_help"),)
