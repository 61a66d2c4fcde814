"""Looking certificates up, and folding what both logs say about one into its standing."""

from __future__ import annotations

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
from certorigin.vocabulary.search import number_key
from certorigin_server.desk.search import with_beginning, with_words
from certorigin_server.seal.queries import waiting_about, waiting_among
from certorigin_server.standing import asked
from certorigin_server.standing.asked import issued as _issued
from certorigin_server.standing.models import PartyWord, RegisteredAct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin.standing.fold import Standing
    from certorigin.standing.twice import NumberTaken
    from certorigin_server.seal.queries import SealedAct

# Of notices and their ends so many are looked at, the newest.
MOST_OF_KIND = 500

_ENDS = (str(Kind.ANNULLED), str(Kind.REPLACED))
_ANSWERS = (str(Kind.UTILISED), str(Kind.REFUSED), str(Kind.PREFERENCE_RESTORED))


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
    given: dict[str, object] = {"issued_on": issued_on, "issued_in": issued_in, "form": form}
    given |= {"received_by": received_by}
    return asked.numbered(key=key, **{name: value for name, value in given.items() if value})


def issued_numbered(keys: Iterable[str]) -> list[RegisteredAct]:
    """Return the certificates with any of some numbers; `keys` are those of `number_key`."""
    return list(_issued().filter(number_key__in=[key for key in keys if key]))


def search_issued(text: str, *, limit: int = 50, received_by: str = "") -> QuerySet[RegisteredAct]:
    """Find certificates by how a number begins, or else words of a party's name; newest first."""
    issued = among = _issued(received_by)
    if text.strip():
        if received_by:  # by name: what is not ours can be found by no index
            among = _issued().filter(publisher__in=asked.publishers_beside(received_by))
        key = number_key(text)
        numbered = with_beginning(issued, "number_key", key, among=among) if key else None
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
    named = publisher_of(subject)
    return asked.issue_of.first(subject=subject, **({"publisher": named} if named else {}))


def endings() -> QuerySet[RegisteredAct]:
    """Return the valid entries that end certificates: annulments and replacements, oldest first."""
    found = RegisteredAct.objects.filter(kind__in=_ENDS, void="")
    return found.order_by("registered_at", "pk")


def unsettled_endings() -> QuerySet[RegisteredAct]:
    """Return of `endings` those at which somebody may have to look, in no order."""
    return endings().filter(settled_at=None).order_by()


def endings_among(subjects: Iterable[str]) -> dict[str, str]:
    """Return the kind of the entry that ended each of these certificates that has one."""
    return {subject: kind for subject, kind in _kinds_about(subjects) if kind in _ENDS}


def last_words_among(subjects: Iterable[str]) -> dict[str, str]:
    """Return the kind of the entry that ended each of these certificates, else of customs' last.

    Of those about which there is neither, nothing.
    """
    found = list(_kinds_about(subjects))
    answered = {subject: kind for subject, kind in found if kind in _ANSWERS}
    return answered | {subject: kind for subject, kind in found if kind in _ENDS}


