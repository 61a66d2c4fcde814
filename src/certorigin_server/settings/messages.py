"""The settings of what leaves for people and their programs: `[mail]` and `[webhooks]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certorigin_server.settings.table import Table

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


def read_mail(mail: Table) -> MailSettings:
    """Read `[mail]`; its faults are noted in the table."""
    security = mail.choice("security", SECURITY, "starttls")
    found = MailSettings(
        server=mail.text("server", ""),
        port=mail.whole("port", _PORTS[security], least=1, most=65_535),
        security=security,
        user=mail.text("user", ""),
        password_file=mail.text("password_file", ""),
        sender=mail.text("sender", ""),
        digest_hour=mail.whole("digest_hour", MailSettings.digest_hour, least=0, most=23),
        numbers=mail.flag("numbers", default=True),
    )
    if found.server and "@" not in found.sender:
        mail.finding("settings.no_sender", "sender", value=found.sender[:60])
    mail.end()
    return found


def read_webhooks(webhooks: Table) -> WebhookSettings:
    """Read `[webhooks]`; its faults are noted in the table."""
    found = WebhookSettings(networks=webhooks.networks("networks"))
    webhooks.end()
    return found
