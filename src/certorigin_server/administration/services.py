"""Changing people and rights with four eyes (R14).

two people  propose · confirm · refuse · take_back
one person  suspend
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from certorigin.errors import (
    FindingsError,
    MalformedError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.finding import Finding
from certorigin_server.administration import changes
from certorigin_server.administration.enforce import ENFORCE
from certorigin_server.administration.invitations import make_invitation
from certorigin_server.administration.models import Proposal, Suspension
from certorigin_server.administration.queries import before_of, document_of, suspension_of
from certorigin_server.administration.sessions import end_everywhere
from certorigin_server.trail.services import record
from certorigin_server.users.queries import find_user, get_user
from certorigin_server.users.services import lock_administrators, lock_person, set_active

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from certorigin_server.users.queries import User

# After these a person has less than before: whoever is signed in must do so anew.
_TAKES_AWAY = ("role_withdrawn", "person_changed", *changes.UNSEEN)
# What a remark or a reason may take.
LONGEST_TEXT = 1_000
_INVITES = ("person_added", "person_invited", "organisation_added")


@transaction.atomic
def propose(
    *, kind: str, data: Mapping[str, object], remark: str = "", by: User, at: datetime
) -> Proposal:
    """Propose a change, for another administrator to put in force.

    Raises FindingsError with everything that is against it (`administration.refused`), RightError
    (`administration.for_oneself`), MalformedError for a kind that there is not.
    """
    if kind not in changes.MEMBERS:
        raise MalformedError("administration.kind_unknown", place="kind", value=kind[:40])
    typed = changes.clean(kind, data)
    _forbid_for_oneself(changes.subject_of(typed), by)
    _check(kind, typed, at)
    before, after = changes.state_of(kind, typed), changes.after_of(kind, typed)
    if before == after and kind not in changes.UNSEEN:
        finding = Finding("administration.nothing_changes", "")
        raise FindingsError("administration.refused", [finding])
    lock_administrators()  # of two who send one form at once, the second is told
    wanted = {
        "kind": kind,
        "subject": changes.subject_of(typed),
        "after": strict_bytes(after).decode(),
    }
    if Proposal.objects.filter(outcome=None, **wanted).exists():
        finding = Finding("administration.proposed_already", "")
        raise FindingsError("administration.refused", [finding])
    proposal = Proposal.objects.create(
        **wanted,
        before=strict_bytes(before).decode(),
        remark=_said(remark, "remark"),
        proposed_by=by,
        proposed_at=at,
    )
    _record(proposal, "administration.proposed", by, at)
    return proposal


@transaction.atomic
def confirm(*, proposal: UUID, remark: str = "", by: User, at: datetime) -> str:
    """Put a proposal in force as the second person; return the code of a new invitation, or "".

    The code alone opens nothing: the link goes to whoever proposed (`invitations.take_link`).

    Raises UnknownError, StandingError (`administration.decided`, `administration.overtaken` when
    something changed since it was proposed), RightError (`administration.four_eyes`,
    `administration.for_oneself`), FindingsError when something is against it by now.
    """
    row = _lock_open(proposal)
    if row.proposed_by_id == by.pk:
        raise RightError("administration.four_eyes")
    _forbid_for_oneself(row.subject, by)
    data = document_of(row)
    lock_administrators()
    subject = find_user(row.subject)
    if subject is not None:
        lock_person(subject)
    if changes.state_of(row.kind, data) != before_of(row):
        raise StandingError("administration.overtaken")
    _check(row.kind, data, at)
    _decide(row, Proposal.Outcome.CONFIRMED, remark, by, at)
    try:
        ENFORCE[row.kind](data, by=by.username, at=at)
    except ValidationError as error:
        findings = [
            Finding("administration.not_possible", name, facts={"reason": " ".join(reasons)})
            for name, reasons in error.message_dict.items()
        ]
        raise FindingsError("administration.refused", findings) from error
    if row.kind == "person_restored":
        open_ones = Suspension.objects.filter(restored_by=None, overruled_at=None)
        open_ones.filter(user__username=row.subject).update(restored_by=row)
    if row.kind in _TAKES_AWAY:
        end_everywhere(user=get_user(row.subject), by=by.username, at=at)
    newcomer = data.get("username", "") if row.kind in _INVITES else ""
    return make_invitation(proposal=row, username=newcomer, at=at) if newcomer else ""


@transaction.atomic
def refuse(*, proposal: UUID, remark: str, by: User, at: datetime) -> Proposal:
    """Refuse what somebody else proposed, with a reason.

    Raises UnknownError, StandingError, RightError as `confirm`, and FindingsError without a reason.
    """
    row = _lock_open(proposal)
    if row.proposed_by_id == by.pk:
        raise RightError("administration.four_eyes")
    _said(remark, "remark", needed=True)
    return _decide(row, Proposal.Outcome.REFUSED, remark, by, at)


@transaction.atomic
def take_back(*, proposal: UUID, by: User, at: datetime) -> Proposal:
    """Take back one's own proposal. Raises UnknownError, StandingError, RightError."""
    row = _lock_open(proposal)
    if row.proposed_by_id != by.pk:
        raise RightError("administration.not_yours")
    return _decide(row, Proposal.Outcome.TAKEN_BACK, "", by, at)


