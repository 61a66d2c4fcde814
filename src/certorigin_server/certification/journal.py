"""The journal of issue and handover of a body: each number with what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from certorigin.certification.journal import Entry, Journal, Series, make_journal
from certorigin.errors import ConflictError, LimitError, MalformedError, RightError, StandingError
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.search import name_key, number_key
from certorigin_server.blanks.services import use
from certorigin_server.certification.gaps import gaps_of
from certorigin_server.certification.models import (
    Certificate,
    Handover,
    InPlaceOf,
    NumberSequence,
    TakenNumber,
    VoidNumber,
)
from certorigin_server.certification.queries import boxes_of, get_visible
from certorigin_server.certification.special import unused_numbers
from certorigin_server.seal.queries import endings_of
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from django.db.models import QuerySet

    from certorigin.certification.journal import Line
    from certorigin_server.users.queries import Organisation, User

LONGEST_DAYS = 366
# A line covers all before it, so a page reads its whole period; more goes into a file.
_PAGE_DAYS, _PAGE_LINES = 31, 250
_SHORT_GOODS = 160
_LONGEST = {"blank": 40, "handed_to": 200, "authority": 200, "remark": 500}
# What a line may be asked for by; the rest are the ways of an act (seal.models).
ENDINGS = {"Annulled": "annulled", "Replaced": "replaced"}
STATUSES = (
    "underway",
    "stuck",
    "issued",
    "handed_over",
    "annulled",
    "replaced",
    "void",
    "reserved",
    "passed_over",
)
_ISSUED = frozenset({"published", "mirrored"})
_READ = (
    *("application_id", "event", "form", "year", "serial", "number", "issued_on", "destination"),
    *("certified_by_id", "acted_for_id", "act__document", "act__set_aside_at", "act__stuck_at"),
    *("act__sealed_at", "act__logged_at", "act__published_at", "act__mirrored_at"),
    *(f"handover__{name}" for name in ("handed_at", "handed_to", "authority", "blank", "remark")),
)


@dataclass(frozen=True)
class Wanted:
    """Which lines are looked at: of a period, and if given of an officer, a status, a name."""

    start: date
    end: date
    officer: str = ""
    status: str = ""
    text: str = ""


@dataclass(frozen=True)
class Span:
    """Serials of a series beyond one, up to another or to the last."""

    form: str
    year: int
    after: int
    upto: int | None = None

    def condition(self) -> Q:
        """The condition for rows that have such a serial."""
        found = Q(form=self.form, year=self.year, serial__gt=self.after)
        return found if self.upto is None else found & Q(serial__lte=self.upto)


def journal_of(body: Organisation, wanted: Wanted, *, anew: bool = False) -> Journal:
    """Return the journal of a body in a period, whoever certified and whatever became of it.

    Gaps are looked for in every series of the years of the period, from the first serial to the
    last that was given; `anew` reads each of them, whatever was read before. Raises MalformedError,
    LimitError for a period that is none or too long.
    """
    require_period(wanted)
    gaps = gaps_of(body, (wanted.start.year, wanted.end.year), anew=anew)
    return make_journal(entries_of(body, wanted), gaps=gaps)


def entries_of(body: Organisation, wanted: Wanted, span: Span | None = None) -> list[Entry]:
    """Return what a body's numbers of a period came to, all or those of a span, in no order."""
    within = span.condition() if span is not None else Q()
    period = (wanted.start, wanted.end)
    found = [*_issued(issued_in(body, wanted).filter(within), body)]
    for of_kind in (_void, _taken, _reserved):
        found += of_kind(body, period, within)
    return found


def issued_in(body: Organisation, wanted: Wanted) -> QuerySet[Certificate]:
    """Return the certificates that a body issued on the days of a period."""
    period = (wanted.start, wanted.end)
    return Certificate.objects.filter(body=body, issued_on__range=period)


def require_period(wanted: Wanted) -> None:
    """Raise MalformedError or LimitError for a period that is none or too long."""
    if wanted.end < wanted.start:
        raise MalformedError("certification.period_wrong", place="to", days=str(LONGEST_DAYS))
    if (wanted.end - wanted.start).days > LONGEST_DAYS:
        raise LimitError("certification.period_wrong", place="to", days=str(LONGEST_DAYS))


