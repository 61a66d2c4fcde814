"""Reading what people sign in with, what is demanded of them, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import StandingError
from certorigin_server.signin.models import (
    DirectoryIdentity,
    OneTime,
    Passkey,
    RecoveryCode,
    SignInEvent,
)
from certorigin_server.users.queries import roles_of
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User

__all__ = ["SignInEvent"]


@dataclass(frozen=True)
class Factors:
    """What a person has besides a password."""

    passkeys: tuple[Passkey, ...]
    one_time: OneTime | None
    codes_left: int

    @property
    def has_second(self) -> bool:
        """Say whether there is any second factor."""
        return bool(self.passkeys) or self.one_time is not None


def factors_of(user: User) -> Factors:
    """Return what a person has besides a password."""
    return Factors(
        passkeys=tuple(Passkey.objects.filter(user=user)),
        one_time=OneTime.objects.filter(user=user).first(),
        codes_left=RecoveryCode.objects.filter(user=user, used_at=None).count(),
    )


def needs_second(user: User, *, at: datetime) -> bool:
    """Say whether a role of the person demands a second factor (`sign_in.second_factor`)."""
    demanded = settings.SYSTEM.sign_in.second_factor
    return bool(demanded) and not roles_of(user, at=at).isdisjoint(demanded)


def wants_code(user: User, *, at: datetime) -> bool:
    """Say whether a password alone does not open: the person has a second factor or needs one."""
    return factors_of(user).has_second or needs_second(user, at=at)


def needs_verified(user: User, *, at: datetime) -> bool:
    """Say whether the person's device must have known them by PIN or finger each time."""
    demanded = settings.SYSTEM.sign_in.verified_passkey
    return bool(demanded) and not roles_of(user, at=at).isdisjoint(demanded)


def may_use_password(user: User, *, at: datetime) -> bool:
    """Say whether the person signs in with a password: administrators always do (R14)."""
    directory = settings.SYSTEM.sign_in.directory
    if directory is None or directory.keeps_passwords:
        return True
    is_theirs = DirectoryIdentity.objects.filter(user=user).exists()
    return not is_theirs or Role.ADMINISTRATOR in roles_of(user, at=at)


def user_of_identity(issuer: str, subject: str) -> User | None:
    """Return whom somebody of the directory is here, or None."""
    found = DirectoryIdentity.objects.select_related("user__organisation")
    row = found.filter(issuer=issuer, subject=subject).first()
    return row.user if row else None


def has_identity(user: User) -> bool:
    """Say whether the person is known in the directory."""
    return DirectoryIdentity.objects.filter(user=user).exists()


def events_of(user: User) -> QuerySet[SignInEvent]:
    """Return what happened around a person's sign-in, newest first."""
    return SignInEvent.objects.filter(user=user)


def untold_events(user: User) -> list[SignInEvent]:
    """Return what a person has not said to have seen, newest first; no more than anyone reads."""
    return list(events_of(user).filter(told_at=None)[:10])


def alarms() -> QuerySet[SignInEvent]:
    """Return what administrators should look at, newest first; also what they noted."""
    return SignInEvent.objects.select_related("user", "noted_by").filter(is_alarm=True)


def open_alarms() -> QuerySet[SignInEvent]:
    """Return the alarms that no administrator has noted, oldest first."""
    found = SignInEvent.objects.select_related("user")
    return found.filter(is_alarm=True, noted_at=None).order_by("at")


def require_another(user: User, *, at: datetime) -> None:
    """Let nobody remove the last second factor while a role demands one.

    Raises StandingError (`sign_in.factor_needed`).
    """
    factors = factors_of(user)
    count = len(factors.passkeys) + (factors.one_time is not None)
    if count <= 1 and needs_second(user, at=at):
        raise StandingError("sign_in.factor_needed")
