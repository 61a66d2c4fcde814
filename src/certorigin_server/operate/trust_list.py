"""Making this state's trust list from what its system knows: bodies, officers, keys, corridors."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from certorigin.durable import make_folder, replace_file
from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.entitlement import ISSUING_ROLES
from certorigin.seal.trust.entries import (
    Body,
    CorridorSettings,
    Installation,
    Key,
    Officer,
    Roots,
)
from certorigin.seal.trust.folder import roots_to_bytes
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from certorigin.vocabulary.form import forms_under
from certorigin_server.operate.folder import INSTALLATION_KEYS, ROOT_KEYS
from certorigin_server.users.queries import authorities, people_with
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from certorigin.seal.trust.trust_list import TrustDraft
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import SystemSettings
    from certorigin_server.users.queries import Organisation, User

OFFICER_RIGHTS = {Role.CERTIFYING_OFFICER: "certify", Role.ASSESSING_OFFICER: "examine"}
LIFE = timedelta(days=365)
# Two of three root keys sign, where the state does not say otherwise (architecture.md 3).
THRESHOLD = 2


def root_files(system: SystemSettings) -> list[Path]:
    """Return where a new system keeps its root keys, until they are carried to their holders."""
    return [system.keys_folder / f"{name}.pem" for name in ROOT_KEYS]


def passphrase(system: SystemSettings) -> bytes:
    """Return what opens the key files of a system."""
    return (system.keys_folder / "passphrase").read_bytes().strip()


def write_first_list(
    system: SystemSettings, *, keyring: Keyring, max_head_age: int, at: datetime
) -> None:
    """Write version 1 of this state's trust list, and pin its roots in our own folder."""
    roots = [FileSealer.open(path, passphrase(system)) for path in root_files(system)]
    pinned = Roots(THRESHOLD, tuple(root.key for root in roots))
    draft = draft_first_list(
        system, keyring=keyring, roots=pinned, max_head_age=max_head_age, at=at
    )
    raw = seal_trust_list(draft, roots[:THRESHOLD], created=at)
    folder = system.trust_folder / system.state
    make_folder(folder)
    replace_file(folder / "1.json", raw)
    replace_file(system.trust_folder / "roots.json", roots_to_bytes({system.state: pinned}))


def draft_first_list(
    system: SystemSettings, *, keyring: Keyring, roots: Roots, max_head_age: int, at: datetime
) -> TrustDraft:
    """Draft version 1 of this state's trust list from what its system knows."""
    period = Period(at.replace(microsecond=0))
    bodies = authorities()
    rights, forms = officers_at(at), forms_of(system)
    return draft_trust_list(
        state=system.state,
        version=1,
        valid_from=at.date(),
        next_update=(at + LIFE).date(),
        roots=roots,
        installations=[_installation(system, period)],
        bodies=[_body(body, forms, period) for body in bodies],
        officers=[_officer(user, held, forms, period) for user, held in rights.items()],
        keys=[
            *_installation_keys(system, keyring, period),
            *_body_keys(bodies, keyring, period),
            *_officer_keys(list(rights), keyring, period),
        ],
        corridors=[_corridor(system, max_head_age)],
    )


def _installation(system: SystemSettings, period: Period) -> Installation:
    return Installation(
        id=f"urn:certorigin:installation:{system.installation}",
        name=system.name,
        roles=system.roles,
        period=period,
    )


def forms_of(system: SystemSettings) -> tuple[str, ...]:
    """Return the forms that a system's first corridor carries, the general one among them (R43)."""
    return forms_under(system.corridors[0].corridor.agreement)


def _body(body: Organisation, forms: tuple[str, ...], period: Period) -> Body:
    issues = str(body.kind) in ISSUING_ROLES
    return Body(
        id=body.urn,
        name=body.name,
        address=body.address,
        roles=(str(body.kind),),
        forms=forms if issues else (),
        period=period,
    )


def officers_at(at: datetime) -> dict[User, tuple[str, ...]]:
    """Return whom the list notifies, with what each may seal: who certifies, who examines (R31)."""
    found: dict[User, tuple[str, ...]] = {}
    for role, right in OFFICER_RIGHTS.items():
        for user in people_with(role, at=at):
            found[user] = (*found.get(user, ()), right)
    return found


def _officer(
    user: User, rights: tuple[str, ...], forms: tuple[str, ...], period: Period
) -> Officer:
    assert user.organisation is not None  # noqa: S101 - an officer belongs to a body
    return Officer(
        id=user.officer_urn,
        body=user.organisation.urn,
        name=user.full_name,
        position=user.position,
        forms=forms,
        rights=rights,
        period=period,
    )


def _installation_keys(system: SystemSettings, keyring: Keyring, period: Period) -> list[Key]:
    controller = f"urn:certorigin:installation:{system.installation}"
    return [Key(keyring.named(name).key, controller, (name,), period) for name in INSTALLATION_KEYS]


def _body_keys(bodies: list[Organisation], keyring: Keyring, period: Period) -> list[Key]:
    return [
        Key(keyring.named(f"seal-{body.slug}").key, body.urn, ("seal",), period)
        for body in bodies
        if keyring.has(f"seal-{body.slug}")
    ]


def _officer_keys(officers: list[User], keyring: Keyring, period: Period) -> list[Key]:
    return [
        Key(keyring.named(f"officer-{user.username}").key, user.officer_urn, ("officer",), period)
        for user in officers
    ]


def _corridor(system: SystemSettings, max_head_age: int) -> CorridorSettings:
    (settings,) = system.corridors
    return CorridorSettings(
        corridor=settings.corridor,
        max_head_age=max_head_age,
        medium=(settings.document_medium,),
        forms=forms_of(system),
        direct_partial_use=True,
    )
