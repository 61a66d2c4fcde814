"""The paper original, which customs may demand from the declarant (R20; Rules 6.1, 9.1).

A demand has a reason of a closed list and a last day. What came of it decides which grounds of
Rules 9.1 that speak of paper can be chosen: nobody judges ink that nobody has seen, and nobody is
refused for a paper that was not demanded, or while there is still time to bring it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from certorigin.errors import StandingError, UnknownError
from certorigin.returns.about import act_about, issued_of
from certorigin.returns.grounds import get_ground
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Cause, Kind
from certorigin.vocabulary.demands import PaperAnswer, PaperDemand

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.goods import DocumentReference

LONGEST_TERM = timedelta(days=366)
NOT_PRESENTED_GROUND = "original_not_presented"


class PaperReason(StrEnum):
    """Why the original is demanded: signs of doubt, or service that does not work properly."""

    ORIGIN_IN_DOUBT = "origin_in_doubt"
    NOT_CONFIRMED = "not_confirmed"
    DATA_DIFFER = "data_differ"
    NOT_IN_MIRROR = "not_in_mirror"
    SERVICE_DISTURBED = "service_disturbed"


class PaperOutcome(StrEnum):
    """What came of a demand."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_PRESENTED = "not_presented"


def check_demand(reason: str, *, medium: str, number: str, until: date, today: date) -> None:
    """Check what is demanded before it is written down.

    Raises UnknownError (`demand.reason_unknown`), StandingError when the certificate has no paper
    (`demand.no_original`) or the last day is past or more than a year away (`demand.term_wrong`).
    """
    if reason not in set(PaperReason):
        raise UnknownError(
            "demand.reason_unknown", reason=reason[:80], choices=", ".join(PaperReason)
        )
    if medium == "electronic-only":
        raise StandingError("demand.no_original", number=number)
    if not today <= until <= today + LONGEST_TERM:
        raise StandingError("demand.term_wrong", until=until.isoformat(), today=today.isoformat())


def check_outcome(outcome: str, *, until: date, today: date) -> None:
    """Check what is said to have come of a demand.

    Raises UnknownError (`demand.outcome_unknown`), and StandingError (`demand.term_runs`) when the
    paper is said not to have come while there is still time.
    """
    if outcome not in set(PaperOutcome):
        choices = ", ".join(PaperOutcome)
        raise UnknownError("demand.outcome_unknown", outcome=outcome[:80], choices=choices)
    if outcome == PaperOutcome.NOT_PRESENTED and today <= until:
        raise StandingError("demand.term_runs", until=until.isoformat())


def find_closed(ground: str, outcomes: Iterable[str]) -> str:
    """Return the code of why a ground of paper can't be chosen yet, or nothing.

    `outcomes` are those of every demand of this certificate under this declaration; a demand that
    is open has none. Raises UnknownError for a ground outside the list.
    """
    if not get_ground(ground).paper_only:
        return ""
    came = set(outcomes)
    if ground == NOT_PRESENTED_GROUND:
        return "" if came == {PaperOutcome.NOT_PRESENTED} else "refusal.paper_not_demanded"
    seen = came & {PaperOutcome.AGREES, PaperOutcome.DIFFERS}
    return "" if seen else "refusal.paper_not_seen"


def needs_reason(outcomes: Iterable[str]) -> bool:
    """Say whether to accept needs a recorded reason: a paper that differs, or that never came."""
    last = [*outcomes][-1:]
    return bool(set(last) & {PaperOutcome.DIFFERS, PaperOutcome.NOT_PRESENTED})


def demanded(
    standing: Standing,
    *,
    declaration: DocumentReference,
    post: str,
    reason: str,
    remark: str,
    until: date,
    officer: str,
    act_id: str,
    at: datetime,
    issuer: str,
) -> Act:
    """Return the act by which customs demands the original, so that both states know of it.

    Raises StandingError when no certificate is known; the demand is then recorded without an act.
    """
    issued_of(standing)
    body = PaperDemand(standing.reference, declaration, post, reason, remark, until, officer)
    return act_about(
        standing, Kind.PAPER_DEMANDED, body.to_data(), issuer=issuer, act_id=act_id, at=at
    )


def answered(
    demand: Act,
    *,
    digest: str,
    outcome: str,
    remark: str,
    officer: str,
    act_id: str,
    at: datetime,
) -> Act:
    """Return the act that says what came of a demand.

    `digest` is that of the sealed demand; while it is not sealed, it is no cause yet.
    Raises MalformedError for an act that is no demand.
    """
    asked = read_body(demand, PaperDemand.from_record)
    body = PaperAnswer(asked.certificate, asked.declaration, asked.post, outcome, remark, officer)
    return replace(
        demand,
        id=act_id,
        kind=Kind.PAPER_ANSWERED,
        at=at,
        body=body.to_data(),
        causes=(*demand.causes, *([Cause(demand.id, digest)] if digest else [])),
    )
