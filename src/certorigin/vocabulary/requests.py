"""The bodies of acts about verification: asked, repeated, answered, judged (Rules 9-1; R52-R55)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.record import URN

if TYPE_CHECKING:
    from collections.abc import Callable

    from certorigin.vocabulary.record import Record


class _HasNumber(Protocol):
    @property
    def number(self) -> int: ...


_Numbered = TypeVar("_Numbered", bound=_HasNumber)

MOST_QUESTIONS = 20
MOST_PARTS = 12
# What was done with the preference while the answer is awaited.
GRANTED, WITHHELD = "granted", "withheld"
NO_ANSWER, INADEQUATE_ANSWER = "no_answer", "inadequate_answer"
CONFIRMED, NOT_CONFIRMED, CORRECTED, CANNOT_ANSWER = RESULTS = (
    "confirmed",
    "not_confirmed",
    "corrected",
    "cannot_answer",
)
ADEQUATE, INADEQUATE, WITHDRAWN = OUTCOMES = ("adequate", "inadequate", "withdrawn")

_CODE = re.compile(r"[a-z0-9_.]{2,80}")
_NUMBER = re.compile(r"[1-9][0-9]?")
_SEQUENCE = re.compile(r"[1-9][0-9]{0,6}")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_AGREEMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,59}")


@dataclass(frozen=True)
class Question:
    """One exact question: what it bears on (a code), which item, and details where needed."""

    number: int
    topic: str
    item: int | None = None
    detail: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Question:
        """Read a question. Raises MalformedError."""
        return cls(
            number=int(record.text("number", pattern=_NUMBER)),
            topic=record.text("topic", pattern=_CODE),
            item=int(record.text("item", pattern=_SEQUENCE)) if record.has("item") else None,
            detail=record.text_or("detail"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the question; the inverse of reading."""
        data = {"number": str(self.number), "topic": self.topic}
        data |= {"item": str(self.item)} if self.item is not None else {}
        return data | ({"detail": self.detail} if self.detail else {})


@dataclass(frozen=True)
class VerificationRequest:
    """Customs asks the issuing body about one certificate; the registration starts the clock.

    `preference` says what was done with it meanwhile; `declaration` names the goods declaration.
    """

    certificate: CertificateReference
    registration: DocumentReference
    grounds: tuple[str, ...]
    questions: tuple[Question, ...]
    preference: str
    post: str
    officer: str
    declaration: DocumentReference | None = None
    remark: str = ""

    @classmethod
    def from_record(cls, record: Record) -> VerificationRequest:
        """Read a request. Raises MalformedError, also without grounds or questions."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            registration=record.part("registration", DocumentReference.from_record),
            grounds=_codes(record, "grounds"),
            questions=_numbered(record, "questions", Question.from_record),
            preference=record.choice("preference", (GRANTED, WITHHELD)),
            post=record.text("post"),
            officer=record.text("officer", pattern=URN),
            declaration=record.part_or_none("underDeclaration", DocumentReference.from_record),
            remark=record.text_or("remark"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the request; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "registration": self.registration.to_data(),
            "grounds": list(self.grounds),
            "questions": [one.to_data() for one in self.questions],
            "preference": self.preference,
            "post": self.post,
            "officer": self.officer,
        }
        data |= {"underDeclaration": self.declaration.to_data()} if self.declaration else {}
        return data | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True)
class VerificationRepeat:
    """Customs asks once more, as the Rules oblige it; `request` is the id of the first act."""

    certificate: CertificateReference
    request: str
    registration: DocumentReference
    cause: str
    post: str
    officer: str
    remark: str = ""

    @classmethod
    def from_record(cls, record: Record) -> VerificationRepeat:
        """Read a repeat. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            request=record.text("request", pattern=_UUID),
            registration=record.part("registration", DocumentReference.from_record),
            cause=record.choice("repeatedFor", (NO_ANSWER, INADEQUATE_ANSWER)),
            post=record.text("post"),
            officer=record.text("officer", pattern=URN),
            remark=record.text_or("remark"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the repeat; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "request": self.request,
            "registration": self.registration.to_data(),
            "repeatedFor": self.cause,
            "post": self.post,
            "officer": self.officer,
        }
        return data | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True)
