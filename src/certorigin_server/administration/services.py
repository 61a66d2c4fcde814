"""Changing people and rights with four eyes (R14), and ending sessions.

two people  propose · confirm · refuse · take_back
one person  suspend · accept_invitation
sessions    note_session · end_session · end_other_sessions
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction

from certorigin.errors import (
    ConflictError,
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
from certorigin_server.administration.models import (
    Invitation,
    OpenSession,
    Proposal,
    Suspension,
)
from certorigin_server.administration.queries import (
    before_of,
    document_of,
    get_invitation,
    suspension_of,
)
from certorigin_server.trail.services import record
from certorigin_server.users.queries import get_user
from certorigin_server.users.services import (
    end_tokens,
    lock_administrators,
    set_active,
    set_password,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from certorigin_server.users.queries import User

INVITATION_LIFE = timedelta(days=7)
# After these a person has less than before: whoever is signed in must do so anew.
_TAKES_AWAY = ("role_withdrawn", "person_changed", "person_invited")
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
    if before == after and kind != "person_invited":
        finding = Finding("administration.nothing_changes", "")
        raise FindingsError("administration.refused", [finding])
    proposal = Proposal.objects.create(
        kind=kind,
        subject=changes.subject_of(typed),
        before=strict_bytes(before).decode(),
        after=strict_bytes(after).decode(),
        remark=remark.strip()[:1000],
        proposed_by=by,
        proposed_at=at,
    )
    _record(proposal, "administration.proposed", by, at)
    return proposal


@transaction.atomic
def confirm(*, proposal: UUID, remark: str = "", by: User, at: datetime) -> str:
    """Put a proposal in force as the second person; return the word of a new invitation, or "".

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
    return _invite(row, newcomer, at) if newcomer else ""


@transaction.atomic
def refuse(*, proposal: UUID, remark: str, by: User, at: datetime) -> Proposal:
    """Refuse what somebody else proposed, with a reason.

    Raises UnknownError, StandingError, RightError as `confirm`, and FindingsError without a reason.
    """
    row = _lock_open(proposal)
    if row.proposed_by_id == by.pk:
        raise RightError("administration.four_eyes")
    if not remark.strip():
        finding = Finding("administration.reason_missing", "remark")
        raise FindingsError("administration.refused", [finding])
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
    user = get_user(username)
    _forbid_for_oneself(username, by)
    if not reason.strip():
        finding = Finding("administration.reason_missing", "reason")
        raise FindingsError("administration.refused", [finding])
    if suspension_of(user) is not None or not user.is_active:
        raise StandingError("administration.suspended", username=username)
    lock_administrators()
    row = Suspension.objects.create(
        user=user, reason=reason.strip()[:1000], suspended_by=by, suspended_at=at
    )
    set_active(user=user, is_active=False, by=by.username, at=at)
    end_everywhere(user=user, by=by.username, at=at)
    return row


@transaction.atomic
def accept_invitation(*, word: str, password: str, at: datetime) -> User:
    """Set the first password by the link of an invitation, once.

    Raises UnknownError (`invitation.unknown`), FindingsError for a poor password.
    """
    found = get_invitation(word, at=at)
    changed = Invitation.objects.filter(pk=found.pk, used=None).update(used=at)
    if not changed:
        raise UnknownError("invitation.unknown")
    set_password(user=found.user, password=password, by=found.user.username, at=at)
    end_everywhere(user=found.user, by=found.user.username, at=at)
    return found.user


# -- sessions -------------------------------------------------------------------------------------


def note_session(*, key: str, user: User, browser: str, at: datetime) -> None:
    """Remember a session of a browser, so that it can be seen and ended from elsewhere."""
    OpenSession.objects.update_or_create(
        key=key, defaults={"user": user, "opened": at, "browser": browser[:200]}
    )


@transaction.atomic
def end_session(*, session: int, by: User, at: datetime) -> None:
    """End one of one's own sessions. Raises UnknownError (`session.unknown`)."""
    row = OpenSession.objects.filter(pk=session, user=by).first()
    if row is None:
        raise UnknownError("session.unknown")
    _end([row.key])
    record(by=by.username, at=at, action="administration.session_ended", subject=by.username)


@transaction.atomic
def end_other_sessions(*, by: User, kept: str, at: datetime) -> int:
    """End all of one's own sessions but the one of this key; return how many."""
    keys = OpenSession.objects.filter(user=by).exclude(key=kept).values_list("key", flat=True)
    count = _end(list(keys))
    action = "administration.sessions_ended"
    record(by=by.username, at=at, action=action, subject=by.username, count=str(count))
    return count


def end_everywhere(*, user: User, by: str, at: datetime) -> None:
    """End every session and token of a person. Runs in the transaction of the act behind it."""
    keys = OpenSession.objects.filter(user=user).values_list("key", flat=True)
    count = _end(list(keys)) + end_tokens(user=user, at=at)
    action = "administration.sessions_ended"
    record(by=by, at=at, action=action, subject=user.username, count=str(count))


# -- what several acts need -----------------------------------------------------------------------


def _end(keys: list[str]) -> int:
    Session.objects.filter(session_key__in=keys).delete()
    return OpenSession.objects.filter(key__in=keys).delete()[0]


def _lock_open(proposal: UUID) -> Proposal:
    row = Proposal.objects.select_for_update().filter(pk=proposal).first()
    if row is None:
        raise UnknownError("administration.proposal_unknown")
    if row.outcome is not None:
        raise StandingError("administration.decided")
    return row


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
    row.decision_remark = remark.strip()[:1000]
    row.save()
    _record(row, f"administration.{outcome}", by, at)
    return row


def _record(row: Proposal, action: str, by: User, at: datetime) -> None:
    facts = {"kind": row.kind, "proposal": str(row.pk)}
    record(by=by.username, at=at, action=action, subject=row.subject, **facts)


def _invite(row: Proposal, username: str, at: datetime) -> str:
    """Make the one-time link of a person; earlier ones are worth nothing from now on."""
    user, word = get_user(username), secrets.token_urlsafe(32)
    Invitation.objects.filter(user=user, used=None).update(used=at)
    digest = hashlib.sha256(word.encode()).hexdigest()
    if Invitation.objects.filter(proposal=row).exists():
        raise ConflictError("administration.decided")
    Invitation.objects.create(
        digest=digest, user=user, proposal=row, created=at, expires=at + INVITATION_LIFE
    )
    return word
