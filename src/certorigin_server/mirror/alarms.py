"""Raising alarms: once for each cause, in the trail, and with evidence that a third party checks.

about anything     raise_alarm · end_alarm · note_alarm
about entries      watch_entries · watch_entry · watch_number · watch_own
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.db import transaction

from certorigin.errors import CertoriginError, MalformedError, UnknownError
from certorigin.log import layout
from certorigin.log.directory import Directory
from certorigin.mirror.evidence import evidence_of_entries
from certorigin.mirror.view import LogView
from certorigin.standing.twice import issued_twice, number_taken
from certorigin.vocabulary.acts import Kind
from certorigin_server.certification.events.re_export import made_from
from certorigin_server.mirror.models import Alarm
from certorigin_server.mirror.queries import BASE_ANNULLED, FALLEN, NUMBER_TWICE
from certorigin_server.mirror.reading import COMMITMENT
from certorigin_server.seal.queries import acts_about
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.followed import entry_at
from certorigin_server.standing.numbers import alone_with_their_number, sharing_number
from certorigin_server.standing.queries import (
    certificate_of,
    logged_acts_about,
)
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.twice import NumberTaken
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User

LONGEST_REMARK = 1000
HALTED = "alarm.halted"
NO_RIGHT = "alarm.no_right"
NO_ACT = "alarm.no_act"
LATER = "alarm.later_profile"
TRAIL_DIFFERS = "alarm.trail_differs"
LATER_PROFILE = "act.kind_unknown"

# What happened and can't be mended: it is over when somebody has looked.
_EVENTS = frozenset({NO_RIGHT, NO_ACT, TRAIL_DIFFERS})
# What is not understood here may yet be right: it is shown, and nobody is alarmed.
UNDECIDED = "_unknown"
_ENDS = (str(Kind.ANNULLED), str(Kind.REPLACED))
_KINDS_OF_NUMBERS = frozenset({str(Kind.ISSUED), str(Kind.ANNULLED), str(Kind.REPLACED)})


@transaction.atomic
def raise_alarm(
    *,
    origin: str,
    key: str,
    code: str,
    at: datetime,
    subject: str = "",
    act: str = "",
    evidence: str = "",
    **facts: str,
) -> bool:
    """Raise an alarm, or bring one that is open up to date. Says whether it is new."""
    told = {"facts": orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode()}
    told |= {"evidence": evidence} if evidence else {}
    known = Alarm.objects.filter(origin=origin, key=key, ended_at=None)
    if known.update(**told):
        return False
    about = {"code": code, "subject": subject, "act": act, "raised_at": at}
    Alarm.objects.create(origin=origin, key=key, **about, **told)
    record(by="", at=at, action="mirror.alarm", subject=subject or origin, reason=code)
    return True


@transaction.atomic
def end_alarm(*, origin: str, key: str, at: datetime) -> bool:
    """End an alarm whose cause is gone. Says whether one was open."""
    row = Alarm.objects.filter(origin=origin, key=key, ended_at=None).first()
    if row is None:
        return False
    Alarm.objects.filter(pk=row.pk).update(ended_at=at)
    about = row.subject or origin
    record(by="", at=at, action="mirror.alarm_ended", subject=about, reason=row.code)
    return True


@transaction.atomic
def note_alarm(*, alarm: int, remark: str, by: User, at: datetime) -> Alarm:
    """Note that somebody looked, and what was done.

    Raises UnknownError (`alarm.unknown`), MalformedError for a remark that is too long.
    """
    if len(remark) > LONGEST_REMARK:
        raise MalformedError("record.text_too_long", place="remark", limit=str(LONGEST_REMARK))
    row = Alarm.objects.select_for_update().filter(pk=alarm).first()
    if row is None:
        raise UnknownError("alarm.unknown", alarm=str(alarm))
    if row.noted_at is None:
        row.noted_at, row.noted_by, row.remark = at, by, remark.strip()
        if row.code in _EVENTS and row.ended_at is None:
            row.ended_at = at  # what comes after somebody looked is a new alarm
        row.save()
        about = row.subject or row.origin
        record(by=by.username, at=at, action="mirror.alarm_noted", subject=about, reason=row.code)
    return row


def watch_entry(*, origin: str, index: int, void: str, at: datetime) -> None:
    """Look at an entry that was judged anew: raise what must be raised. As `watch_entries`."""
    _watch_verdict(origin, index, void, at)
    row = entry_at(origin=origin, index=index)
    if row is not None and row.kind in _KINDS_OF_NUMBERS:
        watch_number(origin=origin, subject=row.subject, at=at)
        _watch_base(row, at)


def watch_entries(*, origin: str, rows: Sequence[RegisteredAct], at: datetime) -> None:
    """Look at entries that were registered: raise what must be raised.

    Runs in the transaction that registers them. Entries set aside for one reason share an alarm,
    with the evidence of the first.
    """
    for row in rows:
        _watch_verdict(origin, row.index, row.void, at)
        _watch_base(row, at)
    alone = alone_with_their_number(rows)
    for row in rows:
        if row.kind in _KINDS_OF_NUMBERS and row.pk not in alone:
            watch_number(origin=origin, subject=row.subject, at=at)


def _watch_verdict(origin: str, index: int, void: str, at: datetime) -> None:
    if void == LATER_PROFILE:
        raise_alarm(origin=origin, key=f"later {index}", code=LATER, at=at, index=str(index))
        end_alarm(origin=origin, key=f"later {index}", at=at)  # told, and nobody has to do anything
    elif void and void != COMMITMENT and not void.endswith(UNDECIDED):
        _set_aside(origin, index, void, at)


def _watch_base(row: RegisteredAct, at: datetime) -> None:
    """A partner's certificate was annulled: what rests on it here is work for its body (R48)."""
    if row.kind != Kind.ANNULLED or row.void:
        return
    for made in made_from(row.subject):
        ended = acts_about(made.pk).filter(set_aside_at=None, kind__in=_ENDS)
        if not ended.exists():
            about = {"subject": made.pk, "act": made.act_id, "number": made.number}
            about["base"] = made.application.re_export.base_number
            key = f"base {made.pk}"
            raise_alarm(origin=row.origin, key=key, code=BASE_ANNULLED, at=at, **about)