class Answer:
    """The answer to one question, with the facts on which it rests."""

    number: int
    result: str
    facts: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Answer:
        """Read an answer. Raises MalformedError."""
        return cls(
            number=int(record.text("number", pattern=_NUMBER)),
            result=record.choice("result", RESULTS),
            facts=record.text_or("facts"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the answer; the inverse of reading."""
        data = {"number": str(self.number), "result": self.result}
        return data | ({"facts": self.facts} if self.facts else {})


@dataclass(frozen=True)
class Determined:
    """What an assessment came to for one item."""

    item: int
    outcome: str
    criterion: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Determined:
        """Read an outcome. Raises MalformedError."""
        return cls(
            item=int(record.text("sequence", pattern=_SEQUENCE)),
            outcome=record.text("outcome", pattern=_CODE),
            criterion=record.text_or("criterion"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the outcome; the inverse of reading."""
        data = {"sequence": str(self.item), "outcome": self.outcome}
        return data | ({"criterion": self.criterion} if self.criterion else {})


@dataclass(frozen=True)
class AttachedAssessment:
    """An assessment that the asking side can run again: facts, rules by digest, day and outcome.

    The worksheet is its canonical text, cut into parts as long as a text may be.
    """

    agreement: str
    rules: str
    day: str
    worksheet: tuple[str, ...]
    determined: tuple[Determined, ...]

    @classmethod
    def from_record(cls, record: Record) -> AttachedAssessment:
        """Read an assessment. Raises MalformedError."""
        parts = record.texts("worksheet", limit=MOST_PARTS)
        determined = record.parts("items", Determined.from_record)
        for name, found in (("worksheet", parts), ("items", determined)):
            if not found:
                raise MalformedError("record.member_missing", place=record.at(name))
        return cls(
            agreement=record.text("agreement", pattern=_AGREEMENT),
            rules=record.text("rules", pattern=_DIGEST),
            day=record.day("date").isoformat(),
            worksheet=parts,
            determined=determined,
        )

    def to_data(self) -> dict[str, Any]:
        """Write the assessment; the inverse of reading."""
        return {
            "agreement": self.agreement,
            "rules": self.rules,
            "date": self.day,
            "worksheet": list(self.worksheet),
            "items": [one.to_data() for one in self.determined],
        }


@dataclass(frozen=True)
class VerificationReply:
    """The issuing body answers every question (R54); a second person confirmed what one drafted."""

    certificate: CertificateReference
    request: str
    answers: tuple[Answer, ...]
    officer: str
    drafter: str
    finding: str = ""
    assessment: AttachedAssessment | None = None
    remark: str = ""

    @property
    def result(self) -> str:
        """The result as a whole: one answer that is not confirmed outweighs all others."""
        given = {one.result for one in self.answers}
        order = (NOT_CONFIRMED, CANNOT_ANSWER, CORRECTED)
        return next((one for one in order if one in given), CONFIRMED)

    @classmethod
    def from_record(cls, record: Record) -> VerificationReply:
        """Read a reply. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            request=record.text("request", pattern=_UUID),
            answers=_numbered(record, "answers", Answer.from_record),
            officer=record.text("officer", pattern=URN),
            drafter=record.text("draftedBy", pattern=URN),
            finding=record.text("finding", pattern=_CODE) if record.has("finding") else "",
            assessment=record.part_or_none("assessment", AttachedAssessment.from_record),
            remark=record.text_or("remark"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the reply; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "request": self.request,
            "answers": [one.to_data() for one in self.answers],
            "officer": self.officer,
            "draftedBy": self.drafter,
        }
        data |= {"finding": self.finding} if self.finding else {}
        data |= {"assessment": self.assessment.to_data()} if self.assessment else {}
        return data | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True)
class VerificationJudgement:
    """What customs makes of an answer, or that the request is taken back."""

    certificate: CertificateReference
    request: str
    outcome: str
    officer: str
    reply: str = ""
    remark: str = ""

    @classmethod
    def from_record(cls, record: Record) -> VerificationJudgement:
        """Read a judgement. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            request=record.text("request", pattern=_UUID),
            outcome=record.choice("outcome", OUTCOMES),
            officer=record.text("officer", pattern=URN),
            reply=record.text("reply", pattern=_UUID) if record.has("reply") else "",
            remark=record.text_or("remark"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the judgement; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "request": self.request,
            "outcome": self.outcome,
            "officer": self.officer,
        }
        data |= {"reply": self.reply} if self.reply else {}
        return data | ({"remark": self.remark} if self.remark else {})


def _codes(record: Record, name: str) -> tuple[str, ...]:
    found = record.texts(name, limit=MOST_QUESTIONS)
    if not found:
        raise MalformedError("record.member_missing", place=record.at(name))
    for index, code in enumerate(found):
        if not _CODE.fullmatch(code):
            place = f"{record.at(name)}[{index}]"
            raise MalformedError("record.text_misshaped", place=place, value=code[:60])
    return found


def _numbered(
    record: Record, name: str, read: Callable[[Record], _Numbered]
) -> tuple[_Numbered, ...]:
    """Read a list whose members are numbered one by one from 1."""
    found = record.parts(name, read, limit=MOST_QUESTIONS)
    if not found:
        raise MalformedError("record.member_missing", place=record.at(name))
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise MalformedError("request.numbers_broken", place=record.at(name))
    return found
