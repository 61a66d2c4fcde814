"""Looking certificates up, and folding what both logs say about one into its standing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from certorigin.errors import UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.standing.entry import LoggedAct, publisher_of
from certorigin.standing.family import family
from certorigin.standing.fold import fold
from certorigin.standing.twice import number_taken
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.search import number_key
from certorigin_server.desk.search import with_beginning, with_words
from certorigin_server.seal.queries import acts_about
from certorigin_server.standing.models import PartyWord, RegisteredAct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin.standing.fold import Standing
    from certorigin.standing.twice import NumberTaken
    from certorigin_server.seal.queries import SealedAct


# More than these never share a number: a longer answer would be a list of somebody's papers.
MOST_FOUND = 20
# Of notices and their ends so many are looked at, the newest.
MOST_OF_KIND = 500


def find_issued(
    *,
    number: str,
    issued_on: date | None = None,
    issued_in: str = "",
    form: str = "",
    received_by: str = "",
) -> list[RegisteredAct]:
    """Find certificates by number as people write it, and by date and state where given (R21).

    With `received_by`, only those that other installations than this one issued.
    """
    key = number_key(number)
    if not key:
        return []
    found = _issued(received_by).filter(number_key=key)
    if issued_on is not None:
        found = found.filter(issued_on=issued_on)
    if issued_in:
        found = found.filter(issued_in=issued_in)
    if form:
        found = found.filter(form=form)
    return list(found.order_by("issued_on", "origin", "index")[:MOST_FOUND])


def issued_numbered(keys: Iterable[str], *, received_by: str) -> list[RegisteredAct]:
    """Return the certificates of others with any of these numbers, in the order of `find_issued`.

    `keys` are numbers as they are searched for (`number_key`).
    """
    found = _issued(received_by).filter(number_key__in=[key for key in keys if key])
    return list(found.order_by("issued_on", "origin", "index"))


def search_issued(text: str, *, limit: int = 50, received_by: str = "") -> QuerySet[RegisteredAct]:
    """Find certificates by how a number begins, or else words of a party's name; newest first."""
    issued = _issued(received_by)
    if text.strip():
        key = number_key(text)
        numbered = with_beginning(issued, "number_key", key, among=_issued()) if key else None
        if numbered is not None and numbered.exists():
            issued = numbered
        else:
            issued = with_words(issued, text, words=PartyWord, owner="act")
    return issued.order_by("-issued_on", "-registered_at", "-index")[:limit]


def issued_by_publisher(publisher: str, *, limit: int) -> list[RegisteredAct]:
    """Return the newest certificates of a publisher."""
    found = _issued().filter(publisher=publisher)
    return list(found.order_by("-issued_on", "-registered_at", "-index")[:limit])


def issues_of(subjects: Iterable[str]) -> list[RegisteredAct]:
    """Return the entries by which some certificates were issued."""
    return list(_issued().filter(subject__in=list(subjects)))


def newest_issued(*, received_by: str = "") -> QuerySet[RegisteredAct]:
    """Return every certificate, newest first, for paging."""
    return _issued(received_by).order_by("-issued_on", "-registered_at", "-index")


def issued_act_of(subject: str) -> RegisteredAct | None:
    """Return the entry by which a certificate was issued, or None."""
    return _issued_about(subject).first()


def endings() -> QuerySet[RegisteredAct]:
    """Return the valid entries that end certificates: annulments and replacements, oldest first."""
    ends = (str(Kind.ANNULLED), str(Kind.REPLACED))
    return RegisteredAct.objects.filter(kind__in=ends, void="").order_by("registered_at", "pk")


def lock_issued(subject: str) -> RegisteredAct:
    """Lock a certificate's issue for the rest of the transaction, so that uses are counted in turn.

    Raises UnknownError (`certificate.unknown`).
    """
    row = _issued_about(subject).select_for_update().first()
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
    return Certificate.from_record(Record(dict(act_in(row).body), "certificate"))


def act_in(row: RegisteredAct) -> Act:
    """Read the act that is registered."""
    return Act.from_document(parse_strict(row.raw.encode()))


def logged_acts_about(subject: str) -> list[LoggedAct]:
    """Return every valid entry about a certificate, from all logs, oldest first."""
    return [_logged(row) for row in entries_about(subject)]


def entries_about(subject: str) -> list[RegisteredAct]:
    """Return the entries of all logs that hold valid acts about a certificate, oldest first."""
    rows = RegisteredAct.objects.filter(subject=subject, void="")
    return list(rows.order_by("registered_at", "pk"))


