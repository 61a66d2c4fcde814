"""What a state asks of a certificate beyond the form itself: dated rules that it publishes as data.

    rules = AcceptanceRules.from_data(parsed)
    check = check_acceptance(rules, Subject.of_certificate(certificate), at=day)
    check.verdict      # accepted, asked, refused or open
    check.answers      # every rule: whether it holds, its clause, and the places at which it fails

The rules are the state's own statement; nothing here limits what its customs may do (R19).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.assessment.step import Outcome
from certorigin.certification.acceptance_rules import RULES, read_rule
from certorigin.errors import MalformedError
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.record import FORM, Record

if TYPE_CHECKING:
    from certorigin.application.draft import Application
    from certorigin.certification.acceptance_rules import Rule
    from certorigin.vocabulary.certificate import Certificate

FORMAT = "certorigin-acceptance/v1"
MOST_RULES = 500
REFUSED, ASKED = "refused", "asked"

_VERSION = re.compile(r"[1-9]\d{0,5}")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,60}")


class Verdict(StrEnum):
    """Whether the document would be accepted, as far as the published rules tell."""

    ACCEPTED = "accepted"
    ASKED = "asked"
    REFUSED = "refused"
    OPEN = "open"


@dataclass(frozen=True)
class PublishedRule:
    """A rule with its clause, from when until when it holds, and what follows when it fails."""

    name: str
    rule: Rule
    clause: str
    consequence: str
    since: date | None = None
    until: date | None = None
    note: str = ""

    @classmethod
    def from_record(cls, record: Record) -> PublishedRule:
        """Read a rule. Raises MalformedError."""
        since, until = _days(record)
        return cls(
            name=record.text("name", pattern=_NAME),
            rule=read_rule(record),
            clause=record.text("clause"),
            consequence=record.choice("consequence", (REFUSED, ASKED)),
            since=since,
            until=until,
            note=record.text_or("note"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the rule; the inverse of reading."""
        data: dict[str, Any] = {
            "name": self.name,
            "clause": self.clause,
            "consequence": self.consequence,
        }
        days = {"from": self.since, "until": self.until}
        data |= {name: day.isoformat() for name, day in days.items() if day}
        data |= {"note": self.note} if self.note else {}
        return data | self.rule.to_data()

    def holds_on(self, day: date) -> bool:
        """Say whether the rule is in force on a day; both its first and its last day count."""
        return (self.since or day) <= day <= (self.until or day)


