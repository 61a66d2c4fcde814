"""The settings of what leaves for people and their programs: `[mail]` and `[webhooks]`."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECURITY = ("starttls", "tls", "none")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class MailSettings:
    """The mail server; without one nothing is sent, and people are told in the page alone.

    `numbers` lets numbers of applications and certificates into the text of a letter.
    """

    server: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password_file: str = ""
    sender: str = ""
    digest_hour: int = 7
    numbers: bool = True


@dataclass(frozen=True)
class WebhookSettings:
    """Networks that webhooks may reach though they are private; none, unless set."""

    networks: tuple[str, ...] = ()


def read_mail(mail: Mapping[str, Any]) -> MailSettings:
    """Read `[mail]`. Raises MalformedError naming the setting that is wrong."""
    security = str(mail.get("security", "starttls"))
    if security not in SECURITY:
        raise MalformedError("settings.missing", place="mail.security")
    found = MailSettings(
        server=str(mail.get("server", "")),
        port=int(mail.get("port", _PORTS[security])),
        security=security,
        user=str(mail.get("user", "")),
        password_file=str(mail.get("password_file", "")),
        sender=str(mail.get("sender", "")),
        digest_hour=int(mail.get("digest_hour", MailSettings.digest_hour)),
        numbers=bool(mail.get("numbers", True)),
    )
    if found.server and "@" not in found.sender:
        raise MalformedError("settings.missing", place="mail.sender")
    if found.digest_hour not in range(24):
        raise MalformedError("settings.missing", place="mail.digest_hour")
    return found


def read_webhooks(webhooks: Mapping[str, Any]) -> WebhookSettings:
    """Read `[webhooks]`. Raises MalformedError (`settings.no_network`)."""
    networks = webhooks.get("networks", [])
    for one in networks if isinstance(networks, list) else [networks]:
        try:
            ip_network(one if isinstance(one, str) else "")
        except ValueError:
            place = "webhooks.networks"
            raise MalformedError("settings.no_network", place=place, value=str(one)) from None
    return WebhookSettings(networks=tuple(networks))
