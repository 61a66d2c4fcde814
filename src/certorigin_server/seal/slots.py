"""Who seals an issued act: who certifies, the body in whose name it is done, and who examined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.utils import timezone

from certorigin.seal.prepared import Slot
from certorigin.seal.trust.entries import Officer as ListedOfficer
from certorigin_server.seal.choice import sealer_for

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.trust.trust import Trust
    from certorigin_server.seal.keyring import Keyring


class Body(Protocol):
    """An authorised body: its name in the trust list, whose end is that of its key file."""

    @property
    def urn(self) -> str:
        """The name in the trust list."""


class Officer(Protocol):
    """A person who seals: the name of the key file, and the name in the trust list."""

    username: str

    @property
    def officer_urn(self) -> str:
        """The name in the trust list."""


def slots_of(
    keyring: Keyring, *, body: Body, officer: Officer, at: datetime | None = None
) -> list[Slot]:
    """Return the places in the proof set: the officer's key, then the body's seal.

    Raises UnknownError (`key.not_here`) when either has no key on this installation.
    """
    now = at or timezone.now()
    return [
        officer_slot(keyring, officer=officer, at=now),
        seal_slot(keyring, controller=body.urn, at=now),
    ]


def officer_slot(keyring: Keyring, *, officer: Officer, at: datetime) -> Slot:
    """Return the place of an officer's own key. Raises UnknownError (`key.not_here`)."""
    own = sealer_for(
        keyring,
        controller=officer.officer_urn,
        role="officer",
        at=at,
        name=f"officer-{officer.username}",
    )
    return Slot(officer.officer_urn, own.key, own.suite)


def seal_slot(keyring: Keyring, *, controller: str, at: datetime) -> Slot:
    """Return the place of an authority that seals alone. Raises UnknownError (`key.not_here`)."""
    name = f"seal-{controller.rpartition(':')[2]}"
    seal = sealer_for(keyring, controller=controller, role="seal", at=at, name=name)
    return Slot(controller, seal.key, seal.suite)


def examiner_slots(
    keyring: Keyring, *, trust: Trust, form: str, body: Body, officer: Officer, at: datetime
) -> list[Slot]:
    """Return the place of the officer who examined the case, or none for whom no list notifies.

    Raises UntrustedKeyError when the list takes the right from the officer or the key at that
    moment (R31), UnknownError (`key.not_here`).
    """
    listed = trust.find_holder(officer.officer_urn)
    if not isinstance(listed, ListedOfficer) or "examine" not in listed.rights:
        return []
    own = officer_slot(keyring, officer=officer, at=at)
    trust.key_entitlement(
        own.key,
        role="officer",
        at=at,
        form=form,
        controller=officer.officer_urn,
        body=body.urn,
        right="examine",
    )
    return [own]


def require_entitled(
    slots: list[Slot], *, trust: Trust, form: str, body: Body, at: datetime
) -> None:
    """Let pass whom the partner would believe: both keys, the right, the body's form (R31).

    Raises UntrustedKeyError. What is sealed without this could be published, and never recognised.
    """
    officer, seal = slots
    trust.key_entitlement(
        officer.key,
        role="officer",
        at=at,
        form=form,
        controller=officer.controller,
        body=body.urn,
        right="certify",
    )
    trust.key_entitlement(seal.key, role="seal", at=at, form=form, controller=body.urn)
