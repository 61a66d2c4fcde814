"""Looking certificates up, and folding what both logs say about one into its standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.standing.entry import LoggedAct
from certorigin.standing.fold import fold
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.search import name_key, number_key
from certorigin_server.standing.models import RegisteredAct

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from certorigin.standing.fold import Standing


def find_issued(
    *, number: str, issued_on: date | None = None, issued_in: str = "", form: str = ""
) -> list[RegisteredAct]:
    """Find certificates by number as people write it, and by date and state where given (R21)."""
    found = RegisteredAct.objects.filter(
        kind=str(Kind.ISSUED), number_key=number_key(number), void=""
    )
    if issued_on is not None:
        found = found.filter(issued_on=issued_on)
    if issued_in:
        found = found.filter(issued_in=issued_in)
    if form:
        found = found.filter(form=form)
    return list(found.order_by("issued_on", "origin", "index"))


def search_issued(text: str, *, limit: int = 50) -> QuerySet[RegisteredAct]:
    """Find certificates by a part of a number or of a party's name, newest first."""
    issued = RegisteredAct.objects.filter(kind=str(Kind.ISSUED), void="")
    if text.strip():
        by_number = issued.filter(number_key__startswith=number_key(text))
        by_name = issued.filter(parties_key__contains=name_key(text))
        issued = by_number | by_name
    return issued.order_by("-issued_on", "-registered_at", "-index")[:limit]


def issued_act_of(subject: str) -> RegisteredAct | None:
    """Return the entry by which a certificate was issued, or None."""
    issued = RegisteredAct.objects.filter(kind=str(Kind.ISSUED), subject=subject, void="")
    return issued.order_by("origin", "index").first()


def lock_issued(subject: str) -> RegisteredAct:
    """Lock a certificate's issue for the rest of the transaction, so that uses are counted in turn.

    Raises UnknownError (`certificate.unknown`).
    """
    issued = RegisteredAct.objects.filter(kind=str(Kind.ISSUED), subject=subject, void="")
    row = issued.select_for_update().order_by("origin", "index").first()
    if row is None:
        raise UnknownError("certificate.unknown", subject=subject)
    return row


def get_certificate(subject: str) -> Certificate:
    """Return the certificate as it was sealed. Raises UnknownError (`certificate.unknown`)."""
    row = issued_act_of(subject)
    if row is None:
        raise UnknownError("certificate.unknown", subject=subject)
    return certificate_of(row)


def certificate_of(row: RegisteredAct) -> Certificate:
    """Read the certificate out of its registered act."""
    act = Act.from_document(parse_strict(row.raw.encode()))
    return Certificate.from_record(Record(dict(act.body), "certificate"))


def logged_acts_about(subject: str) -> list[LoggedAct]:
    """Return every valid entry about a certificate, from all logs, oldest first."""
    rows = RegisteredAct.objects.filter(subject=subject, void="").order_by("registered_at", "pk")
    return [_logged(row) for row in rows]


def undecided_about(subject: str) -> list[int]:
    """Return the indexes of entries whose issuer was not known: they may yet count."""
    rows = RegisteredAct.objects.filter(subject=subject, void__endswith="_unknown")
    return list(rows.order_by("index").values_list("index", flat=True))


def standing_of(subject: str, *, at: datetime) -> Standing:
    """Fold both logs into what the certificate is worth at a moment."""
    return fold(logged_acts_about(subject), subject=subject, at=at)


def last_registered(origin: str) -> int:
    """Return how many entries of a log the register holds without a gap from the start."""
    last = RegisteredAct.objects.filter(origin=origin).order_by("-index").first()
    return last.index + 1 if last else 0


def entry_at(*, origin: str, index: int) -> RegisteredAct | None:
    """Return one entry of the register, or None."""
    return RegisteredAct.objects.filter(origin=origin, index=index).first()


def void_entries(publisher: str) -> list[RegisteredAct]:
    """Return a publisher's entries that count for nothing, so that they can be judged anew."""
    found = RegisteredAct.objects.filter(publisher=publisher).exclude(void="")
    return list(found.order_by("origin", "index"))


def _logged(row: RegisteredAct) -> LoggedAct:
    return LoggedAct(
        act=Act.from_document(parse_strict(row.raw.encode())),
        publisher=row.publisher,
        term=row.origin.rpartition("/")[2],
        index=row.index,
        digest=row.digest,
        legal_time=row.legal_time,
    )
