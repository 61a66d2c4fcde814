"""Writing the trail: always inside the transaction of the act that it records.

the trail        record · together · record_read · record_reads
tries to sign in count_try · note_success · name_typed
"""

from __future__ import annotations

import hashlib
import threading
import unicodedata
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
from django.db import transaction
from django.db.models import F

from certorigin.audit.chain import entry_hash
from certorigin.errors import RightError
from certorigin_server.trail.chain import append, lock_head
from certorigin_server.trail.models import TrailEntry, Tries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from certorigin_server.trail.chain import Head

# A wrong password at one's own desk; anybody's tries at one account; one address at any account.
MOST_TRIES = {"pair": 5, "account": 20, "address": 100}
WINDOW = timedelta(minutes=15)
# From where somebody signed in within this time, tries from elsewhere don't keep them out.
KNOWN_FOR = timedelta(days=30)


def record(*, by: str, at: datetime, action: str, subject: str, **facts: str) -> None:
    """Append an entry. Must run inside a transaction, so that act and trail stand or fall together.

    Facts never hold trade data, passwords or keys: only what names the subject and the outcome.
    Raises RuntimeError outside a transaction.
    """
    _require_transaction()
    said = {"by": by, "at": at, "action": action, "subject": subject, **facts}
    if _open.said is not None and not _is_in_savepoint():
        _open.said.append(said)
    else:
        _append([said])


@contextmanager
def together() -> Iterator[None]:
    """Write what is recorded within at the end of the block, at once and in its order.

    Whoever writes the trail holds its head until the transaction ends: it is taken last, and once.
    Nothing is written of a block that fails, nor may its transaction be committed then. What is
    recorded within a savepoint is written there: it may be taken back alone.
    """
    _require_transaction()
    if _open.said is not None:  # a block within a block: the outer one writes
        yield
        return
    _open.said, _open.depth = [], len(transaction.get_connection().savepoint_ids)
    try:
        yield
        said = _open.said
    finally:
        _open.said = None
    _append(said)


class _Open(threading.local):
    """What the open block of a thread has recorded, and how deep its transaction was then."""

    said: list[dict[str, Any]] | None = None
    depth = 0


_open = _Open()


def _is_in_savepoint() -> bool:
    """Say whether a savepoint was set since the open block began."""
    return any(transaction.get_connection().savepoint_ids[_open.depth :])


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the trail is written inside the transaction of the act")


def _append(said: list[dict[str, Any]]) -> None:
    if said:
        head = lock_head()
        append([_link(head, **one) for one in said], head)


@transaction.atomic
def record_read(*, by: str, at: datetime, subject: str) -> None:
    """Record that somebody read confidential data (R17)."""
    record(by=by, at=at, action="trail.read", subject=subject)


@transaction.atomic
def record_reads(*, by: str, at: datetime, subjects: Iterable[str]) -> None:
    """Record that somebody read confidential data about each of many (R17), at once."""
    head = lock_head()
    append([_link(head, by=by, at=at, action="trail.read", subject=one) for one in subjects], head)


def _link(
    head: Head, *, by: str, at: datetime, action: str, subject: str, **facts: str
) -> TrailEntry:
    """Return the entry that comes next, and move the head to it."""
    said: dict[str, Any] = {
        "sequence": head.sequence + 1,
        "at": at.replace(microsecond=0),
        "actor": by,
        "action": action,
        "subject": subject,
        "facts": orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode(),
        "previous": head.hash,
    }
    head.sequence, head.hash = head.sequence + 1, entry_hash(**said)
    return TrailEntry(**said, hash=head.hash)


@transaction.atomic
def count_try(*, account: str, address: str, at: datetime) -> None:
    """Count a try to sign in before the password is looked at, or refuse it.

    Raises RightError (`session.wait`). Only the person's own tries count against an account at an
    address from which it signed in lately: nobody can lock others out, be it one person or all
    behind one address. The rows are locked in one order, so that processes at once count truly.
    """
    rows = {}
    for kind, key in sorted(_keys(account, address).items()):
        Tries.objects.get_or_create(key=key, defaults={"since": at})
        rows[kind] = Tries.objects.select_for_update().get(key=key)
    for row in rows.values():
        if at - row.since >= WINDOW:
            row.count, row.since = 0, at
    pair = rows["pair"]
    is_known = pair.succeeded is not None and at - pair.succeeded < KNOWN_FOR
    for kind, most in MOST_TRIES.items():
        if rows[kind].count >= most and (kind == "pair" or not is_known):
            left = rows[kind].since + WINDOW - at
            minutes = max(1, -(-int(left.total_seconds()) // 60))
            raise RightError("session.wait", minutes=str(minutes))
    for kind, row in rows.items():
        row.count += 1
        row.save()
        if row.count == MOST_TRIES[kind]:  # once in a window: tries must not fill the trail
            subject, action = name_typed(account), "users.session_limited"
            record(by="", at=at, action=action, subject=subject, counted=kind)


@transaction.atomic
def note_success(*, account: str, address: str, at: datetime) -> None:
    """Take back the count of a try that went well, and forget counts that nobody needs."""
    keys = _keys(account, address)
    Tries.objects.filter(key=keys["pair"]).update(count=0, succeeded=at)
    others = [keys["account"], keys["address"]]
    Tries.objects.filter(key__in=others, count__gt=0).update(count=F("count") - 1)
    Tries.objects.filter(since__lt=at - KNOWN_FOR, succeeded=None).delete()
    Tries.objects.filter(since__lt=at - KNOWN_FOR, succeeded__lt=at - KNOWN_FOR).delete()


def name_typed(text: str) -> str:
    """Return a user name as the sign-in reads it: other ways to type one name are the same name."""
    name = unicodedata.normalize("NFKC", text.strip()[:150])
    return "".join(letter for letter in name if letter.isprintable())[:150]


def _keys(account: str, address: str) -> dict[str, str]:
    name = name_typed(account).casefold()
    told = {"pair": f"{name}\n{address}", "account": f"{name}\n", "address": f"\n{address}"}
    return {
        kind: hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        for kind, text in told.items()
    }
