"""Acts that travel back.

issuing side   annul
customs side   return_decision
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import (
    ConflictError,
    RightError,
    StandingError,
    UnknownError,
    UntrustedKeyError,
)
from certorigin.returns.annulment import annulled
from certorigin.seal.prepared import Slot
from certorigin.vocabulary.acts import Kind
from certorigin_server.certification.queries import get_visible
from certorigin_server.recognition.queries import act_of
from certorigin_server.recognition.services import mark_returned
from certorigin_server.seal.queries import acts_about
from certorigin_server.seal.services import prepare_act
from certorigin_server.seal.slots import require_entitled, slots_of
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import issued_act_of, lock_issued, standing_of
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.certification.queries import Certificate
    from certorigin_server.recognition.queries import Decision
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.users.queries import User


@transaction.atomic
def annul(
    *, subject: str, ground: str, remark: str, keyring: Keyring, by: User, at: datetime
) -> SealedAct:
    """Annul a certificate, and so tell the importing state at once, in one action (R50; Rules 9.4).

    Raises UnknownError for a certificate that the person may not see, RightError
    (`returns.officer_not_entitled`), StandingError when there is nothing to annul (yet),
    ConflictError (`annulment.under_way`) when one is on its way already.
    """
    certificate = get_visible(subject, user=by)
    slots = _require_entitled(certificate, keyring, by=by, at=at)
    if issued_act_of(subject) is None:
        raise StandingError("annulment.not_logged_yet", number=certificate.number)
    lock_issued(subject)  # of two officers at once, one annuls and the other is told
    if acts_about(subject).filter(kind=str(Kind.ANNULLED)).exists():
        raise ConflictError("annulment.under_way", number=certificate.number)
    act = annulled(
        standing_of(subject, at=at),
        ground=ground,
        remark=remark,
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
        effective=at,
    )
    record(by=by.username, at=at, action="returns.annulled", subject=subject, ground=ground)
    return prepare_act(act=act, slots=slots, by=by.username, at=at)


@transaction.atomic
def return_decision(*, decision: Decision, keyring: Keyring, at: datetime) -> SealedAct:
    """Prepare the act that tells the issuing state what customs decided (R10, R57).

    The act was made with the decision and is not judged again: what arrived since changes nothing
    in it. Its seal is that of the central customs authority; the officer is named in it. Raises
    ConflictError when the decision was returned already.
    """
    mark_returned(decision=decision, at=at)
    act = act_of(decision)
    seal = keyring.named(f"seal-{act.issuer.rpartition(':')[2]}")
    slot = Slot(act.issuer, seal.key, seal.suite)
    officer = decision.decided_by.username
    stored = prepare_act(act=act, slots=[slot], by=officer, at=at)
    record(by=officer, at=at, action="returns.prepared", subject=decision.subject, kind=stored.kind)
    return stored


def _require_entitled(
    certificate: Certificate, keyring: Keyring, *, by: User, at: datetime
) -> list[Slot]:
    """Let nobody prepare what the partner's customs would not believe (R31)."""
    body = certificate.body
    try:
        slots = slots_of(keyring, body=body, officer=by)
        require_entitled(slots, trust=get_trust(), form=certificate.form, body=body, at=at)
    except (UnknownError, UntrustedKeyError) as error:
        raise RightError("returns.officer_not_entitled", reason=error.code) from error
    return slots