def _kinds_about(subjects: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Return the kind of each entry about these certificates, oldest first."""
    # Asked by their names alone: with the kind SQLite would rather read every ending there is.
    about = RegisteredAct.objects.filter(subject__in=list(subjects), void="")
    return about.order_by("registered_at", "pk").values_list("subject", "kind")


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
    return row.read_certificate


def act_in(row: RegisteredAct) -> Act:
    """Read the act that is registered."""
    return row.read_act


def logged_acts_about(subject: str) -> list[LoggedAct]:
    """Return every valid entry about a certificate, from all logs, oldest first."""
    return [_logged(row) for row in entries_about(subject)]


def entries_about(subject: str) -> list[RegisteredAct]:
    """Return the entries of all logs that hold valid acts about a certificate, oldest first."""
    return asked.about(subject=subject)


def logged_acts_of(
    subjects: Iterable[str], *, at_hand: Iterable[RegisteredAct] = ()
) -> dict[str, list[LoggedAct]]:
    """Return for each of many certificates what `logged_acts_about` does, in one statement.

    Entries `at_hand` are not read twice: who gives some says that they are as of this moment.
    """
    known = list(at_hand)
    found: dict[str, list[LoggedAct]] = {subject: [] for subject in subjects}
    for row in _entries_beside(known, *found) if len(found) == 1 else _entries_of(found):
        found[row.subject].append(_logged(_at_hand(row, {one.pk: one for one in known})))
    return found


def _entries_beside(known: Sequence[RegisteredAct], subject: str) -> list[RegisteredAct]:
    """Return what `entries_about` does; the one at hand is asked for no more, if it counts."""
    if len(known) != 1 or known[0].subject != subject or known[0].void:
        return entries_about(subject)
    rows = [*known, *asked.about(subject=subject, pk=known[0].pk)]
    return sorted(rows, key=lambda row: (row.registered_at, row.pk))


def acts_and_underway(
    subject: str, *, kinds: Iterable[str] = (), entered: Sequence[LoggedAct] | None = None
) -> list[LoggedAct]:
    """Return the valid entries about a certificate, and our own acts that no log holds yet.

    Of acts on their way only `kinds`, where some are named. They have no legal time. `entered` are
    the valid entries, where those were read before.
    """
    wanted = [str(kind) for kind in kinds]
    waiting = [
        row
        for row in waiting_about(subject, kind=wanted[0] if len(wanted) == 1 else "")
        if not wanted or row.kind in wanted
    ]
    logged = logged_acts_about(subject) if entered is None else entered
    return [*logged, *(_underway(row) for row in waiting)]


def acts_and_underway_of(subjects: Iterable[str]) -> dict[str, list[LoggedAct]]:
    """Return for each of many certificates what `acts_and_underway` does, in two statements."""
    found = logged_acts_of(subjects)
    for row in waiting_among(found):
        found[row.subject].append(_underway(row))
    return found


def entries_of_kinds(kinds: Iterable[str]) -> QuerySet[RegisteredAct]:
    """Return the valid entries of some kinds in all logs, in the order in which they came."""
    found = RegisteredAct.objects.filter(void="", kind__in=[str(kind) for kind in kinds])
    return found.order_by("registered_at", "pk")


def certificates_under(number: NumberTaken) -> list[str]:
    """Return the subjects of the certificates that count and take a number, in their order."""
    return subjects_taking(number, claims_to(number.key, date.fromisoformat(number.date)))


def claims_to(key: str, day: date) -> list[RegisteredAct]:
    """Return the certificates that count under a number (`number_key`) of a day, in their order."""
    return asked.claims(key=key, day=day)


def subjects_taking(number: NumberTaken, rows: Iterable[RegisteredAct]) -> list[str]:
    """Return the subjects of those certificates among `claims_to` a number that take this one."""
    found = {row.subject: None for row in rows if number_taken(row.read_act.body) == number}
    return list(found)


def acts_of_kinds(kinds: Iterable[str], *, corridor: str) -> list[RegisteredAct]:
    """Return valid entries of rare kinds about a corridor: the newest of each, oldest first.

    Ours and the partner's are counted apart, so that many of the one hide none of the other.
    """
    found = RegisteredAct.objects.filter(void="", corridor=corridor)
    newest = found.order_by("-issued_on", "-registered_at", "-index")  # as the index has them
    own = settings.SYSTEM.installation
    sides = (newest.filter(publisher=own), newest.exclude(publisher=own))
    rows = [
        row
        for kind in kinds
        for side in sides
        for row in side.filter(kind=str(kind))[:MOST_OF_KIND]
    ]
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


def entered_about(
    subject: str, *, at_hand: RegisteredAct | None = None
) -> tuple[list[LoggedAct], list[RegisteredAct]]:
    """Return what `logged_acts_about` does, and the entries whose issuer was not known.

    Those, of any log, may yet count. An entry `at_hand` need not be read twice.
    """
    known = {at_hand.pk: at_hand} if at_hand else {}
    rows = [_at_hand(row, known) for row in asked.perhaps_about(subject=subject)]
    undecided = [row for row in rows if row.void]
    undecided.sort(key=lambda row: (row.origin, row.index))
    return [_logged(row) for row in rows if not row.void], undecided


def undecided_among(subjects: Iterable[str]) -> set[str]:
    """Return which of many certificates have entries whose issuer was not known."""
    rows = RegisteredAct.objects.filter(subject__in=list(subjects), void__endswith="_unknown")
    return set(rows.values_list("subject", flat=True))


def standing_of(subject: str, *, at: datetime) -> Standing:
    """Fold both logs into what the certificate is worth at a moment."""
    return standing_with(logged_acts_about(subject), subject=subject, at=at)


def standings_of(
    subjects: Iterable[str], *, at: datetime, at_hand: Iterable[RegisteredAct] = ()
) -> dict[str, Standing]:
    """Fold both logs into what some certificates were worth at a moment; one question for all."""
    return {
        subject: fold([*acts, *_acts_before(acts)], subject=subject, at=at)
        for subject, acts in logged_acts_of(subjects, at_hand=at_hand).items()
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


def subjects_with(kinds: Iterable[Kind], subjects: Iterable[str]) -> set[str]:
    """Return which of some certificates have a valid entry of one of these kinds."""
    wanted = {str(kind) for kind in kinds}
    return {subject for subject, kind in _kinds_about(subjects) if kind in wanted}


def last_days(subjects: Iterable[str]) -> dict[str, datetime]:
    """Return when the last act about each certificate was registered."""
    rows = RegisteredAct.objects.filter(subject__in=list(subjects)).order_by("registered_at")
    return dict(rows.values_list("subject", "registered_at"))


def _issued_about(subject: str) -> QuerySet[RegisteredAct]:
    """Find the issue of a certificate: whoever its subject names, nobody else may issue it."""
    found = _issued().filter(subject=subject)
    named = publisher_of(subject)
    if named is not None:
        found = found.filter(publisher=named)
    return found.order_by("origin", "index")


def _entries_of(subjects: Iterable[str]) -> list[RegisteredAct]:
    rows = RegisteredAct.objects.filter(subject__in=list(subjects), void="")
    return list(rows.order_by("registered_at", "pk"))


def _at_hand(row: RegisteredAct, known: Mapping[int, RegisteredAct]) -> RegisteredAct:
    """Return a row that was read before in place of the same one: its act is read already."""
    other = known.get(row.pk, row)
    is_same = (row.raw, row.void, row.legal_time) == (other.raw, other.void, other.legal_time)
    return other if is_same else row


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
