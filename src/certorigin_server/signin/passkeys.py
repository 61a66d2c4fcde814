"""Passkeys (WebAuthn): register, name, remove, and sign in with one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from certorigin.errors import FindingsError, RightError, StandingError, UnknownError
from certorigin.vocabulary.finding import Finding
from certorigin_server.signin.events import Kind, tell
from certorigin_server.signin.models import Passkey
from certorigin_server.signin.queries import needs_verified, require_another
from certorigin_server.users.services import lock_person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin_server.users.queries import User

MOST_PASSKEYS = 10
LONGEST_NAME = 60
# What a device answers is some hundred bytes; with an attestation some thousand.
LONGEST_ANSWER = 20_000
# What the library raises for an answer that is none, however it is bent.
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError)


@dataclass(frozen=True)
class Site:
    """For whom a passkey holds: the origin of our pages as the browser sees it."""

    origin: str

    @classmethod
    def at(cls, origin: str) -> Site:
        """Return the site of the settings (`sign_in.address`), else of the request's origin."""
        return cls(settings.SYSTEM.sign_in.address or origin)

    @property
    def domain(self) -> str:
        """The relying party's identifier: the host name alone."""
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True)
class Question:
    """What the browser hands to the device, and the challenge that its answer must sign."""

    options: str
    challenge: str


def ask_new(*, site: Site, user: User) -> Question:
    """Return what a browser needs to make a new passkey for a person."""
    known = Passkey.objects.filter(user=user)
    options = generate_registration_options(
        rp_id=site.domain,
        rp_name=f"Certorigin {settings.SYSTEM.installation}",
        user_id=_handle(user),
        user_name=user.username,
        user_display_name=user.full_name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


@transaction.atomic
def add_passkey(
    *, answer: str, challenge: str, site: Site, name: str, by: User, at: datetime
) -> None:
    """Keep a new passkey of a person.

    Raises FindingsError (`sign_in.passkey_refused`, `sign_in.name_missing`), StandingError
    (`sign_in.passkeys_many`).
    """
    lock_person(by)
    named = name.strip()[:LONGEST_NAME]
    if not named:
        raise FindingsError("sign_in.refused", [Finding("sign_in.name_missing", "name")])
    if Passkey.objects.filter(user=by).count() >= MOST_PASSKEYS:
        raise StandingError("sign_in.passkeys_many", limit=str(MOST_PASSKEYS))
    try:
        made = verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        finding = Finding("sign_in.passkey_refused", "name")
        raise FindingsError("sign_in.refused", [finding]) from error
    credential = bytes_to_base64url(made.credential_id)
    if Passkey.objects.filter(credential=credential).exists():
        raise FindingsError("sign_in.refused", [Finding("sign_in.passkey_refused", "name")])
    Passkey.objects.create(
        user=by,
        credential=credential,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=named,
        made_at=at,
    )
    tell(kind=Kind.FACTOR_ADDED, user=by, by=by.username, at=at)


@transaction.atomic
def rename_passkey(*, passkey: int, name: str, by: User) -> None:
    """Give one's own passkey another name. Raises UnknownError, FindingsError."""
    named = name.strip()[:LONGEST_NAME]
    if not named:
        raise FindingsError("sign_in.refused", [Finding("sign_in.name_missing", "name")])
    if not Passkey.objects.filter(pk=passkey, user=by).update(name=named):
        raise UnknownError("sign_in.factor_unknown")


@transaction.atomic
def remove_passkey(*, passkey: int, by: User, at: datetime) -> None:
    """Remove one's own passkey. Raises UnknownError (`sign_in.factor_unknown`).

    Raises StandingError (`sign_in.factor_needed`) for the last factor where a role demands one.
    """
    lock_person(by)
    require_another(by, at=at)
    if not Passkey.objects.filter(pk=passkey, user=by).delete()[0]:
        raise UnknownError("sign_in.factor_unknown")
    tell(kind=Kind.FACTOR_REMOVED, user=by, by=by.username, at=at)


def ask_known(*, site: Site, user: User | None, at: datetime) -> Question:
    """Return what a browser needs to use a passkey: any one, or one of a person.

    A passkey alone is two factors only where the device knows its person.
    """
    must = user is None or needs_verified(user, at=at)
    verification = UserVerificationRequirement
    options = generate_authentication_options(
        rp_id=site.domain,
        allow_credentials=[] if user is None else _described(Passkey.objects.filter(user=user)),
        user_verification=verification.REQUIRED if must else verification.PREFERRED,
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def accept_passkey(
    *, answer: str, challenge: str, site: Site, user: User | None, at: datetime
) -> User:
    """Return who holds the passkey that answered; `user` is who must be, if that is known.

    Raises RightError (`session.refused`), also for a device that did not know its person where it
    must, and for one that counts backwards: it may be a copy, and administrators are alarmed.
    """
    try:
        parsed = _parsed(answer)
        identifier = str(parsed.get("id", ""))[:1400]
    except ValueError:
        raise RightError("session.refused") from None
    row = Passkey.objects.select_related("user").filter(credential=identifier).first()
    if row is None or not row.user.is_active or (user is not None and row.user_id != user.pk):
        raise RightError("session.refused")
    if not challenge or not _verified(row, parsed, challenge, site, user, at):
        raise RightError("session.refused")
    return row.user


@transaction.atomic
def _verified(
    row: Passkey,
    parsed: dict[str, object],
    challenge: str,
    site: Site,
    user: User | None,
    at: datetime,
) -> bool:
    """Say whether the answer is the passkey's, and remember how far its device has counted."""
    known = Passkey.objects.select_for_update().get(pk=row.pk)
    try:
        done = verify_authentication_response(
            credential=parsed,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            credential_public_key=bytes(known.public_key),
            credential_current_sign_count=0,
            require_user_verification=user is None or needs_verified(user, at=at),
        )
    except _UNREADABLE:
        return False
    counts = done.new_sign_count or known.sign_count
    if counts and done.new_sign_count <= known.sign_count:
        tell(kind=Kind.PASSKEY_BEHIND, user=known.user, by="", at=at)
        return False
    known.sign_count, known.used_at = done.new_sign_count, at
    known.save(update_fields=["sign_count", "used_at"])
    return True


def _parsed(answer: str) -> dict[str, object]:
    """Read what the browser sent. Raises ValueError."""
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    try:
        parsed = json.loads(answer)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(parsed, dict):
        raise ValueError("no object")  # noqa: TRY004 - what came is wrong, not our own types
    return parsed


def _handle(user: User) -> bytes:
    return f"certorigin:{user.pk}".encode()


def _described(rows: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential)) for row in rows]