@transaction.atomic
def suspend(*, username: str, reason: str, by: User, at: datetime) -> Suspension:
    """Stop a person at once: no sign-in, no session, no token. Two restore them.

    Raises UnknownError, RightError (`administration.for_oneself`), StandingError
    (`administration.suspended`), FindingsError without a reason.
    """
    _forbid_for_oneself(username, by)
    lock_administrators()
    user = lock_person(get_user(username))
    said = _said(reason, "reason", needed=True)
    if suspension_of(user) is not None or not user.is_active:
        raise StandingError("administration.suspended", username=username)
    row = Suspension.objects.create(user=user, reason=said, suspended_by=by, suspended_at=at)
    set_active(user=user, is_active=False, by=by.username, at=at)
    end_everywhere(user=user, by=by.username, at=at)
    return row


# -- what several acts need -----------------------------------------------------------------------


def _lock_open(proposal: UUID) -> Proposal:
    row = Proposal.objects.select_for_update().filter(pk=proposal).first()
    if row is None:
        raise UnknownError("administration.proposal_unknown")
    if row.outcome is not None:
        raise StandingError("administration.decided")
    return row


def _said(text: str, place: str, *, needed: bool = False) -> str:
    """Return what somebody wrote, without blanks around. Raises FindingsError."""
    said = text.strip()
    if needed and not said:
        finding = Finding("administration.reason_missing", place)
        raise FindingsError("administration.refused", [finding])
    if len(said) > LONGEST_TEXT:
        finding = Finding("administration.too_long", place, facts={"limit": str(LONGEST_TEXT)})
        raise FindingsError("administration.refused", [finding])
    return said


def _check(kind: str, data: Mapping[str, str], at: datetime) -> None:
    findings = changes.find_obstacles(kind, data, at=at)
    if findings:
        raise FindingsError("administration.refused", findings)


def _forbid_for_oneself(subject: str, by: User) -> None:
    """Nobody has a hand in what concerns their own rights, be it as first or as second person."""
    if subject == by.username:
        raise RightError("administration.for_oneself")


def _decide(row: Proposal, outcome: str, remark: str, by: User, at: datetime) -> Proposal:
    row.outcome, row.decided_by, row.decided_at = outcome, by, at
    row.decision_remark = _said(remark, "remark")
    row.save()
    _record(row, f"administration.{outcome}", by, at)
    return row


def _record(row: Proposal, action: str, by: User, at: datetime) -> None:
    facts = {"kind": row.kind, "proposal": str(row.pk)}
    record(by=by.username, at=at, action=action, subject=row.subject, **facts)
