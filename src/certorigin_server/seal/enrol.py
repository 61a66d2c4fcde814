"""Bringing officers, bodies and keys into the draft of our next trust list.

For the command line and for the administrator's desk alike. Nothing of it counts before the list is
signed by enough root keys and published (`ceremony`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import MalformedError
from certorigin.seal.suite import EDDSA_JCS_2022
from certorigin.seal.trust.change import with_body, with_key, with_officer
from certorigin.seal.trust.entries import Body, Key, Officer
from certorigin.seal.trust.period import Period
from certorigin_server.seal.ceremony import change_draft
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.seal.proof import Sealer
    from certorigin.seal.trust.ceremony import Ceremony
    from certorigin.seal.trust.trust_list import TrustDraft
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import SystemSettings
    from certorigin_server.users.queries import Organisation, User


def make_named_key(
    keyring: Keyring, name: str, *, by: str, at: datetime, suite: str = EDDSA_JCS_2022.name
) -> Sealer:
    """Make a key of this installation, in its file or its device. Raises as `Keyring.make`."""
    sealer = keyring.make(name, suite=suite)
    with transaction.atomic():
        record(by=by, at=at, action="seal.key_made", subject=name, key=sealer.key)
    return sealer


def free_name(keyring: Keyring, name: str) -> str:
    """Return a name for one more key: `officer-ivanova`, then `officer-ivanova-2`."""
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(one for one in names if not keyring.has(one))


def draft_officer(
    system: SystemSettings,
    keyring: Keyring,
    *,
    user: User,
    forms: Sequence[str],
    rights: Sequence[str],
    period: Period,
    by: str,
    at: datetime,
) -> Ceremony:
    """Put a person into the draft as an officer of the person's body, with a new key.

    A person who is listed gets what is given here, and one more key; the old one is withdrawn by
    itself (`withdraw_key`). A key that no draft took stays unused. Raises MalformedError for
    somebody without a body (`trust.body_not_listed`).
    """
    organisation = user.organisation
    if organisation is None:
        raise MalformedError("trust.body_not_listed", place=user.username, value="-")
    officer = Officer(
        id=user.officer_urn,
        body=organisation.urn,
        name=user.full_name,
        position=user.position or "-",
        forms=tuple(forms),
        rights=tuple(rights),
        period=period,
    )
    name = free_name(keyring, f"officer-{user.username}")
    sealer = make_named_key(keyring, name, by=by, at=at)
    key = Key(sealer.key, officer.id, ("officer",), period)
    return change_draft(system, lambda draft: with_key(with_officer(draft, officer), key), at=at)


def draft_body(
    system: SystemSettings,
    keyring: Keyring,
    *,
    organisation: Organisation,
    forms: Sequence[str],
    period: Period,
    by: str,
    at: datetime,
) -> Ceremony:
    """Put a body into the draft, with a key for its seal when it has none; or change its entry."""
    body = Body(
        id=organisation.urn,
        name=organisation.name,
        address=organisation.address,
        roles=(str(organisation.kind),),
        forms=tuple(forms),
        period=period,
    )

    def edit(draft: TrustDraft) -> TrustDraft:
        changed = with_body(draft, body)
        if any(key.controller == body.id for key in draft.keys):
            return changed
        name = free_name(keyring, f"seal-{organisation.slug}")
        sealer = make_named_key(keyring, name, by=by, at=at)
        return with_key(changed, Key(sealer.key, body.id, ("seal",), period))

    return change_draft(system, edit, at=at)


def draft_key(
    system: SystemSettings,
    keyring: Keyring,
    *,
    controller: str,
    role: str,
    name: str,
    suite: str,
    period: Period,
    by: str,
    at: datetime,
) -> Ceremony:
    """Put one more key for somebody who is listed into the draft; it is made when it is not here.

    Raises as `with_key` and `Keyring.make`.
    """
    sealer = (
        keyring.named(name)
        if keyring.has(name)
        else make_named_key(keyring, name, by=by, at=at, suite=suite)
    )
    key = Key(sealer.key, controller, (role,), period)
    return change_draft(system, lambda draft: with_key(draft, key), at=at)
