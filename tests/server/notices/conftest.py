"""A clock that is moved by hand, and mail and webhooks that go to this machine."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from certorigin_server.notices.services import note_entries
from certorigin_server.notices.worker import Courier, Notifier, Postman
from certorigin_server.settings.messages import MailSettings, WebhookSettings
from certorigin_server.settings.sign_in import SignInSettings
from tests.server.notices.receivers import hook_server, mail_server


def at_home():
    return SignInSettings(address="https://by.example")


class Loops:
    """The loops of this room, turned when a test says so, at a time that it moves."""

    def __init__(self):
        self.at = timezone.now()
        note_entries(at=self.at)  # what was before is told to nobody

    def wait(self, **time):
        self.at += timedelta(**time)

    def turn(self):
        Notifier(clock=lambda: self.at).turn()
        Postman(clock=lambda: self.at, holder="test").turn()
        Courier(clock=lambda: self.at, holder="test").turn()


@pytest.fixture
def loops():
    return Loops()


@pytest.fixture
def post(settings):
    with mail_server() as made:
        mail = MailSettings(
            server="127.0.0.1",
            port=made.port,
            security="none",
            sender="certorigin@by.example",
            digest_hour=0,
        )
        settings.SYSTEM = replace(settings.SYSTEM, mail=mail, sign_in=at_home())
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield made


@pytest.fixture
def receiver(settings):
    with hook_server() as made:
        allowed = WebhookSettings(networks=("127.0.0.0/8",))
        settings.SYSTEM = replace(settings.SYSTEM, webhooks=allowed, sign_in=at_home())
        yield made
