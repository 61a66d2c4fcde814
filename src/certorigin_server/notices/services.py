"""Telling people: occasions become notices and letters, people choose, read and confirm.

from the trail   note_entries · note_deadlines
by people        choose · set_address · confirm_address · drop_address · mark_read
letters          make_digests · note_sent · note_failed

The trail is the outbox of every act. The bookmark moves in the transaction that stores the notices
of the lines before it: nobody is told twice in the page, and nobody is left out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from certorigin.errors import FindingsError, UnknownError
from certorigin.vocabulary.finding import Finding
from certorigin_server.notices.deadlines import deadlines
from certorigin_server.notices.kinds import How, Kind
from certorigin_server.notices.models import (
    Bookmark,
    Choice,
    Letter,
    Mailbox,
    Notice,
    Occasion,
)
from certorigin_server.notices.queries import (
    choices_of,
    is_written_to,
    mailbox_of,
    undigested,
)
from certorigin_server.notices.told import occasions_in
from certorigin_server.notices.webhooks.services import deliver
from certorigin_server.trail.queries import entries_between, get_head
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin_server.notices.told import Told
    from certorigin_server.users.queries import User

# Lines of the trail in one transaction: short enough for whoever writes meanwhile.
AT_ONCE = 200
DEADLINES_EVERY = timedelta(minutes=15)
# Waits before a letter is tried again; after the last it is given up.
PAUSES = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
MOST_BOUNCES = 3
CONFIRM_FOR = timedelta(days=3)
_SALT = "certorigin.notices.address"


def note_entries(*, at: datetime) -> int:
    """Tell of the next lines of the trail; return how many lines were read."""
    head, _ = get_head()
    known = Bookmark.objects.filter(pk=1).values_list("sequence", flat=True).first()
    if known is not None and known >= head:
        return 0
    _load_addresses()
    with transaction.atomic():
        mark, is_new = Bookmark.objects.select_for_update().get_or_create(
            pk=1, defaults={"sequence": head}
        )
        if is_new:
            return 0
        entries = list(entries_between(mark.sequence + 1, min(head, mark.sequence + AT_ONCE)))
        for entry in entries:
            for told in occasions_in(entry, at=at):
                _tell(told, at=at)
        if entries:
            mark.sequence = entries[-1].sequence
            mark.save(update_fields=["sequence"])
    return len(entries)


def note_deadlines(*, at: datetime) -> int:
    """Tell officers of days that near or are over, every quarter of an hour; each day once."""
    if not _wants_deadlines(Bookmark.objects.filter(pk=1).first(), at):
        return 0
    _load_addresses()
    with transaction.atomic():
        mark = Bookmark.objects.select_for_update().filter(pk=1).first()
        if mark is None or not _wants_deadlines(mark, at):
            return 0
        mark.deadlines_at = at
        mark.save(update_fields=["deadlines_at"])
        return sum(_tell(told, at=at) for told in deadlines(at=at))


def _wants_deadlines(mark: Bookmark | None, at: datetime) -> bool:
    """Say whether it is time to look at the days again; not before the first line was read."""
    if mark is None:
        return False
    return mark.deadlines_at is None or at - mark.deadlines_at >= DEADLINES_EVERY


def _load_addresses() -> None:
    """Load what the address of a page is made of: hundreds of modules, once a process.

    Inside the transaction, that would hold up whoever writes: SQLite has one writer.
    """
    get_resolver().reverse_dict  # noqa: B018 - asked for what it does


def _tell(told: Told, *, at: datetime) -> int:
    """Store one occasion and who is told of it; return to how many it is news."""
    row, is_new = Occasion.objects.get_or_create(
        key=told.key,
        defaults={
            "kind": told.kind,
            "code": told.code,
            "number": told.number,
            "path": told.path,
            "due": told.due,
            "at": at,
        },
    )
    count = 0
    for person in told.people:
        _, is_first = Notice.objects.get_or_create(
            user=person, occasion=row, defaults={"created": at, "letter": None}
        )
        if is_first:
            count += 1
            _write(row, person, at=at)
    if is_new:
        deliver(row, traders=told.traders, at=at)
    return count


def _write(row: Occasion, person: User, *, at: datetime) -> None:
    """Put a letter into the outbox where the person wants one at once."""
    mailbox = mailbox_of(person)
    if mailbox is None or not is_written_to(mailbox):
        return
    if choices_of(person)[Kind(row.kind)] is How.AT_ONCE:
        letter = _letter(Letter.Purpose.NOTICE, mailbox, at=at)
        Notice.objects.filter(user=person, occasion=row).update(letter=letter)


def _letter(purpose: str, mailbox: Mailbox, *, at: datetime) -> Letter:
    facts = {"user": mailbox.user, "address": mailbox.address, "created": at, "next_at": at}
    return Letter.objects.create(purpose=purpose, **facts)


@transaction.atomic
def choose(*, chosen: Mapping[Kind, How], by: User, at: datetime) -> None:
    """Set how a person is written to about each kind."""
    for kind, how in chosen.items():
        Choice.objects.update_or_create(user=by, kind=str(kind), defaults={"how": str(how)})
    record(by=by.username, at=at, action="notices.chosen", subject=by.username)


@transaction.atomic
def set_address(*, address: str, by: User, at: datetime) -> None:
    """Set the address of a person and send a link there; nothing else goes until it is followed.

    An empty address ends e-mail. Raises FindingsError (`notices.no_address`), and
    `notices.too_many_links` for another link within a minute.
    """
    text = address.strip()
    known = Mailbox.objects.filter(user=by).first()
    if not text:
        Mailbox.objects.filter(user=by).delete()
        record(by=by.username, at=at, action="notices.address_dropped", subject=by.username)
        return
    try:
        validate_email(text)
    except ValidationError:
        raise _refused("notices.no_address") from None
    if len(text) > 254:
        raise _refused("notices.no_address")
    if known is not None and known.address == text and known.confirmed_at and not known.stopped_at:
        return
    lately = Letter.objects.filter(user=by, purpose=Letter.Purpose.CONFIRM)
    if lately.filter(created__gt=at - timedelta(minutes=1)).exists():
        raise _refused("notices.too_many_links")
    values = {"address": text, "confirmed_at": None, "bounces": 0, "stopped_at": None}
    mailbox, _ = Mailbox.objects.update_or_create(user=by, defaults=values)
    Letter.objects.filter(user=by, status=Letter.Status.WAITING).update(
        status=Letter.Status.FAILED, fault="another address"
    )
    if settings.SYSTEM.mail.server:
        _letter(Letter.Purpose.CONFIRM, mailbox, at=at)
    record(by=by.username, at=at, action="notices.address_set", subject=by.username)


def _refused(code: str) -> FindingsError:
    return FindingsError("notices.refused", [Finding(code, "address")])


def word_for(user: User, address: str) -> str:
    """Return the word that confirms an address; only this person can use it."""
    return signing.dumps([user.pk, address], salt=_SALT)


@transaction.atomic
def confirm_address(*, word: str, by: User, at: datetime) -> None:
    """Take the word of a link as proof of an address. Raises UnknownError (`notices.old_link`)."""
    try:
        told = signing.loads(word, salt=_SALT, max_age=CONFIRM_FOR)
    except signing.BadSignature:
        raise UnknownError("notices.old_link") from None
    known = Mailbox.objects.select_for_update().filter(user=by).first()
    if known is None or told != [by.pk, known.address]:
        raise UnknownError("notices.old_link")
    if known.confirmed_at is None:
        known.confirmed_at = at
        known.save(update_fields=["confirmed_at"])
        record(by=by.username, at=at, action="notices.address_confirmed", subject=by.username)


def mark_read(*, user: User, at: datetime, notice: int | None = None) -> int:
    """Note that a person read one notice of theirs, or all; return how many were unread."""
    rows = Notice.objects.filter(user=user, read_at=None)
    if notice is not None:
        rows = rows.filter(pk=notice)
    return rows.update(read_at=at)


def make_digests(*, at: datetime) -> int:
    """Put one letter for the day into the outbox of each person who wants one."""
    local, made = timezone.localtime(at), 0
    mail = settings.SYSTEM.mail
    if not mail.server or local.hour < mail.digest_hour:
        return 0
    today = local.date()
    due = Mailbox.objects.exclude(confirmed_at=None).filter(stopped_at=None)
    for mailbox in due.exclude(digest_on=today).select_related("user")[:200]:
        with transaction.atomic():
            locked = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
            if locked.digest_on == today:
                continue
            locked.digest_on = today
            locked.save(update_fields=["digest_on"])
            notices = undigested(locked)
            if notices:
                letter = _letter(Letter.Purpose.DIGEST, locked, at=at)
                Notice.objects.filter(pk__in=[one.pk for one in notices]).update(letter=letter)
                made += 1
    return made


@transaction.atomic
def note_sent(*, letter: Letter, at: datetime) -> None:
    """Note that the mail server took a letter; bounces are counted in a row."""
    Letter.objects.filter(pk=letter.pk).update(
        status=Letter.Status.SENT, sent_at=at, tries=letter.tries + 1, fault=""
    )
    Mailbox.objects.filter(user=letter.user, address=letter.address).update(bounces=0)


@transaction.atomic
def note_failed(*, letter: Letter, fault: str, is_bounce: bool, at: datetime) -> None:
    """Note that a letter was not taken: it is tried again later, or given up.

    A bounce is the server's word that the address takes nothing. After three in a row e-mail to it
    stops, and the person is told in the page.
    """
    tries = letter.tries + 1
    is_over = is_bounce or tries > len(PAUSES)
    Letter.objects.filter(pk=letter.pk).update(
        status=Letter.Status.FAILED if is_over else Letter.Status.WAITING,
        tries=tries,
        fault=fault[:200],
        next_at=at if is_over else at + PAUSES[tries - 1],
    )
    if not is_bounce:
        return
    found = Mailbox.objects.select_for_update()
    mailbox = found.filter(user=letter.user, address=letter.address, stopped_at=None).first()
    if mailbox is None:
        return
    mailbox.bounces += 1
    if mailbox.bounces >= MOST_BOUNCES:
        mailbox.stopped_at = at
        subject = letter.user.username
        record(by="", at=at, action="notices.mail_stopped", subject=subject)
    mailbox.save(update_fields=["bounces", "stopped_at"])
