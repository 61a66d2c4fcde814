"""Reading the administrator's desk: proposals, suspensions, invitations, sessions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session

from certorigin.errors import UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin_server.administration.changes import differences
from certorigin_server.administration.models import (
    Invitation,
    OpenSession,
    Proposal,
    Suspension,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User

__all__ = ["Invitation", "Proposal"]


def open_proposals() -> QuerySet[Proposal]:
    """Return what waits for a decision, longest waiting first."""
    return _proposals().filter(outcome=None).order_by("proposed_at", "id")


def decided_proposals() -> QuerySet[Proposal]:
    """Return what was decided, newest first."""
    return _proposals().filter(outcome__isnull=False)


def proposals_about(subject: str) -> QuerySet[Proposal]:
    """Return everything that was proposed about a person or a body, newest first."""
    return _proposals().filter(subject=subject)


def get_proposal(proposal: UUID) -> Proposal:
    """Return one proposal. Raises UnknownError (`administration.proposal_unknown`)."""
    found = _proposals().filter(pk=proposal).first()
    if found is None:
        raise UnknownError("administration.proposal_unknown")
    return found


def document_of(proposal: Proposal) -> dict[str, str]:
    """Return the members that the change needs: what ends, or else what will stand."""
    if proposal.kind in {"role_withdrawn", "person_restored"}:
        return before_of(proposal)
    return after_of(proposal)


def before_of(proposal: Proposal) -> dict[str, str]:
    """Return what stood when it was proposed."""
    return parse_strict(proposal.before.encode())


def after_of(proposal: Proposal) -> dict[str, str]:
    """Return what will stand."""
    return parse_strict(proposal.after.encode())


def changes_of(proposal: Proposal) -> list[tuple[str, str, str]]:
    """Return each member that changes: its name, what stood, what will stand."""
    return differences(before_of(proposal), after_of(proposal))


def may_decide(proposal: Proposal, user: User) -> bool:
    """Say whether a person could be the second pair of eyes (the right is looked at elsewhere)."""
    is_open = proposal.outcome is None
    return is_open and proposal.proposed_by_id != user.pk and proposal.subject != user.username


def suspension_of(user: User) -> Suspension | None:
    """Return the suspension of a person that is in force, or None."""
    found = Suspension.objects.select_related("suspended_by").filter(
        user=user, restored_by=None, overruled_at=None
    )
    return found.first()


def get_invitation(word: str, *, at: datetime) -> Invitation:
    """Return the invitation behind the word of a link.

    Raises UnknownError (`invitation.unknown`) for one that was used, has expired or never was.
    """
    digest = hashlib.sha256(word.encode()).hexdigest()
    found = Invitation.objects.select_related("user").filter(digest=digest).first()
    if found is None or found.used is not None or found.expires <= at or not found.user.is_active:
        raise UnknownError("invitation.unknown")
    return found


def waits_for_link(proposal: Proposal, user: User, *, at: datetime) -> bool:
    """Say whether a person still has to take the link of an invitation that they proposed."""
    return links_to_take(user, at=at).filter(proposal=proposal).exists()


def links_to_take(user: User, *, at: datetime) -> QuerySet[Invitation]:
    """Return the invitations whose link waits for the person who proposed them."""
    found = Invitation.objects.select_related("proposal", "user").filter(
        proposal__proposed_by=user, digest=None, used=None, expires__gt=at
    )
    return found.order_by("created", "pk")


def sessions_of(user: User, *, at: datetime) -> list[OpenSession]:
    """Return the open sessions of a person in browsers, newest first."""
    rows = list(OpenSession.objects.filter(user=user))
    keys = [row.key for row in rows]
    living = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
    open_keys = set(living.values_list("session_key", flat=True))
    return [row for row in rows if row.key in open_keys]


def _proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("proposed_by", "decided_by")