def logged_acts_of(subjects: Iterable[str]) -> dict[str, list[LoggedAct]]:
    """Return for each of many certificates what `logged_acts_about` does, in one statement."""
    found: dict[str, list[LoggedAct]] = {subject: [] for subject in subjects}
    rows = RegisteredAct.objects.filter(subject__in=list(found), void="")
    for row in rows.order_by("registered_at", "pk"):
        found[row.subject].append(_logged(row))
    return found


def acts_and_underway(subject: str, *, kinds: Iterable[str] = ()) -> list[LoggedAct]:
    """Return the valid entries about a certificate, and our own acts that no log holds yet.

    Of acts on their way only `kinds`, where some are named. They have no legal time.
    """
    waiting = acts_about(subject).filter(log_index=None, set_aside_at=None)
    wanted = [str(kind) for kind in kinds]
    if wanted:
        waiting = waiting.filter(kind__in=wanted)
    return [*logged_acts_about(subject), *(_underway(row) for row in waiting)]


def entries_of_kinds(kinds: Iterable[str]) -> QuerySet[RegisteredAct]:
    """Return the valid entries of some kinds in all logs, in the order in which they came."""
    found = RegisteredAct.objects.filter(void="", kind__in=[str(kind) for kind in kinds])
    return found.order_by("registered_at", "pk")


def certificates_under(number: NumberTaken) -> list[str]:
    """Return the subjects of the certificates that count and take a number, in their order."""
    day = date.fromisoformat(number.date)
    rows = _issued().filter(number_key=number.key, issued_on=day, form=number.form)
    found = {
        row.subject: None
        for row in rows.order_by("registered_at", "pk")
        if number_taken(parse_strict(row.raw.encode())["credentialSubject"]["certificate"])
        == number
    }
    return list(found)


def sharing_number(subject: str) -> list[RegisteredAct]:
    """Return the entries by which certificates were issued under the number of this one.

    Those that count for nothing are among them, and those of other bodies; at most a few.
    """
    issued = RegisteredAct.objects.filter(kind=str(Kind.ISSUED))
    row = issued.filter(subject=subject).order_by("origin", "index").first()
    if row is None or row.issued_on is None:
        return []
    found = issued.filter(number_key=row.number_key, issued_on=row.issued_on, form=row.form)
    return list(found.order_by("registered_at", "pk")[:MOST_FOUND])


def alone_with_their_number(rows: Sequence[RegisteredAct]) -> set[int]:
    """Return which of these entries issue a certificate whose number nobody else claims.

    Two questions for all of them, in place of those of `sharing_number` for each.
    """
    issues = [row for row in rows if row.kind == Kind.ISSUED]
    issued = RegisteredAct.objects.filter(kind=str(Kind.ISSUED))
    numbers = issued.filter(number_key__in={row.number_key for row in issues})
    claimed = Counter(numbers.values_list("number_key", flat=True))
    subjects = issued.filter(subject__in={row.subject for row in issues})
    spoken_of = Counter(subjects.values_list("subject", flat=True))
    return {
        row.pk for row in issues if claimed[row.number_key] == 1 and spoken_of[row.subject] == 1
    }


def acts_of_kinds(kinds: Iterable[str], *, corridor: str) -> list[RegisteredAct]:
    """Return valid entries of rare kinds about a corridor: the newest of each, oldest first."""
    found = RegisteredAct.objects.filter(void="", corridor=corridor)
    newest = found.order_by("-issued_on", "-registered_at", "-index")  # as the index has them
    rows = [row for kind in kinds for row in newest.filter(kind=str(kind))[:MOST_OF_KIND]]
    return sorted(rows, key=lambda row: (row.registered_at, row.pk))


def issued_on_day(
    day: date, *, publisher: str, corridor: str, before: int
) -> Iterator[tuple[str, str]]:
    """Read body and digest of what a publisher issued on a day, before an entry of the register.

    What lost its right later was issued all the same.
    """
    is_act = Q(void="") | Q(void__startswith="trust.") | Q(void__startswith="issuer.")
    rows = RegisteredAct.objects.filter(
        is_act, kind=str(Kind.ISSUED), issued_on=day, publisher=publisher, corridor=corridor
    )
    for row in rows.filter(pk__lt=before).only("raw", "digest"):
        yield certificate_of(row).certification.body, row.digest


def undecided_about(subject: str) -> list[RegisteredAct]:
    """Return the entries, of any log, whose issuer was not known: they may yet count."""
    rows = RegisteredAct.objects.filter(subject=subject, void__endswith="_unknown")
    return list(rows.order_by("origin", "index"))


