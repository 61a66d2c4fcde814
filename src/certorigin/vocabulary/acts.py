"""Acts: everything that is sealed and crosses the border. Each is past tense, and final.

An act says who (issuer), what (kind, with a body of its own), about which certificate (subject),
because of which earlier acts (causes), in which corridor, and when by the issuer's claim. Legal
time is not in it: that is the time of the first cosigned head which covers it (architecture.md 1).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import URN, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CONTEXT = ("https://www.w3.org/ns/credentials/v2", "urn:certorigin:context:v1")
MOST_CAUSES = 100
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Kind(StrEnum):
    """What happened to the subject. The value is the type of the credential.

    Further kinds will join. A mirror keeps an entry whose kind it does not know, as verified bytes.
    """

    ISSUED = "Issued"
    REPLACED = "Replaced"
    ANNULLED = "Annulled"
    UTILISED = "Utilised"
    REFUSED = "Refused"
    USE_CORRECTED = "UseCorrected"
    DIVIDED = "Divided"
    SOLD = "Sold"
    PAPER_DEMANDED = "PaperDemanded"
    PAPER_ANSWERED = "PaperAnswered"
    TERM_OPENED = "TermOpened"
    TERM_CLOSED = "TermClosed"
    DAY_STATED = "DayStated"
    TRAIL_STATED = "TrailStated"
    SERVICE_DISTURBED = "ServiceDisturbed"
    SERVICE_RESTORED = "ServiceRestored"
    VERIFICATION_REQUESTED = "VerificationRequested"
    VERIFICATION_REPEATED = "VerificationRepeated"
    VERIFICATION_REPLIED = "VerificationReplied"
    VERIFICATION_JUDGED = "VerificationJudged"
    PREFERENCE_RESTORED = "PreferenceRestored"
    REVIEW_ANNOUNCED = "ReviewAnnounced"


# The member of the subject that holds the body of each kind.
BODY_MEMBER = {
    Kind.ISSUED: "certificate",
    Kind.REPLACED: "replacement",
    Kind.ANNULLED: "annulment",
    Kind.UTILISED: "utilisation",
    Kind.REFUSED: "refusal",
    Kind.USE_CORRECTED: "useCorrection",
    Kind.DIVIDED: "division",
    Kind.SOLD: "sale",
    Kind.PAPER_DEMANDED: "paperDemand",
    Kind.PAPER_ANSWERED: "paperAnswer",
    Kind.TERM_OPENED: "termOpening",
    Kind.TERM_CLOSED: "termClosing",
    Kind.DAY_STATED: "dayStatement",
    Kind.TRAIL_STATED: "trailStatement",
    Kind.SERVICE_DISTURBED: "disturbance",
    Kind.SERVICE_RESTORED: "restoration",
    Kind.VERIFICATION_REQUESTED: "verificationRequest",
    Kind.VERIFICATION_REPEATED: "verificationRepeat",
    Kind.VERIFICATION_REPLIED: "verificationReply",
    Kind.VERIFICATION_JUDGED: "verificationJudgement",
    Kind.PREFERENCE_RESTORED: "preferenceRestoration",
    Kind.REVIEW_ANNOUNCED: "review",
}


@dataclass(frozen=True)
class Cause:
    """An earlier act, by its id and the SHA-256 of its sealed bytes: it can't be swapped."""

    act: str
    digest: str

    @classmethod
    def from_record(cls, record: Record) -> Cause:
        """Read `{"act": "urn:uuid:…", "digest": "<64 hex>"}`. Raises MalformedError."""
        return cls(record.text("act", pattern=_UUID), record.text("digest", pattern=_DIGEST))

    def to_data(self) -> dict[str, Any]:
        """Write the cause; the inverse of reading."""
        return {"act": self.act, "digest": self.digest}


@dataclass(frozen=True)
class Act:
    """One act. `body` is kept as data: the reader of each kind is in the stop that knows it."""

    id: str
    kind: Kind
    issuer: str
    at: datetime
    corridor: Corridor
    subject: str
    body: Mapping[str, Any]
    causes: tuple[Cause, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Write the act as an unsecured Verifiable Credential 2.0; the inverse of reading."""
        subject: dict[str, Any] = {
            "id": self.subject,
            "corridor": str(self.corridor),
            BODY_MEMBER[self.kind]: dict(self.body),
        }
        if self.causes:
            subject["causes"] = [cause.to_data() for cause in self.causes]
        return {
            "@context": list(CONTEXT),
            "id": self.id,
            "type": ["VerifiableCredential", str(self.kind)],
            "issuer": self.issuer,
            "validFrom": moment_to_text(self.at),
            "credentialSubject": subject,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Act:
        """Read an act from a credential, secured or not. Raises MalformedError with the place."""
        record = Record(document)
        record.pass_over("proof")
        _expect(record, "@context", list(CONTEXT))
        kind = kind_of(record.value("type"))
        act = record.part("credentialSubject", lambda subject: _subject(cls, record, subject, kind))
        record.finish()
        return act


def _expect(record: Record, name: str, expected: object) -> None:
    if record.value(name) != expected:
        raise MalformedError("act.context_unknown", place=record.at(name))


def kind_of(types: object) -> Kind:
    """Read the type of a credential. Raises MalformedError (`act.kind_unknown`)."""
    if isinstance(types, list) and len(types) == 2 and types[0] == "VerifiableCredential":
        for kind in Kind:
            if kind == types[1]:
                return kind
    raise MalformedError("act.kind_unknown", place="type", value=str(types)[:80])


def _subject(cls: type[Act], record: Record, subject: Record, kind: Kind) -> Act:
    body = subject.value(BODY_MEMBER[kind])
    if not isinstance(body, dict):
        raise MalformedError("record.not_an_object", place=subject.at(BODY_MEMBER[kind]))
    corridor = Corridor.from_text(subject.text("corridor"), place=subject.at("corridor"))
    return cls(
        id=record.text("id", pattern=_UUID),
        kind=kind,
        issuer=record.text("issuer", pattern=URN),
        at=record.moment("validFrom"),
        corridor=corridor,
        subject=subject.text("id", pattern=URN),
        body=body,
        causes=subject.parts("causes", Cause.from_record, limit=MOST_CAUSES),
    )
