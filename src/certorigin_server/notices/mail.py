"""A letter in words, and the one door by which it leaves: Django's mail backend.

A letter leaves at least once: a process that dies between the server's word and our note sends it
again, under the same Message-ID, by which mail programs know it as the same.
"""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from certorigin.terminal.sentences import say
from certorigin_server.notices.kinds import KIND_LABELS, Kind
from certorigin_server.notices.models import Letter
from certorigin_server.notices.services import word_for

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

    from certorigin_server.notices.queries import Occasion

WAIT = 15
_PERMANENT = range(500, 600)


def open_connection() -> BaseEmailBackend:
    """Return a line to the mail server of the settings, not yet open."""
    return get_connection(timeout=WAIT)


def compose(letter: Letter) -> EmailMessage:
    """Return a letter in the language of its person; the subject names the kind and no more."""
    language = letter.user.language
    occasions = [one.occasion for one in letter.notices.select_related("occasion").order_by("pk")]
    if letter.purpose == Letter.Purpose.CONFIRM:
        subject = say("mail.confirm_subject", {}, language)
        link = f"{_site()}/notices/confirm?word={word_for(letter.user, letter.address)}"
        lines = [say("mail.confirm", {"address": letter.address}, language), "", link]
    elif letter.purpose == Letter.Purpose.DIGEST:
        subject = say("mail.digest_subject", {"count": str(len(occasions))}, language)
        lines = [line for one in occasions for line in (*_lines(one, language), "")]
    else:
        kinds = [say(KIND_LABELS[Kind(one.kind)], {}, language) for one in occasions]
        subject = " · ".join(kinds)
        lines = [line for one in occasions for line in _lines(one, language)]
    foot = say("mail.foot", {"link": f"{_site()}/notices/choices"}, language)
    return EmailMessage(
        subject=f"Certorigin: {subject}",
        body="\n".join([*lines, "", "-- ", foot]),
        from_email=settings.SYSTEM.mail.sender,
        to=[letter.address],
        headers={
            "Message-ID": f"<{letter.pk}@{settings.SYSTEM.mail.sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def send(letter: Letter, connection: BaseEmailBackend) -> None:
    """Send one letter. Raises what the mail server or the way to it says."""
    message = compose(letter)
    message.connection = connection
    message.send()


def is_bounce(error: Exception) -> bool:
    """Say whether the server says for good that it takes nothing for this address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in _PERMANENT for code, _ in error.recipients.values())
    return False


def fault_of(error: Exception) -> str:
    """Say what went wrong without the server's own words, which may hold addresses."""
    code = getattr(error, "smtp_code", "")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = ", ".join(str(code) for code, _ in error.recipients.values())
    return f"{type(error).__name__} {code}".strip()


def _lines(occasion: Occasion, language: str) -> tuple[str, str]:
    """What happened, with the number where the settings let it out; and where to read more."""
    if settings.SYSTEM.mail.numbers:
        facts = {"number": occasion.number}
        if occasion.due is not None:
            facts["due"] = occasion.due.isoformat()
        told = say(occasion.code, facts, language)
    else:
        told = say(KIND_LABELS[Kind(occasion.kind)], {}, language)
    return told, f"{_site()}{occasion.path}"


def _site() -> str:
    return str(settings.SYSTEM.site)