def shortened(body: Organisation, wanted: Wanted) -> Wanted:
    """Return the last days of a body's period, as many as a page holds. Raises as `journal_of`.

    Days stay whole, and the last one on which anything was issued is always there.
    """
    require_period(wanted)
    start = max(wanted.start, wanted.end - timedelta(days=_PAGE_DAYS))
    issued = Certificate.objects.filter(body=body, issued_on__range=(start, wanted.end))
    newest = issued.order_by("-issued_on").values_list("issued_on", flat=True)
    beyond = list(newest[_PAGE_LINES : _PAGE_LINES + 1])
    if not beyond:
        return replace(wanted, start=start)
    whole = issued.filter(issued_on__gt=beyond[0]).order_by("issued_on")
    first = whole.values_list("issued_on", flat=True).first()
    return replace(wanted, start=first or beyond[0])


def chosen_lines(journal: Journal, wanted: Wanted) -> list[Line]:
    """Return the lines that fit an officer, a status and a text; their hashes stay as they are."""
    return [line for line in journal.lines if _fits(line.entry, wanted)]


def officers_in(journal: Journal) -> list[str]:
    """Return the names of the officers in a journal."""
    return sorted({line.entry.officer for line in journal.lines if line.entry.officer})


@transaction.atomic
def hand_over(
    *,
    subject: str,
    blank: str,
    handed_to: str,
    authority: str,
    remark: str,
    by: User,
    at: datetime,
) -> Handover:
    """Record that the paper certificate was handed to a person against signature.

    Raises UnknownError, RightError (`certification.another_body`), StandingError for a certificate
    without paper (`certification.no_paper`), not published yet (`log.not_published`) or ended
    (`certification.ended`), ConflictError (`certification.handed_over`, `…blank_used`),
    MalformedError for what is missing or too long, and as `blanks.services.use` for a body that
    keeps a register of its blanks.
    """
    row = get_visible(subject, user=by)
    if row.body_id != by.organisation_id:
        raise RightError("certification.another_body")
    if boxes_of(row).medium == "electronic-only":
        raise StandingError("certification.no_paper", number=row.number)
    if row.act.published_at is None:
        raise StandingError("log.not_published", act=row.act.pk, status=row.act.status)
    if endings_of([subject]):
        raise StandingError("certification.ended", number=row.number)
    given = {"blank": blank, "handed_to": handed_to, "authority": authority, "remark": remark}
    _check_lengths(given)
    # The sequence's row stands for the body's register: two blanks are compared in turn.
    list(NumberSequence.objects.select_for_update().filter(body=row.body, form=row.form))
    if Handover.objects.filter(certificate=row).exists():
        raise ConflictError("certification.handed_over", number=row.number)
    if Handover.objects.filter(body=row.body, blank=blank.strip()).exists():
        raise ConflictError("certification.blank_used", blank=blank.strip())
    try:
        with transaction.atomic():
            made = Handover.objects.create(
                certificate=row,
                body=row.body,
                handed_at=at,
                handed_by=by,
                **{name: text.strip() for name, text in given.items()},
            )
    except IntegrityError as error:
        raise ConflictError("certification.handed_over", number=row.number) from error
    use(body=row.body, blank=made.blank, subject=subject, by=by, at=at)
    record(by=by.username, at=at, action="certification.handed_over", subject=subject)
    return made


def _check_lengths(given: dict[str, str]) -> None:
    for name, text in given.items():
        if name != "remark" and not text.strip():
            raise MalformedError("record.member_missing", place=name)
        if len(text.strip()) > _LONGEST[name]:
            raise MalformedError("record.text_too_long", place=name, limit=str(_LONGEST[name]))


def _issued(rows: QuerySet[Certificate], body: Organisation) -> Iterator[Entry]:
    planned = InPlaceOf.objects.filter(application=OuterRef("application")).values("base__number")
    rows = rows.annotate(
        base_number=Coalesce("asked__base__number", Subquery(planned), Value(""))
    ).select_related("act", "handover")
    # A few officers certified them all: each is read once. Of the rest only what a line says.
    rows = rows.only(*_READ).prefetch_related("certified_by", "acted_for")
    found = list(rows.order_by("issued_on"))
    ended = endings_of(row.pk for row in found)
    for row in found:
        yield _entry(row, body, ended.get(row.pk, ""), row.base_number)


