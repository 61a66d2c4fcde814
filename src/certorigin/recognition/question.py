"""A certificate asked for by number and date, and the judgement of what the partner answers (R11).

The answer is a file of bundles, a line each: every certificate of that number and date that the
partner issued for this corridor, then the acts that ended one of them. Nothing in it is believed
for having come from the partner: each bundle is verified as one that a trader brought. What does
not prove itself is no evidence against a certificate, for a bad line can make it so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from certorigin.errors import LimitError, MalformedError, VerificationError
from certorigin.late import dataclass
from certorigin.mirror.acts import verify_act
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.registration import Registrar
from certorigin.recognition.report import Outcome, part
from certorigin.recognition.verify import Verifier
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from certorigin.mirror.view import LogView
    from certorigin.recognition.report import Report
    from certorigin.seal.trust.trust import Trust

MAX_ANSWER = 8 << 20
MAX_BUNDLES = 16
ENDINGS = (Kind.ANNULLED, Kind.REPLACED)

_MAX_NUMBER = 60
_NAMES = {"date", "form", "number"}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_FORM = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}", re.ASCII)
# The partner's signed heads and our own mirror say these; a bad line can't.
_EVIDENCE = frozenset({"registration.mirror_differs", "registration.publisher_differs"})


@dataclass(frozen=True)
class Question:
    """Which certificate is asked for: a form, a number as people write it, the date of box 12."""

    form: str
    number: str
    date: date

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Question:
        """Read the query of a request. Raises MalformedError for anything else than a question."""
        if set(query) != _NAMES:
            raise MalformedError("question.malformed", place="query")
        form, number, day = query["form"], query["number"], query["date"]
        if not _FORM.fullmatch(form) or len(number) > _MAX_NUMBER or not number_key(number):
            raise MalformedError("question.malformed", place="number")
        try:
            asked = date.fromisoformat(day) if _DATE.fullmatch(day) else None
        except ValueError:
            asked = None
        if asked is None:
            raise MalformedError("question.malformed", place="date")
        return cls(form, number, asked)

    def to_path(self) -> str:
        """Write the path and query below the exchange's address; the inverse of reading."""
        members = {"date": self.date.isoformat(), "form": self.form, "number": self.number}
        return f"certificate?{urlencode(members, quote_via=quote, safe='')}"


@dataclass(frozen=True)
class Answered:
    """One certificate of an answer: its bundle as it came, and what may be held of it."""

    bundle: Bundle
    report: Report


def write_answer(bundles: Iterable[Bundle]) -> bytes:
    """Write an answer: the certificates first. Raises MalformedError as `Bundle.to_bytes`."""
    return b"".join(bundle.to_bytes() + b"\n" for bundle in bundles)


def read_answer(raw: bytes) -> list[Bundle]:
    """Read the bundles of an answer; nothing is believed yet. Raises MalformedError, LimitError."""
    if len(raw) > MAX_ANSWER:
        raise LimitError("question.answer_too_long", place="", limit=str(MAX_ANSWER))
    lines = raw.split(b"\n")
    if lines.pop() or not 1 <= len(lines) <= MAX_BUNDLES:
        raise MalformedError("question.answer_malformed", place="", reason="lines")
    return [Bundle.from_bytes(line) for line in lines]


def verify_answer(
    raw: bytes,
    question: Question,
    *,
    issued_in: str,
    trust: Trust,
    at: datetime,
    mirrors: Sequence[LogView] = (),
) -> list[Answered]:
    """Verify an answer as of a moment, offline; return what may be held of each certificate.

    Raises MalformedError and LimitError for what is no answer, VerificationError for one to another
    question (`question.answer_differs`) or that does not prove itself (`question.answer_unproven`):
    ask again then, for it says nothing about the certificate.
    """
    verifier, registrar = Verifier(trust, mirrors), Registrar(trust)
    found: dict[str, Answered] = {}
    ended: dict[str, int] = {}
    for bundle in read_answer(raw):
        act = Act.from_document(parse_strict(bundle.act))
        if act.kind is Kind.ISSUED:
            report = verifier.verify(bundle.to_bytes(), at=at)
            _check_proven(report)
            _check_meant(act, question, issued_in)
            found[act.subject] = Answered(bundle, report)
        elif act.kind in ENDINGS and act.subject in found:
            verify_act(bundle.act)
            if registrar.verify(bundle).part.outcome is Outcome.REFUSED:
                raise VerificationError("question.answer_unproven", fault="registration")
            ended[act.subject] = ended.get(act.subject, 0) + 1
        else:
            raise VerificationError("question.answer_differs", kind=str(act.kind))
    return [_with_ends(one, ended.get(subject, 0)) for subject, one in found.items()]


def _check_proven(report: Report) -> None:
    """Refuse what a bad line could have made of any answer."""
    for name in ("integrity", "registration"):
        found = report.parts[name]
        if found.outcome is Outcome.REFUSED and found.code not in _EVIDENCE:
            raise VerificationError("question.answer_unproven", fault=found.code)


def _check_meant(act: Act, question: Question, issued_in: str) -> None:
    """Refuse another certificate than the one that was asked for."""
    certificate = Record(dict(act.body), "certificate")
    box = Record(certificate.value("certification"), "certification")
    meant = (question.form, number_key(question.number), question.date.isoformat(), issued_in)
    told = (
        certificate.text("form"),
        number_key(certificate.text("number")),
        box.text("date"),
        certificate.text("issuingCountry"),
    )
    if told != meant:
        raise VerificationError("question.answer_differs", kind=told[1][:_MAX_NUMBER])


def _with_ends(answered: Answered, ended: int) -> Answered:
    """An end that our mirror does not hold yet leaves the standing open: it has no legal time."""
    report = answered.report
    standing = report.parts["standing"]
    if not ended or standing.outcome is Outcome.REFUSED:
        return answered
    parts = {**report.parts, "standing": part("standing.end_not_mirrored", acts=str(ended))}
    return Answered(answered.bundle, replace(report, parts=parts))
