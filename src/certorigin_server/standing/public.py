"""What leaves for posts and third parties: which certificates are live, and which have ended."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.standing.standing import StandingStatus
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.form import form_names, get_form
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import (
    endings,
    issued_act_of,
    newest_issued,
    standing_of,
    standings_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin.standing.standing import Standing

_AT_ONCE = 500
ENDED = frozenset([StandingStatus.ANNULLED, StandingStatus.REPLACED])


@dataclass(frozen=True)
class Ranked:
    """The certificates that one of our logs issued, by their rank in it."""

    origin: str
    began: datetime
    count: int
    ended: frozenset[int]


def live_subjects(*, at: datetime) -> Iterator[str]:
    """Go through the certificates of both sides that are valid at a moment.

    One whose acts can't be read is not among them: it is for the desks to say why. What is older
    than any form is valid for is not looked at.
    """
    longest = max(get_form(name).validity_months for name in form_names())
    first = at.date() - timedelta(days=31 * longest + 2)
    young = newest_issued().filter(issued_on__gte=first).values_list("subject", flat=True)
    for standing in _standings(young.iterator(), at=at):
        if standing.status is StandingStatus.VALID:
            yield standing.subject


def rank_of(subject: str, *, publisher: str) -> tuple[RegisteredAct, int]:
    """Return the act that issued a certificate of ours, and its rank in its log.

    Raises UnknownError (`certificate.unknown`).
    """
    row = issued_act_of(subject)
    if row is None or row.publisher != publisher:
        raise UnknownError("certificate.unknown", subject=subject)
    return row, _issued_in(row.origin).filter(index__lt=row.index).count()


def ranked(*, publisher: str, at: datetime) -> list[Ranked]:
    """Return each log in which we issued, with the ranks of what has ended by the standing."""
    own = RegisteredAct.objects.filter(kind=str(Kind.ISSUED), publisher=publisher)
    origins = sorted(set(own.values_list("origin", flat=True)))
    over = _ended(publisher=publisher, at=at)
    return [_ranked(origin, over) for origin in origins]


def _ranked(origin: str, over: frozenset[str]) -> Ranked:
    issued = _issued_in(origin).order_by("index")
    ends = issued.values_list("subject", "void").iterator()
    ranks = {rank: bool(void) or subject in over for rank, (subject, void) in enumerate(ends)}
    # By the act, not by when it came into the register: the register may be made anew.
    first = Act.from_document(parse_strict(issued[0].raw.encode()))
    ended = frozenset(rank for rank, is_over in ranks.items() if is_over)
    return Ranked(origin, first.at, len(ranks), ended)


def _ended(*, publisher: str, at: datetime) -> frozenset[str]:
    subjects = set(endings().filter(publisher=publisher).values_list("subject", flat=True))
    found = _standings(iter(sorted(subjects)), at=at)
    return frozenset(one.subject for one in found if one.status in ENDED)


def _standings(subjects: Iterator[str], *, at: datetime) -> Iterator[Standing]:
    """Fold many certificates, some at a time; one that can't be read is left out."""
    while some := list(islice(subjects, _AT_ONCE)):
        try:
            yield from standings_of(some, at=at).values()
        except CertoriginError:  # of one among them
            for subject in some:
                with suppress(CertoriginError):
                    yield standing_of(subject, at=at)


def _issued_in(origin: str) -> QuerySet[RegisteredAct]:
    """Every entry that issued, also one that counts for nothing: ranks never change."""
    return RegisteredAct.objects.filter(origin=origin, kind=str(Kind.ISSUED))
