"""An act about a certificate that is already in the log: it names its `Issued` as the cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import StandingError
from certorigin.standing.entry import check_body
from certorigin.standing.fold import StandingStatus
from certorigin.vocabulary.acts import Act, Cause, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.fold import Standing

_ENDS = frozenset({Kind.ANNULLED, Kind.REPLACED})
_ENDED = frozenset({StandingStatus.ANNULLED, StandingStatus.REPLACED})


def act_about(
    standing: Standing,
    kind: Kind,
    body: Mapping[str, Any],
    *,
    issuer: str,
    act_id: str,
    at: datetime,
) -> Act:
    """Return an act about the certificate of a standing.

    Raises StandingError if none is known, MalformedError for a body that no reader would take: if
    it were sealed it would count for nothing.
    """
    issued = issued_of(standing)
    act = Act(
        id=act_id,
        kind=kind,
        issuer=issuer,
        at=at,
        corridor=issued.act.corridor,
        subject=standing.subject,
        body=body,
        causes=(Cause(issued.act.id, issued.digest),),
    )
    check_body(act)
    return act


def issued_of(standing: Standing) -> LoggedAct:
    """Return the `Issued` of a standing. Raises StandingError (`standing.certificate_unknown`)."""
    if standing.issued is None:
        raise StandingError("standing.certificate_unknown", subject=standing.subject)
    return standing.issued


def check_not_ended(standing: Standing) -> None:
    """Raise StandingError when the certificate has ended, or an end is already on its way.

    An annulment that lies in the future does not count: it may be brought forward.
    """
    issued_of(standing)
    if standing.status in _ENDED:
        raise StandingError(
            "standing.already_ended",
            number=standing.reference.number,
            status=str(standing.status),
        )
    for entry in (*standing.pending, *standing.later):
        if entry.act.kind in _ENDS:
            raise StandingError(
                "standing.end_on_its_way", number=standing.reference.number, act=entry.act.id
            )
