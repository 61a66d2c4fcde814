"""Reading verification requests on either side."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.utils import timezone

from certorigin.errors import CertoriginError, UnknownError
from certorigin.returns.verification import KINDS, OVER, find_request, fold_requests
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.requests import Answer
from certorigin_server.certification.queries import visible_to as certificates_of
from certorigin_server.returns.models import ReplyDraft, Restoration, TakenAct, Verification
from certorigin_server.standing.queries import (
    acts_and_underway,
    acts_and_underway_of,
    entries_of_kinds,
    subjects_with,
)
from certorigin_server.users.queries import (
    is_trader,
    issuing_organisations_of,
    organisations_of,
    sees_every_body,
    sees_every_post,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet

    from certorigin.returns.verification import Thread
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User

# More than these do not wait in one state; the lists page through all.
MOST_OPEN = 1_000
# A term of three months (returns/terms.py) has more than two weeks left for so long.
_FRESH = timedelta(days=70)
_MOVES = frozenset({Kind.VERIFICATION_REPLIED, Kind.VERIFICATION_REPEATED})

__all__ = ["ReplyDraft", "Restoration", "Verification"]


def threads_about(subject: str, *, at: datetime) -> list[Thread]:
    """Return the requests about a certificate, ours on their way too, oldest first."""
    return fold_requests(acts_and_underway(subject), at=at)


def thread_of(row: Verification, *, at: datetime) -> Thread:
    """Return how a request stands. Raises UnknownError (`request.unknown`) for a void one."""
    found = find_request(acts_and_underway(row.subject), row.request, at=at)
    if found is None:
        raise UnknownError("request.unknown", request=row.request)
    return found


def threads_of(rows: Iterable[Verification], *, at: datetime) -> dict[int, Thread]:
    """Return how each of many requests stands, by its key; one that is void by now is left out."""
    wanted, found = list(rows), {}
    acts = acts_and_underway_of({row.subject for row in wanted})
    for row in wanted:
        with suppress(CertoriginError):  # a request that can't be read hides no other
            thread = find_request(acts[row.subject], row.request, at=at)
            if thread is not None:
                found[row.pk] = thread
    return found


def asked_by(user: User) -> QuerySet[Verification]:
    """Return the requests of the posts whose papers a person may see, newest first."""
    found = Verification.objects.select_related("post").exclude(post=None)
    return found if sees_every_post(user) else found.filter(post__in=organisations_of(user))


def asked_of(user: User) -> QuerySet[Verification]:
    """Return the requests to the bodies whose papers a person may see, newest first.

    A trader sees those about certificates that he asked for, or may act for.
    """
    found = Verification.objects.select_related("body").exclude(body=None)
    if user.organisation is not None and is_trader(user.organisation):
        return found.filter(subject__in=certificates_of(user).order_by().values("pk"))
    return found if sees_every_body(user) else found.filter(body__in=issuing_organisations_of(user))


def get_asked_by(row: int, *, user: User) -> Verification:
    """Return a request that a person's post sent. Raises UnknownError (`request.unknown`)."""
    return _get(asked_by(user), row)


def get_asked_of(row: int, *, user: User) -> Verification:
    """Return a request to a person's body. Raises UnknownError (`request.unknown`)."""
    return _get(asked_of(user), row)


def open_ones(
    rows: QuerySet[Verification], *, at: datetime, fresh: bool = True
) -> list[tuple[Verification, Thread]]:
    """Return what is open of a list with how it stands, oldest first; perhaps `without_fresh`.

    What is open is little in a whole state, and found before whose it is.
    """
    waiting = Verification.objects.filter(closed_at=None).order_by("asked_at")
    keys = list(waiting.values_list("pk", flat=True)[:MOST_OPEN])
    found = sorted(rows.order_by().filter(pk__in=keys), key=lambda one: one.pk)
    found = found if fresh else without_fresh(found, at=at)
    threads = threads_of(found, at=at)
    standing = [(row, threads[row.pk]) for row in found if row.pk in threads]
    return [(row, thread) for row, thread in standing if thread.stage not in OVER]


def without_fresh(rows: Iterable[Verification], *, at: datetime) -> list[Verification]:
    """Leave out what was asked lately and has neither an answer nor a repeat in a log.

    Such a request waits for the other side, and its term does not end soon: nobody here has
    anything to do, and it need not be folded to say so.
    """
    wanted = list(rows)
    moved = subjects_with(_MOVES, {row.subject for row in wanted})
    return [row for row in wanted if row.subject in moved or at - row.asked_at >= _FRESH]


def random_today(*, at: datetime) -> int:
    """Return for how many certificates this state asked at random on the day of a moment."""
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    found = Verification.objects.exclude(post=None).filter(is_random=True)
    return found.filter(asked_at__gte=start, asked_at__lt=start + timedelta(days=1)).count()


def to_take(limit: int = 100) -> list[RegisteredAct]:
    """Return registered acts of requests that were not brought to a desk yet, oldest first."""
    return list(entries_of_kinds(KINDS).exclude(act__in=TakenAct.objects.values("act"))[:limit])


def find_verification(request: str) -> Verification | None:
    """Return a request by the id of its act, or None."""
    return Verification.objects.filter(request=request).first()


def open_draft(row: Verification) -> ReplyDraft | None:
    """Return the draft that waits for a second person, or None."""
    return row.drafts.filter(decided_at=None).select_related("drafted_by").first()


def drafted_among(rows: Iterable[Verification]) -> set[int]:
    """Return the keys of those requests of many for which a draft waits for a second person."""
    waiting = ReplyDraft.objects.filter(verification__in=list(rows), decided_at=None)
    return set(waiting.values_list("verification", flat=True))


def last_sent_back(row: Verification) -> ReplyDraft | None:
    """Return the newest draft if it was sent back and nothing was drafted since, or None."""
    newest = row.drafts.select_related("drafted_by", "decided_by").first()
    return newest if newest is not None and newest.sent_back else None


def data_of(draft: ReplyDraft) -> dict[str, Any]:
    """Read what was drafted."""
    data: dict[str, Any] = orjson.loads(draft.document)
    return data


def answers_in(data: dict[str, Any]) -> tuple[Answer, ...]:
    """Read the answers of a draft. Raises MalformedError."""
    return Record(data).parts("answers", Answer.from_record, limit=20)


def restoration_of(decision: int) -> Restoration | None:
    """Return how a refusal was taken back, or None."""
    found = Restoration.objects.filter(decision=decision).select_related("restored_by")
    return found.first()


def is_ours(publisher: str) -> bool:
    """Say whether an installation of this state published something."""
    return publisher.startswith(f"{settings.SYSTEM.state}-")


def _get(rows: QuerySet[Verification], row: int) -> Verification:
    found = rows.filter(pk=row).first()
    if found is None:
        raise UnknownError("request.unknown", request=str(row))
    return found
