"""Inviting a person to set a password, by two halves that no single administrator holds (R14).

The one who proposed takes a link, once; the one who confirmed is shown a code, once. The person
needs both, so neither administrator alone can come in as that person.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import ConflictError, FindingsError, RightError, StandingError, UnknownError
from certorigin.vocabulary.finding import Finding
from certorigin_server.administration.models import Invitation
from certorigin_server.administration.queries import get_invitation
from certorigin_server.administration.sessions import end_everywhere
from certorigin_server.trail.services import record
from certorigin_server.users.queries import get_user
from certorigin_server.users.services import lock_person, set_password
from certorigin_server.users.words import plain_word, spoken_word

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin_server.administration.models import Proposal
    from certorigin_server.users.queries import User

INVITATION_LIFE = timedelta(days=7)


def make_invitation(*, proposal: Proposal, username: str, at: datetime) -> str:
    """Invite a person and return the code for the one who confirms; earlier ones are worth nothing.

    Runs in the transaction of the act behind it. Raises UnknownError, ConflictError.
    """
    user = get_user(username)
    if Invitation.objects.filter(proposal=proposal).exists():
        raise ConflictError("administration.decided")
    Invitation.objects.filter(user=user, used=None).update(used=at)
    code = spoken_word()
    Invitation.objects.create(
        code_digest=_digest(plain_word(code)),
        user=user,
        proposal=proposal,
        created=at,
        expires=at + INVITATION_LIFE,
    )
    return code


@transaction.atomic
def take_link(*, proposal: UUID, by: User, at: datetime) -> str:
    """Return the word of the link, once, to whoever proposed the invitation and to nobody else.

    Raises UnknownError (`invitation.none`), RightError (`administration.not_yours`),
    StandingError (`invitation.taken`).
    """
    row = Invitation.objects.select_for_update().filter(proposal=proposal).first()
    if row is None or row.used is not None or row.expires <= at:
        raise UnknownError("invitation.none")
    if row.proposal.proposed_by_id != by.pk:
        raise RightError("administration.not_yours")
    if row.digest is not None:
        raise StandingError("invitation.taken")
    word = secrets.token_urlsafe(32)
    row.digest = _digest(word)
    row.save()
    subject = row.user.username
    record(by=by.username, at=at, action="administration.link_taken", subject=subject)
    return word


@transaction.atomic
def accept_invitation(*, word: str, code: str, password: str, at: datetime) -> User:
    """Set the first password by the link and the code of an invitation, once.

    Raises UnknownError (`invitation.unknown`), FindingsError for a wrong code or a poor password.
    """
    found = get_invitation(word, at=at)
    if not hmac.compare_digest(_digest(plain_word(code)), found.code_digest):
        raise FindingsError("password.refused", [Finding("invitation.code_wrong", "code")])
    lock_person(found.user)
    changed = Invitation.objects.filter(pk=found.pk, used=None).update(used=at)
    if not changed:
        raise UnknownError("invitation.unknown")
    set_password(user=found.user, password=password, by=found.user.username, at=at)
    end_everywhere(user=found.user, by=found.user.username, at=at)
    return found.user


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