def undecided_among(subjects: Iterable[str]) -> set[str]:
    """Return which of many certificates have entries as `undecided_about` finds them."""
    rows = RegisteredAct.objects.filter(subject__in=list(subjects), void__endswith="_unknown")
    return set(rows.values_list("subject", flat=True))


def standing_of(subject: str, *, at: datetime) -> Standing:
    """Fold both logs into what the certificate is worth at a moment."""
    return standing_with(logged_acts_about(subject), subject=subject, at=at)


def standings_of(subjects: Iterable[str], *, at: datetime) -> dict[str, Standing]:
    """Fold both logs into what some certificates were worth at a moment; one question for all."""
    return {
        subject: fold([*acts, *_acts_before(acts)], subject=subject, at=at)
        for subject, acts in logged_acts_of(subjects).items()
    }


def standing_underway(subject: str, *, at: datetime) -> Standing:
    """Fold both logs, and our own acts that no log holds yet: those are `pending`.

    What gives goods away asks this: of two orders in one moment the second knows of the first.
    """
    return standing_with(acts_and_underway(subject), subject=subject, at=at)


def standing_with(acts: Sequence[LoggedAct], *, subject: str, at: datetime) -> Standing:
    """Fold what is known of a certificate, with the certificates from which it comes."""
    return fold([*acts, *_acts_before(acts)], subject=subject, at=at)


def subjects_issued_by(act: str) -> list[str]:
    """Return the certificate that an act issued, by the act's id; none where it does not count."""
    found = RegisteredAct.objects.filter(act=act, kind=str(Kind.ISSUED), void="")
    return list(found.values_list("subject", flat=True).distinct())


def _acts_before(acts: Iterable[LoggedAct]) -> Iterator[LoggedAct]:
    """Read the acts about the certificates for which one stands, or on which it rests."""
    for entry in acts:
        if entry.act.kind is Kind.ISSUED and "officialMarks" in entry.act.body:
            yield from family(
                entry.act,
                subjects_under=certificates_under,
                subjects_of=subjects_issued_by,
                acts_about=logged_acts_about,
            )


def last_days(subjects: Iterable[str]) -> dict[str, datetime]:
    """Return when the last act about each certificate was registered."""
    rows = RegisteredAct.objects.filter(subject__in=list(subjects)).order_by("registered_at")
    return dict(rows.values_list("subject", "registered_at"))


def sealed_with(key: str) -> list[RegisteredAct]:
    """Return every registered act that carries a proof by a key, of any log, in its order."""
    found = RegisteredAct.objects.filter(raw__contains=f'#{key}"')
    return list(found.order_by("origin", "index"))


def fallen(*, received_by: str = "") -> QuerySet[RegisteredAct]:
    """Return the certificates that fell with the key that sealed them, newest first.

    With `received_by`, only those that other installations than this one issued.
    """
    rows = RegisteredAct.objects.filter(kind=str(Kind.ISSUED), void="trust.key_withdrawn")
    rows = rows.exclude(publisher=received_by) if received_by else rows
    return rows.order_by("-legal_time", "origin", "index")


def find_fallen(subject: str) -> RegisteredAct | None:
    """Return the entry by which a certificate was issued that fell with its key, or None."""
    return fallen().filter(subject=subject).first()


def _issued(received_by: str = "") -> QuerySet[RegisteredAct]:
    found = RegisteredAct.objects.filter(kind=str(Kind.ISSUED), void="")
    return found.exclude(publisher=received_by) if received_by else found


def _issued_about(subject: str) -> QuerySet[RegisteredAct]:
    """Find the issue of a certificate: whoever its subject names, nobody else may issue it."""
    found = _issued().filter(subject=subject)
    named = publisher_of(subject)
    if named is not None:
        found = found.filter(publisher=named)
    return found.order_by("origin", "index")


def _underway(row: SealedAct) -> LoggedAct:
    return LoggedAct(
        act=Act.from_document(parse_strict(row.document.encode())),
        publisher=settings.SYSTEM.installation,
        term="",
        index=0,
        digest=row.digest or sha256(row.document.encode()).hexdigest(),
        legal_time=None,
    )


def _logged(row: RegisteredAct) -> LoggedAct:
    return LoggedAct(
        act=act_in(row),
        publisher=row.publisher,
        term=row.origin.rpartition("/")[2],
        index=row.index,
        digest=row.digest,
        legal_time=row.legal_time,
    )
