"""Acts that travel back.

issuing side   annul · ask_replacement · certify_in_place · renew_end
customs side   return_decision
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import (
    ConflictError,
    RightError,
    StandingError,
    UnknownError,
    UntrustedKeyError,
)
from certorigin.returns.about import issued_of
from certorigin.returns.annulment import annulled
from certorigin.returns.replacement import check_reason, check_replaceable, replaced
from certorigin.standing.fold import reference_to
from certorigin.vocabulary.acts import Cause, Kind
from certorigin_server.application.anew import carried_anew
from certorigin_server.application.evidence_services import carry_over
from certorigin_server.application.queries import draft_of, stated_facts
from certorigin_server.application.services import begin, state_facts
from certorigin_server.certification.case import NO_TERMS, Base
from certorigin_server.certification.events.queries import substitutes_made
from certorigin_server.certification.queries import (
    asked_in_place_of,
    base_of,
    boxes_of,
    find_void,
    get_visible,
    lock_certificate,
    read_act,
)
from certorigin_server.certification.services import certify, note_in_place_of
from certorigin_server.mirror.alarms import end_alarm, raise_alarm
from certorigin_server.mirror.queries import BASE_ANNULLED, fallen_about
from certorigin_server.recognition.queries import act_of
from certorigin_server.recognition.services import mark_returned
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.queries import acts_about, endings_of
from certorigin_server.seal.services import prepare_act, set_aside
from certorigin_server.seal.slots import require_entitled, seal_slot, slots_of
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import issued_act_of, lock_issued, standing_of
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin.seal.prepared import Slot
    from certorigin.standing.fold import Standing
    from certorigin_server.application.queries import Application
    from certorigin_server.certification.case import Terms
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.recognition.queries import Decision
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.users.queries import User


_ENDS = (str(Kind.ANNULLED), str(Kind.REPLACED))


@transaction.atomic
def annul(
    *,
    subject: str,
    ground: str,
    remark: str,
    keyring: Keyring,
    by: User,
    at: datetime,
    effective: datetime | None = None,
) -> SealedAct:
    """Annul a certificate, and so tell the importing state at once, in one action (R50; Rules 9.4).

    `effective` is the body's statement of since when it is wrong; without it that is now.
    Raises UnknownError for a certificate that the person may not see, RightError
    (`returns.officer_not_entitled`), StandingError when there is nothing to annul (yet),
    ConflictError (`annulment.under_way`) when one is on its way already.
    """
    certificate = get_visible(subject, user=by)
    slots = require_sealer(certificate, keyring, by=by, at=at)
    if issued_act_of(subject) is None:
        raise StandingError("annulment.not_logged_yet", number=certificate.number)
    lock_issued(subject)  # of two officers at once, one annuls and the other is told
    own = acts_about(subject).filter(set_aside_at=None)
    if own.filter(kind__in=_ENDS).exists():
        raise ConflictError("annulment.under_way", number=certificate.number)
    act = annulled(
        standing_of(subject, at=at),
        ground=ground,
        remark=remark,
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
        effective=effective or at,
    )
    record(by=by.username, at=at, action="returns.annulled", subject=subject, ground=ground)
    _tell_of_substitutes(certificate, at=at)
    return prepare_act(act=act, slots=slots, by=by.username, at=at)


def _tell_of_substitutes(base: Certificate, *, at: datetime) -> None:
    """An annulled base is work for its body: each of its substitutes is judged by an officer (R48).

    Of the certificate itself that judgement is made now.
    """
    entry = issued_act_of(base.pk)
    origin = entry.origin if entry else ""
    for asked in substitutes_made(base):
        made = asked.made
        ended = acts_about(made.pk).filter(set_aside_at=None, kind__in=_ENDS)
        if not ended.exists():
            raise_alarm(
                origin=origin,
                key=f"base {made.pk}",
                code=BASE_ANNULLED,
                at=at,
                subject=made.pk,
                act=made.act_id,
                number=made.number,
                base=base.number,
            )
    end_substitute_alarm(base, at=at)


def end_substitute_alarm(certificate: Certificate, *, at: datetime) -> None:
    """A substitute that ended waits for nobody's judgement about its annulled base any more."""
    for row in fallen_about(certificate.pk):
        end_alarm(origin=row.origin, key=row.key, at=at)


@transaction.atomic
def ask_replacement(*, subject: str, reason: str, by: User, at: datetime) -> Application:
    """Begin an application for a certificate in place of this one, from the facts of the old one.

    Raises UnknownError for a certificate that the person may not see or another reason, RightError
    for all but its exporter and who may act for it now (R60), StandingError as
    `check_replaceable`, ConflictError (`replacement.asked_already`).
    """
    certificate = get_visible(subject, user=by)
    check_reason(reason)
    lock_certificate(certificate)  # of two who ask at once, the second is told
    find_base(certificate, at=at)
    for asked in asked_in_place_of(subject):
        if asked.application.status != asked.application.Status.WITHDRAWN:
            raise ConflictError("replacement.asked_already", number=certificate.number)
    old = certificate.application
    draft, exporter = replace(draft_of(old), declaration=None), old.organisation
    row = begin(draft=draft, by=by, at=at, behalf=exporter.slug)
    facts = stated_facts(old)
    if facts is not None:
        state_facts(application=row.pk, worksheet=facts, version=0, by=by, at=at)
    carry_over(source=old, application=row.pk, by=by, at=at)
    note_in_place_of(application=row, base=certificate, reason=reason, by=by, at=at)
    return row


