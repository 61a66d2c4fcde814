"""Acts that travel back: annulment by the issuing side, use and refusal by the customs side."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import orjson
from django.db import transaction

from certorigin.errors import ConflictError
from certorigin.returns.annulment import annulled
from certorigin.returns.utilisation import refused, utilised
from certorigin.seal.prepared import Slot
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.record import Record
from certorigin_server.certification.queries import get_visible
from certorigin_server.recognition.services import mark_returned
from certorigin_server.seal.queries import acts_about
from certorigin_server.seal.services import prepare_act
from certorigin_server.seal.slots import require_entitled, slots_of
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import standing_of
from certorigin_server.trail.services import record
from certorigin_server.users.queries import central_customs_authority

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.recognition.queries import Decision
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.users.queries import User


@transaction.atomic
def annul(
    *, subject: str, ground: str, remark: str, keyring: Keyring, by: User, at: datetime
) -> SealedAct:
    """Annul a certificate, and so tell the importing state at once, in one action (R50; Rules 9.4).

    Raises UnknownError for a certificate that the person may not see, StandingError when there is
    nothing to annul, ConflictError (`annulment.under_way`) when one is on its way already.
    """
    certificate = get_visible(subject, user=by)
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
    slots = slots_of(keyring, body=certificate.body, officer=by)
    require_entitled(slots, trust=get_trust(), form=certificate.form, body=certificate.body, at=at)
    record(by=by.username, at=at, action="returns.annulled", subject=subject, ground=ground)
    return prepare_act(act=act, slots=slots, by=by.username, at=at)


@transaction.atomic
def return_decision(*, decision: Decision, keyring: Keyring, at: datetime) -> SealedAct:
    """Prepare the act that tells the issuing state what customs decided (R10, R57).

    Its seal is that of the central customs authority; the officer is named in it.
    """
    authority = central_customs_authority()
    seal = keyring.named(f"seal-{authority.slug}")
    standing = standing_of(decision.subject, at=at)
    declaration = DocumentReference(decision.declaration.number, decision.declaration.date)
    common = {
        "declaration": declaration,
        "post": decision.declaration.post.name,
        "officer": decision.decided_by.officer_urn,
        "act_id": decision.act,
        "at": at,
        "issuer": authority.urn,
    }
    if decision.outcome == "accepted":
        uses = [
            ItemUse.from_record(Record(use, f"items[{index}]"))
            for index, use in enumerate(orjson.loads(decision.items))
        ]
        act = utilised(standing, items=uses, head_size=decision.head_size, **common)
    else:
        act = refused(standing, ground=decision.ground, remark=decision.remark, **common)
    slot = Slot(authority.urn, seal.key, seal.suite)
    stored = prepare_act(act=act, slots=[slot], by=decision.decided_by.username, at=at)
    mark_returned(decision=decision, at=at)
    record(
        by=decision.decided_by.username,
        at=at,
        action="returns.prepared",
        subject=decision.subject,
        kind=stored.kind,
    )
    return stored
