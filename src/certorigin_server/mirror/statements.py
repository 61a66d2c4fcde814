"""Days of the exchange: ours are stated, the partner's compared, and terms told of in time.

our own        state_days · state_trail · watch_terms
the partner's  compare_day
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from certorigin.mirror.days import (
    Due,
    deadline_of,
    differing,
    judge_due,
    state_day,
)
from certorigin.seal.canonical import parse_strict
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.calendar import local_day, start_of_day
from certorigin.vocabulary.notices import BodyCount, DayStatement, TrailStatement
from certorigin_server.certification.queries import issued_between, waiting_days, was_issued_before
from certorigin_server.mirror.alarms import TRAIL_DIFFERS, end_alarm, raise_alarm
from certorigin_server.mirror.models import Alarm, DayCompared
from certorigin_server.mirror.own_acts import act_of, prepare_own
from certorigin_server.seal.queries import acts_about
from certorigin_server.standing.queries import act_in, acts_of_kinds, issued_on_day
from certorigin_server.trail.queries import get_head, hashes_of, was_written_before

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import CorridorSettings
    from certorigin_server.standing.queries import RegisteredAct

DAY_DIFFERS = "alarm.day_differs"
TERM_NEAR = "alarm.term_near"
TERM_MISSED = "alarm.term_missed"
# A day that changes later than this is not stated again.
WINDOW = timedelta(days=35)
# Of a name that is longer so much is kept: the partner's log is registered whatever it states.
LONGEST_BODY = 200


@transaction.atomic
def state_days(corridor: CorridorSettings, *, keyring: Keyring, at: datetime) -> int:
    """State each day that is over, and again where something was added; return how many."""
    text, state = str(corridor.corridor), settings.SYSTEM.state
    last = local_day(at, state) - timedelta(days=1)
    first = last - WINDOW
    issued: dict[date, list[tuple[str, str, bool]]] = {}
    for row in issued_between(corridor=text, first=first, last=last):
        published = row.act.published_at is not None
        issued.setdefault(row.issued_on, []).append((row.body.urn, row.act.digest or "", published))
    begin = first if was_issued_before(corridor=text, day=first) else min(issued, default=None)
    done = 0
    while begin is not None and begin <= last:
        rows = issued.get(begin, [])
        waits = not all(published for _, _, published in rows)
        if not waits or at >= deadline_of(begin, state):
            counted = [(body, digest) for body, digest, published in rows if published]
            done += _state(corridor, state_day(begin, counted), keyring, at)
        begin += timedelta(days=1)
    return done


def _state(
    corridor: CorridorSettings, statement: DayStatement, keyring: Keyring, at: datetime
) -> int:
    name = str(corridor.corridor).replace("/", ":")
    subject = f"urn:certorigin:day:{settings.SYSTEM.installation}:{name}:{statement.day}"
    known = [row for row in acts_about(subject) if row.set_aside_at is None]
    if known and read_body(act_of(known[-1]), DayStatement.from_record) == statement:
        return 0
    prepare_own(
        kind=Kind.DAY_STATED,
        subject=subject,
        body=statement.to_data(),
        corridor=corridor.corridor,
        keyring=keyring,
        by="",
        at=at,
    )
    return 1


@transaction.atomic
def state_trail(corridor: CorridorSettings, *, keyring: Keyring, at: datetime) -> int:
    """Enter in the log, once a day, with which entry our trail ends (P67); return how many.

    The first day of a trail states nothing. Where the trail no longer has the entry that was
    stated last, it was rewritten, or put back from an older copy: that is an alarm.
    """
    text, state = str(corridor.corridor), settings.SYSTEM.state
    name, day = text.replace("/", ":"), local_day(at, state)
    subject = f"urn:certorigin:trailhead:{settings.SYSTEM.installation}:{name}:{day}"
    if acts_about(subject).filter(set_aside_at=None).exists():
        return 0
    if not was_written_before(start_of_day(day, state)):
        return 0
    _watch_trail(corridor, at)
    sequence, digest = get_head()
    prepare_own(
        kind=Kind.TRAIL_STATED,
        subject=subject,
        body=TrailStatement(sequence, digest).to_data(),
        corridor=corridor.corridor,
        keyring=keyring,
        by="",
        at=at,
    )
    return 1


def _watch_trail(corridor: CorridorSettings, at: datetime) -> None:
    stated = acts_of_kinds((Kind.TRAIL_STATED,), corridor=str(corridor.corridor))
    ours = [row for row in stated if row.publisher == settings.SYSTEM.installation]
    if not ours:
        return
    last = read_body(act_in(ours[-1]), TrailStatement.from_record)
    if hashes_of([last.sequence]) != {last.sequence: last.hash}:
        place = {"origin": ours[-1].origin, "key": f"{TRAIL_DIFFERS} {ours[-1].index}"}
        raise_alarm(**place, code=TRAIL_DIFFERS, at=at, sequence=str(last.sequence))


@transaction.atomic
def watch_terms(corridor: CorridorSettings, *, at: datetime) -> int:
    """Tell of certificates that the partner must know soon, or should have known (R4).

    Returns how many alarms began or ended.
    """
    origin, state = corridor.origin_of(settings.SYSTEM.installation), settings.SYSTEM.state
    told, done = set(), 0
    for day, count in waiting_days(corridor=str(corridor.corridor)):
        due = judge_due(day, None, state=state, at=at)
        if due is Due.OPEN:
            continue
        code = TERM_NEAR if due is Due.NEAR else TERM_MISSED
        key = f"{code} {day}"
        told.add(key)
        facts = {"day": day.isoformat(), "count": str(count)}
        done += raise_alarm(origin=origin, key=key, code=code, at=at, **facts)
    over = Alarm.objects.filter(origin=origin, code__in=(TERM_NEAR, TERM_MISSED), ended_at=None)
    for row in over:
        if row.key not in told:
            done += end_alarm(origin=origin, key=row.key, at=at)
    return done


def compare_day(row: RegisteredAct, *, at: datetime) -> None:
    """Compare a partner's statement with what the register holds before it.

    Runs in the transaction that registers the statement.
    """
    act = Act.from_document(parse_strict(row.raw.encode()))
    stated = read_body(act, DayStatement.from_record)
    issued = issued_on_day(
        stated.day, publisher=row.publisher, corridor=row.corridor, before=row.pk
    )
    held = state_day(stated.day, issued)
    one, other = _by_body(stated), _by_body(held)
    place: dict[str, Any] = {
        "publisher": row.publisher,
        "corridor": row.corridor,
        "day": stated.day,
    }
    known = set(DayCompared.objects.filter(**place).values_list("body", flat=True))
    bad = {body[:LONGEST_BODY] for body in differing(stated, held)}
    for body in sorted({*one, *other, *known}):
        ours, theirs = other.get(body), one.get(body)
        DayCompared.objects.update_or_create(
            **place,
            body=body,
            defaults={
                "origin": row.origin,
                "index": row.index,
                "stated_count": theirs.count if theirs else 0,
                "stated_digest": theirs.digest if theirs else "",
                "held_count": ours.count if ours else 0,
                "held_digest": ours.digest if ours else "",
                "compared_at": at,
            },
        )
        key = f"day {row.corridor} {stated.day} {body}"[:250]
        if body in bad:
            facts = {"day": stated.day.isoformat(), "body": body}
            facts["stated"] = str(theirs.count if theirs else 0)
            facts["held"] = str(ours.count if ours else 0)
            raise_alarm(origin=row.publisher, key=key, code=DAY_DIFFERS, at=at, **facts)
        else:
            end_alarm(origin=row.publisher, key=key, at=at)


def _by_body(statement: DayStatement) -> dict[str, BodyCount]:
    return {one.body[:LONGEST_BODY]: one for one in statement.bodies}