@carried_anew
def _stay_in_place(old: Application, new: Application, by: User, at: datetime) -> None:
    """An application that is withdrawn and begun anew stays in place of the certificate (R47)."""
    planned = base_of(old.pk)
    if planned is not None:
        note_in_place_of(application=new, base=planned.base, reason=planned.reason, by=by, at=at)


def verified_base(application: UUID, *, at: datetime) -> Base:
    """Return the certificate in whose place one was asked for, as both logs say it now.

    Raises StandingError (`replacement.not_asked`, or as `check_replaceable`).
    """
    planned = base_of(application)
    if planned is None:
        raise StandingError("replacement.not_asked", application=str(application))
    return find_base(planned.base, at=at)[0]


def find_base(certificate: Certificate, *, at: datetime) -> tuple[Base, Standing | None]:
    """Return the base, and its standing where an act has to end it.

    One that the partner sets aside, for a key that was withdrawn, has ended already, as an annulled
    one has. Raises StandingError as `check_replaceable`.
    """
    act = certificate.act
    if find_void(certificate) is not None:
        cause = Cause(act.pk, act.digest or "")
        return Base(certificate.pk, reference_to(boxes_of(certificate)), (cause,)), None
    if issued_act_of(certificate.pk) is None:
        raise StandingError("replacement.not_held", number=certificate.number)
    if transaction.get_connection().in_atomic_block:
        lock_issued(certificate.pk)  # an annulment at the same moment waits
    standing = standing_of(certificate.pk, at=at)
    holds = check_replaceable(standing)
    if holds and certificate.pk in endings_of([certificate.pk]):  # not in the log yet
        raise StandingError("standing.end_on_its_way", number=certificate.number, act="")
    issued = issued_of(standing)
    base = Base(certificate.pk, standing.reference, (Cause(issued.act.id, issued.digest),))
    return base, standing if holds else None


@transaction.atomic
def certify_in_place(
    *, application: UUID, by: User, at: datetime, terms: Terms = NO_TERMS
) -> Certificate:
    """Certify in place of another certificate, and end that one if it still holds (R47).

    Both acts are prepared in one transaction. Raises as `certification.services.certify` and
    `verified_base`.
    """
    planned = base_of(application)
    if planned is None:
        raise StandingError("replacement.not_asked", application=str(application))
    base, standing = find_base(planned.base, at=at)
    made = certify(application=application, by=by, at=at, terms=replace(terms, base=base))
    if standing is None:
        return made
    boxes = boxes_of(made)
    act = replaced(
        standing,
        by=reference_to(boxes),
        by_subject=made.pk,
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
    )
    slots = require_sealer(made, get_keyring(), by=by, at=at)
    record(
        by=by.username,
        at=at,
        action="returns.replaced",
        subject=base.subject,
        replaced_by=made.pk,
    )
    prepare_act(act=act, slots=slots, by=by.username, at=at)
    return made


@transaction.atomic
def renew_end(*, subject: str, by: User, at: datetime) -> SealedAct:
    """Prepare anew an annulment or replacement that can't be sealed with its officer's key.

    Raises UnknownError, RightError, StandingError (`act.not_stuck`).
    """
    certificate = get_visible(subject, user=by)
    slots = require_sealer(certificate, get_keyring(), by=by, at=at)
    ends = (str(Kind.ANNULLED), str(Kind.REPLACED))
    stuck = acts_about(subject).filter(kind__in=ends, set_aside_at=None).last()
    if stuck is None:
        raise StandingError("act.not_stuck", act=certificate.act.pk)
    before = read_act(stuck)
    set_aside(act=stuck, by=by.username, at=at)
    body = {**before.body, "officer": by.officer_urn}
    act = replace(before, id=f"urn:uuid:{uuid.uuid4()}", at=at, body=body)
    record(by=by.username, at=at, action="returns.renewed", subject=subject, kind=stuck.kind)
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
    slot = seal_slot(keyring, controller=act.issuer, at=at)
    officer = decision.decided_by.username
    stored = prepare_act(act=act, slots=[slot], by=officer, at=at)
    record(by=officer, at=at, action="returns.prepared", subject=decision.subject, kind=stored.kind)
    return stored


def require_sealer(
    certificate: Certificate, keyring: Keyring, *, by: User, at: datetime
) -> list[Slot]:
    """Let nobody prepare what the partner's customs would not believe (R31)."""
    body = certificate.body
    try:
        slots = slots_of(keyring, body=body, officer=by, at=at)
        require_entitled(slots, trust=get_trust(), form=certificate.form, body=body, at=at)
    except (UnknownError, UntrustedKeyError) as error:
        raise RightError("returns.officer_not_entitled", reason=error.code) from error
    return slots