def _entry(row: Certificate, body: Organisation, ended: str, base: str) -> Entry:
    boxes = orjson.loads(row.act.document)["credentialSubject"]["certificate"]
    handover: Handover | None = getattr(row, "handover", None)
    released = row.act.published_at
    return Entry(
        series=Series(body.slug, row.form, row.year),
        serial=row.serial,
        number=row.number,
        date=row.issued_on.isoformat(),
        status=_status(row, ended, handover),
        exporter=boxes["exporter"]["name"],
        goods=_in_short(item["description"] for item in boxes["items"]),
        destination=row.destination,
        officer=row.certified_by.full_name,
        acted_for=row.acted_for.full_name if row.acted_for else "",
        event=row.event or ("replacement" if base else ""),
        in_place_of=base,
        released_at=moment_to_text(released) if released else "",
        **_handed(handover),
    )


def _handed(handover: Handover | None) -> dict[str, str]:
    """What the journal says of the paper; nothing where none was handed over."""
    if handover is None:
        return {}
    return {
        "handed_at": moment_to_text(handover.handed_at),
        "handed_to": handover.handed_to,
        "authority": handover.authority,
        "blank": handover.blank,
        "remark": handover.remark,
    }


def _status(row: Certificate, ended: str, handover: Handover | None) -> str:
    if ended:
        return ENDINGS[ended]
    if handover is not None:
        return "handed_over"
    if row.act.status == "stuck":
        return "stuck"
    return "issued" if row.act.status in _ISSUED else "underway"


def _in_short(descriptions: Iterable[str]) -> str:
    """Return the goods in short: the first description, and how many others there are."""
    first, *others = (" ".join(text.split()) for text in descriptions)
    short = first if len(first) <= _SHORT_GOODS else f"{first[:_SHORT_GOODS].rstrip()}…"
    return f"{short} (+{len(others)})" if others else short


def _void(body: Organisation, period: tuple[date, date], within: Q) -> Iterator[Entry]:
    start, end = period
    rows = VoidNumber.objects.filter(within, body=body, year__range=(start.year, end.year))
    for row in rows.select_related("voided_by"):
        day = timezone.localdate(row.voided_at)
        if start <= day <= end:
            yield Entry(
                series=Series(body.slug, row.form, row.year),
                serial=row.serial,
                number=row.number,
                date=day.isoformat(),
                status="void",
                officer=row.voided_by.full_name,
                remark=row.reason,
            )


def _taken(body: Organisation, period: tuple[date, date], within: Q) -> Iterator[Entry]:
    """Numbers that a restore left: of certificates without their application, and passed over."""
    start, end = period
    rows = TakenNumber.objects.filter(within, body=body, year__range=(start.year, end.year))
    for row in rows.select_related("act"):
        series = Series(body.slug, row.form, row.year)
        if row.act is None:
            day = timezone.localdate(row.taken_at)
            if start <= day <= end:
                yield Entry(series, row.serial, row.number, day.isoformat(), "passed_over")
            continue
        boxes = orjson.loads(row.act.document)["credentialSubject"]["certificate"]
        if start.isoformat() <= boxes["certification"]["date"] <= end.isoformat():
            ended = endings_of([row.subject]).get(row.subject, "")
            yield Entry(
                series=series,
                serial=row.serial,
                number=row.number,
                date=boxes["certification"]["date"],
                status=ENDINGS[ended] if ended else "issued",
                exporter=boxes["exporter"]["name"],
                goods=_in_short(item["description"] for item in boxes["items"]),
                destination=boxes["destinationCountry"],
                officer=boxes["certification"]["officerName"],
                released_at=moment_to_text(row.act.published_at) if row.act.published_at else "",
            )


def _reserved(body: Organisation, period: tuple[date, date], within: Q) -> Iterator[Entry]:
    start, end = period
    rows = unused_numbers(body).filter(within, year__range=(start.year, end.year))
    for row in rows.select_related("reserved_by"):
        day = timezone.localdate(row.reserved_at)
        if start <= day <= end:
            yield Entry(
                series=Series(body.slug, row.form, row.year),
                serial=row.serial,
                number=row.number,
                date=day.isoformat(),
                status="reserved",
                officer=row.reserved_by.full_name,
            )


def _fits(entry: Entry, wanted: Wanted) -> bool:
    if wanted.officer and wanted.officer != entry.officer:
        return False
    if wanted.status and wanted.status != entry.status:
        return False
    if not wanted.text.strip():
        return True
    by_number = bool(number_key(wanted.text)) and number_key(wanted.text) in number_key(
        entry.number
    )
    return by_number or name_key(wanted.text) in name_key(f"{entry.exporter} {entry.handed_to}")
