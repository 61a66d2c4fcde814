"""One-time codes (RFC 6238) and recovery codes.

one-time   new_secret · uri_of · add_one_time · remove_one_time
recovery   make_codes
either     code_fits · may_open
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

from certorigin.errors import FindingsError, StandingError, UnknownError
from certorigin.vocabulary.finding import Finding
from certorigin_server.signin.events import Kind, tell
from certorigin_server.signin.models import OneTime, RecoveryCode
from certorigin_server.signin.queries import (
    may_use_password,
    require_another,
    wants_code,
)
from certorigin_server.users.services import lock_person
from certorigin_server.users.words import plain_word, spoken_word

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.users.queries import User

MOST_CODES = 10
_STEP_SECONDS = 30
# The clock of a telephone may be half a minute off, either way.
_STEPS_OFF = (0, -1, 1)


def new_secret() -> str:
    """Return a new secret, as apps take it."""
    return pyotp.random_base32()


def uri_of(secret: str, user: User) -> str:
    """Return what an app reads from the picture."""
    system = settings.SYSTEM
    issuer = f"Certorigin {system.installation}"
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=issuer)


@transaction.atomic
def add_one_time(*, secret: str, code: str, by: User, at: datetime) -> None:
    """Add one-time codes after a first code shows that the person's app has the secret.

    Raises FindingsError (`sign_in.code_wrong`), StandingError (`sign_in.one_time_there`).
    """
    lock_person(by)
    if OneTime.objects.filter(user=by).exists():
        raise StandingError("sign_in.one_time_there")
    step = _fitting_step(secret, code, at, after=0)
    if step is None:
        raise FindingsError("sign_in.refused", [Finding("sign_in.code_wrong", "code")])
    OneTime.objects.create(
        user=by, secret=_vault().encrypt(secret.encode()).decode(), made_at=at, last_step=step
    )
    tell(kind=Kind.FACTOR_ADDED, user=by, by=by.username, at=at)


@transaction.atomic
def remove_one_time(*, by: User, at: datetime) -> None:
    """Remove one's own one-time codes. Raises UnknownError (`sign_in.factor_unknown`).

    Raises StandingError (`sign_in.factor_needed`) for the last factor where a role demands one.
    """
    lock_person(by)
    require_another(by, at=at)
    if not OneTime.objects.filter(user=by).delete()[0]:
        raise UnknownError("sign_in.factor_unknown")
    tell(kind=Kind.FACTOR_REMOVED, user=by, by=by.username, at=at)


@transaction.atomic
def make_codes(*, by: User, at: datetime) -> list[str]:
    """Return new recovery codes, shown this once; earlier ones are worth nothing."""
    lock_person(by)
    RecoveryCode.objects.filter(user=by).delete()
    codes = [spoken_word() for _ in range(MOST_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=by, digest=_digest(plain_word(code))) for code in codes
    )
    tell(kind=Kind.CODES_MADE, user=by, by=by.username, at=at)
    return codes


@transaction.atomic
def code_fits(*, user: User, code: str, at: datetime, with_recovery: bool = True) -> bool:
    """Say whether a one-time or a recovery code is good, and use it up: each is good once."""
    lock_person(user)
    row = OneTime.objects.filter(user=user).first()
    if row is not None:
        step = _fitting_step(_secret_of(row), code, at, after=row.last_step)
        if step is not None:
            row.last_step = step
            row.save(update_fields=["last_step"])
            return True
    if not with_recovery:
        return False
    left = RecoveryCode.objects.filter(user=user, used_at=None)
    if not left.filter(digest=_digest(plain_word(code))).update(used_at=at):
        return False
    tell(kind=Kind.RECOVERY_USED, user=user, by=user.username, at=at)
    return True


def may_open(*, user: User, code: str, at: datetime) -> bool:
    """Say whether a program that knows the password gets in: with a code where one is needed."""
    if not may_use_password(user, at=at):
        return False
    if wants_code(user, at=at):
        return code_fits(user=user, code=code, at=at, with_recovery=False)
    return True


def _fitting_step(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """Return the step of time whose code this is, unless it or a later one was used already."""
    typed = "".join(code.split())
    now = int(at.timestamp()) // _STEP_SECONDS
    if not secret or not (typed.isascii() and typed.isdecimal()):
        return None
    maker = pyotp.TOTP(secret)
    for step in (now + off for off in _STEPS_OFF):
        if step > after and hmac.compare_digest(maker.generate_otp(step), typed):
            return step
    return None


def _secret_of(row: OneTime) -> str:
    """Return the secret; empty where the key of the installation is another by now."""
    try:
        return _vault().decrypt(row.secret.encode()).decode()
    except InvalidToken:
        return ""


def _vault() -> Fernet:
    """The key lies in `keys/`, beside the secret of sessions: the database alone shows nothing."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"certorigin one-time codes")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
