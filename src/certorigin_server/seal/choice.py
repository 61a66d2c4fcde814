"""Which of several keys is used now: the one that our own trust list names, in force, the newest.

So a key is changed by publishing a list: at the moment that it names, every loop takes the new one,
without a restart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.proof import Sealer
    from certorigin.seal.trust.entries import Key
    from certorigin_server.seal.keyring import Keyring


def installation_urn() -> str:
    """Return the name of this installation in the trust list."""
    return f"urn:certorigin:installation:{settings.SYSTEM.installation}"


def sealer_for(keyring: Keyring, *, controller: str, role: str, at: datetime, name: str) -> Sealer:
    """Return the sealer with which a controller speaks in a role at a moment.

    When no listed key is in force, the newest that is here is returned all the same: whoever checks
    the entitlement then says why it does not count. `name` is the key that a new system has.
    Raises UnknownError (`key.not_here`) when there is none at all.
    """
    listed = get_trust().keys_of(controller, role)
    by_age = sorted(listed, key=lambda key: key.period.start, reverse=True)
    for key in sorted(by_age, key=lambda key: not in_force(key, at)):
        sealer = keyring.find(key.key)
        if sealer is not None:
            return sealer
    return keyring.named(name)


def installation_sealer(keyring: Keyring, role: str, *, at: datetime) -> Sealer:
    """Return the sealer of this installation in a role. Raises as `sealer_for`."""
    return sealer_for(keyring, controller=installation_urn(), role=role, at=at, name=role)


def in_force(key: Key, at: datetime) -> bool:
    """Say whether a key is in its period and not withdrawn."""
    if at < key.period.start or (key.period.end is not None and at >= key.period.end):
        return False
    return key.withdrawn is None or at < key.withdrawn.at
