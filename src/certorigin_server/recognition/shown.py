"""A report as people read it: parts with words and dates, sources with their age, the bottom line.

What was decided is shown from the report that was kept, so both kinds go through its written form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format

from certorigin.recognition.advice import (
    advice_for,
    advice_on_findings,
    advice_on_reason,
    may_pass,
)
from certorigin.recognition.report import CODES, Outcome, names_in
from certorigin.terminal.sentences import say
from certorigin.vocabulary.moment import moment_from_text
from certorigin_server.desk.findings import in_our_time, span
from certorigin_server.mirror.queries import logs_of
from certorigin_server.seal.shown import name_of
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin_server.recognition.examination import Examination

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECONDS = frozenset({"age", "limit"})

# Said in plainer words than to the operator of the command line.
_PLAIN = {
    "integrity.sound": "web.said_sound",
    "issuer.entitled": "web.said_entitled",
    "registration.registered": "web.said_registered",
    "freshness.fresh": "web.said_fresh",
    "freshness.stale": "web.said_stale",
}
_LINES = {
    Outcome.RECOGNISED: "web.line_recognised",
    Outcome.REFUSED: "web.line_refused",
    Outcome.UNDETERMINED: "web.line_undetermined",
    Outcome.NOT_ASKED: "web.line_not_asked",
}
_HELP = {
    Outcome.RECOGNISED: "web.line_recognised_help",
    Outcome.REFUSED: "web.line_refused_help",
    Outcome.UNDETERMINED: "web.line_undetermined_help",
}
_NOTICES = {
    Outcome.RECOGNISED: "good",
    Outcome.REFUSED: "bad",
    Outcome.UNDETERMINED: "wait",
}


@dataclass(frozen=True)
class PartShown:
    """One part: the codes of its name and its outcome, what was found, what to do next."""

    name: str
    outcome: str
    message: str
    advice: str


@dataclass(frozen=True)
class Source:
    """What an answer rests on: its name in words, the moment from which it is, and its age."""

    name: str
    of: datetime | date | None
    age: str
    renewal: date | None = None


@dataclass(frozen=True)
class Verdict:
    """A report for a page: codes of the bottom line, and `tone`, the looks of its notice."""

    line: str
    help: str
    tone: str
    parts: tuple[PartShown, ...]
    checked_at: datetime
    may_pass: bool = False
    reason: str = ""
    advice: str = ""
    legal_time: datetime | None = None
    head_time: datetime | None = None
    is_without_preference: bool = False

    @property
    def is_recognised(self) -> bool:
        """Say whether every part was recognised."""
        return self.line == _LINES[Outcome.RECOGNISED]


def verdict_of(found: Examination, *, at: datetime, language: str) -> Verdict:
    """Show what an examination found; without a report it is undetermined, for a named reason."""
    if found.report is not None:
        return verdict_from(found.report.to_data(), language)
    outcome = Outcome.UNDETERMINED
    return Verdict(
        line=_LINES[outcome],
        help=_HELP[outcome],
        tone=_NOTICES[outcome],
        parts=(),
        checked_at=at,
        may_pass=True,
        reason=say(found.reason, {}, language),
        advice=say(advice_on_reason(found.reason), {}, language),
    )


def verdict_from(data: Mapping[str, Any], language: str) -> Verdict:
    """Show a report in its written form."""
    outcome = Outcome(data["bottom_line"])
    legal_time, head_time = data.get("legal_time"), data.get("head", {}).get("time")
    names = names_in(data["parts"])
    codes = [data["parts"][name]["code"] for name in names]
    return Verdict(
        line=_LINES[outcome],
        help=_HELP[outcome],
        tone=_NOTICES[outcome],
        parts=tuple(_part(name, data, language) for name in names),
        checked_at=moment_from_text(data["at"], place="at"),
        may_pass=outcome is Outcome.UNDETERMINED and may_pass(codes),
        legal_time=moment_from_text(legal_time, place="legal_time") if legal_time else None,
        head_time=moment_from_text(head_time, place="head") if head_time else None,
        is_without_preference=data.get("preference") == "none",
    )


def sources_of(corridor: str, state: str, *, at: datetime, language: str) -> list[Source]:
    """Return the age of each source on this side of the border: registers and trust lists."""
    found = []
    for row in logs_of(corridor):
        if row.publisher.startswith(f"{state}-") and row.status != "closed":
            name = say("web.source_register", {"publisher": row.publisher}, language)
            found.append(Source(name, row.heartbeat, _age(row.heartbeat, at, language)))
    trust = get_trust()
    for one in trust.states:
        contents = trust.newest(one).contents
        facts = {"state": one, "version": str(trust.newest(one).version)}
        name = say("web.source_list", facts, language)
        days = max(0, (timezone.localdate(at) - contents.valid_from).days)
        age = span(days * 86_400, language)
        found.append(Source(name, contents.valid_from, age, contents.next_update))
    return found


def line_of(outcome: str) -> str:
    """Return the code under which an outcome is shown."""
    return _LINES[Outcome(outcome)]


def _part(name: str, data: Mapping[str, Any], language: str) -> PartShown:
    part = data["parts"][name]
    code = part["code"]
    facts = {key: _written(key, str(value), language) for key, value in part["facts"].items()}
    if "issuer" in facts:
        facts["issuer"] = name_of(facts["issuer"])
    legal_time = _written("time", data.get("legal_time", ""), language)
    advices = [advice_for(code)] if code in CODES else []
    advices += advice_on_findings(part["facts"].get("findings", "").split(", "))
    message = say(_PLAIN.get(code, code), {"legal_time": legal_time} | facts, language)
    return PartShown(
        name=f"verify.part.{name}",
        outcome=_LINES[Outcome(part["outcome"])],
        message=message,
        advice=" ".join(say(advice, {}, language) for advice in advices if advice),
    )


def _written(name: str, value: str, language: str) -> str:
    """Write moments, days and spans of a fact as people here write them."""
    if _MOMENT.fullmatch(value):
        moment = in_our_time(moment_from_text(value, place=name))
        return date_format(moment, "SHORT_DATETIME_FORMAT")
    if _DAY.fullmatch(value):
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    if name in _SECONDS and value.isdecimal():
        return span(int(value), language)
    return value


def _age(moment: datetime | None, at: datetime, language: str) -> str:
    return span(max(0, int((at - moment).total_seconds())), language) if moment else "—"