def watch_number(*, origin: str, subject: str, at: datetime) -> None:
    """Raise an alarm for each certificate whose number was issued twice; end those that are over.

    What has no legal time yet counts from when it gets one.
    """
    rows = sharing_number(subject)
    if len(rows) < 2:
        return
    twins = [one for group in _by_number(rows) for one in issued_twice(group, at=at)]
    evidence = _evidence_of_number(origin, twins, at) if twins else ""
    for one in twins:
        others = ", ".join(sorted({other.act.id for other in twins} - {one.act.id}))
        raise_alarm(
            origin=_origin_of(one),
            key=f"number {one.act.subject}",
            code=NUMBER_TWICE,
            at=at,
            subject=one.act.subject,
            act=next(other.act.id for other in reversed(twins)),
            evidence=evidence,
            acts=others or one.act.id,
        )
    set_aside = {one.act.subject for one in twins}
    for row in rows:
        if row.subject not in set_aside:
            end_alarm(origin=row.origin, key=f"number {row.subject}", at=at)


def _by_number(rows: Iterable[RegisteredAct]) -> list[list[LoggedAct]]:
    """Return what counts about certificates of one number, body by body."""
    subjects: dict[NumberTaken, dict[str, None]] = {}
    for row in rows:
        if not row.void:
            number = number_taken(certificate_of(row).to_data())
            subjects.setdefault(number, {})[row.subject] = None
    return [
        [entry for subject in group for entry in logged_acts_about(subject)]
        for group in subjects.values()
    ]


def watch_own(*, origin: str, index: int, void: str, at: datetime) -> None:
    """Look at an entry of ours that was judged anew: a certificate that fell is work for its body.

    Runs in the transaction that keeps the judgement.
    """
    row = entry_at(origin=origin, index=index)
    if row is None or row.kind != Kind.ISSUED:
        return
    key = f"fallen {row.subject}"
    if void:
        facts = {"number": row.number, "reason": void}
        about = {"subject": row.subject, "act": row.act}
        raise_alarm(origin=origin, key=key, code=FALLEN, at=at, **about, **facts)
    else:
        end_alarm(origin=origin, key=key, at=at)


def _set_aside(origin: str, index: int, void: str, at: datetime) -> None:
    is_right_missing = void.startswith(("trust.", "issuer."))
    code, key = NO_RIGHT if is_right_missing else NO_ACT, f"void {void}"
    known = Alarm.objects.filter(origin=origin, key=key, ended_at=None).first()
    facts = orjson.loads(known.facts) if known else {"count": "0", "first": str(index)}
    if not known:
        facts["reason"] = void
    facts |= {"count": str(int(facts["count"]) + 1), "last": str(index)}
    name = "" if known else f"entry-{index}"
    evidence = _write_evidence(origin, name, [(origin, index)], code, at) if name else ""
    raise_alarm(origin=origin, key=key, code=code, at=at, evidence=evidence, **facts)


def _evidence_of_number(origin: str, twins: Sequence[LoggedAct], at: datetime) -> str:
    name = hashlib.sha256("\n".join(sorted(one.digest for one in twins)).encode()).hexdigest()[:32]
    places = [(_origin_of(one), one.index) for one in twins]
    return _write_evidence(origin, f"number-{name}", places, NUMBER_TWICE, at)


def _write_evidence(
    origin: str, name: str, places: Sequence[tuple[str, int]], code: str, at: datetime
) -> str:
    """Write the file beside the mirror; an alarm without it is better than none."""
    folder = settings.SYSTEM.mirror_folder(origin)
    path = f"{layout.EVIDENCE}set-aside/{name}.json"
    trust = get_trust()
    try:
        found = [
            (LogView.open(settings.SYSTEM.mirror_folder(one), trust), at) for one, at in places
        ]
        data = evidence_of_entries(found, code=code, at=at).to_bytes()
        Directory(folder).replace(path, data)
    except CertoriginError:
        return ""
    return str((folder / path).relative_to(settings.SYSTEM.folder))


def _origin_of(entry: LoggedAct) -> str:
    first, second = entry.act.corridor.states
    agreement = entry.act.corridor.agreement
    return f"certorigin/{entry.publisher}/{first}-{second}/{agreement}/{entry.term}"