@dataclass(frozen=True)
class AcceptanceRules:
    """The rules of one state for certificates of one form from some states."""

    state: str
    form: str
    issued_in: tuple[str, ...]
    version: int
    since: date
    until: date | None
    source: str
    rules: tuple[PublishedRule, ...]

    @classmethod
    def from_data(cls, data: object) -> AcceptanceRules:
        """Read a publication to its last member. Raises MalformedError."""
        record = Record(data)
        record.choice("format", (FORMAT,))
        state = country_from_text(record.text("state"), place="state")
        issued = enumerate(record.texts("issuedIn", limit=300))
        since, until = _days(record)
        if since is None:
            raise MalformedError("record.member_missing", place="from")
        found = cls(
            state=state,
            form=record.text("form", pattern=FORM),
            issued_in=tuple(country_from_text(one, place=f"issuedIn[{at}]") for at, one in issued),
            version=int(record.text("version", pattern=_VERSION)),
            since=since,
            until=until,
            source=record.text("source"),
            rules=record.parts("rules", PublishedRule.from_record, limit=MOST_RULES),
        )
        record.finish()
        names = [rule.name for rule in found.rules]
        for index, name in enumerate(names):
            if name in names[:index]:
                place = f"rules[{index}].name"
                raise MalformedError("acceptance.name_twice", place=place, value=name)
        return found

    def to_data(self) -> dict[str, Any]:
        """Write the publication; the inverse of reading."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "state": self.state,
            "form": self.form,
            "issuedIn": list(self.issued_in),
            "version": str(self.version),
            "from": self.since.isoformat(),
            "source": self.source,
            "rules": [rule.to_data() for rule in self.rules],
        }
        return data | ({"until": self.until.isoformat()} if self.until else {})

    def speaks_of(self, subject: Subject, *, at: date) -> bool:
        """Say whether the rules are for such a document on a day; an open fact may still fit."""
        fits = {subject.destination or self.state} == {self.state}
        fits = fits and (subject.issued_in in self.issued_in or not self.issued_in)
        return fits and self.since <= at <= (self.until or at)


@dataclass(frozen=True)
class Subject:
    """A certificate, or an application for one, as the rules look at it.

    `pending` names members that a certificate will have and an application does not: a rule about
    one of them stays open.
    """

    data: dict[str, Any]
    issued_in: str
    pending: frozenset[str] = frozenset()

    @classmethod
    def of_certificate(cls, certificate: Certificate) -> Subject:
        """Look at a certificate, or at its draft."""
        return cls(certificate.to_data(), certificate.issued_in)

    @classmethod
    def of_application(cls, application: Application, *, issued_in: str) -> Subject:
        """Look at an application that a body of `issued_in` would decide on."""
        pending = frozenset({"medium", "number", "certification", "originCriterion"})
        data = application.to_data()
        if "declaration" in data:
            data["applicantDeclaration"] = data.pop("declaration")
        else:
            pending |= {"applicantDeclaration"}
        invoice = data.get("invoice")
        for item in data.get("items", []):
            if invoice:
                item.setdefault("invoice", invoice)
        return cls(data, issued_in, pending)

    @property
    def destination(self) -> str:
        """The state of destination, empty where it is not stated yet."""
        return str(self.data.get("destinationCountry", ""))


@dataclass(frozen=True)
class Answer:
    """One rule: whether the document keeps it, and the places at which it does not."""

    name: str
    rule: str
    outcome: Outcome
    consequence: str
    clause: str
    places: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    note: str = ""

    def to_data(self) -> dict[str, Any]:
        """Write the answer for machines."""
        return {
            "name": self.name,
            "rule": self.rule,
            "held": str(self.outcome),
            "consequence": self.consequence,
            "clause": self.clause,
            "places": list(self.places),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True)
class Check:
    """Every rule tried on a document."""

    rules: AcceptanceRules
    at: date
    answers: tuple[Answer, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst that can be said; `open` when only unknown facts stand in the way."""
        failed = {one.consequence for one in self.answers if one.outcome is Outcome.NOT_MET}
        if REFUSED in failed:
            return Verdict.REFUSED
        if ASKED in failed:
            return Verdict.ASKED
        is_open = any(one.outcome is Outcome.UNDETERMINED for one in self.answers)
        return Verdict.OPEN if is_open else Verdict.ACCEPTED

    @property
    def worth_telling(self) -> tuple[Answer, ...]:
        """What is not kept, and what is not known, the gravest first."""
        order = (Outcome.NOT_MET, Outcome.UNDETERMINED)
        found = [one for one in self.answers if one.outcome in order]
        gravity = {REFUSED: 0, ASKED: 1}
        found.sort(key=lambda one: (order.index(one.outcome), gravity[one.consequence]))
        return tuple(found)

    def to_data(self) -> dict[str, Any]:
        """Write the check for machines."""
        return {
            "format": "certorigin-acceptance-check/v1",
            "state": self.rules.state,
            "version": str(self.rules.version),
            "at": self.at.isoformat(),
            "verdict": str(self.verdict),
            "answers": [one.to_data() for one in self.answers],
        }


def check_acceptance(rules: AcceptanceRules, subject: Subject, *, at: date) -> Check:
    """Try every rule that is in force on a day. Rules for other goods or states raise UnknownError.

    Raises MalformedError (`acceptance.not_for_this`) when the rules are not for such a document.
    """
    if not rules.speaks_of(subject, at=at):
        raise MalformedError(
            "acceptance.not_for_this",
            place="",
            state=rules.state,
            issuing=subject.issued_in,
            day=at.isoformat(),
        )
    answers = []
    form = RULES["forms"]((rules.form,))
    own = PublishedRule("form", form, "the form itself", REFUSED)
    for one in (own, *rules.rules):
        if one.holds_on(at):
            outcome, places = one.rule.holds(subject.data, subject.pending, at)
            answers.append(
                Answer(
                    one.name,
                    one.rule.kind,
                    outcome,
                    one.consequence,
                    one.clause,
                    places,
                    one.rule.facts(),
                    one.note,
                )
            )
    return Check(rules, at, tuple(answers))


def _days(record: Record) -> tuple[date | None, date | None]:
    since = record.day("from") if record.has("from") else None
    until = record.day("until") if record.has("until") else None
    if since and until and until < since:
        raise MalformedError("acceptance.ends_before_it_begins", place=record.at("until"))
    return since, until
