"""An act with its place in a log, and who may publish what about a certificate."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from certorigin.errors import MalformedError
from certorigin.late import Later, dataclass
from certorigin.vocabulary.acts import BODY_MEMBER, Kind
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from certorigin.vocabulary import (
        afterwards,
        bodies,
        certificate,
        demands,
        goods_acts,
        notices,
        plain_body,
        requests,
        use_correction,
    )
    from certorigin.vocabulary.acts import Act
else:
    afterwards = Later("certorigin.vocabulary.afterwards")
    bodies = Later("certorigin.vocabulary.bodies")
    certificate = Later("certorigin.vocabulary.certificate")
    demands = Later("certorigin.vocabulary.demands")
    goods_acts = Later("certorigin.vocabulary.goods_acts")
    notices = Later("certorigin.vocabulary.notices")
    plain_body = Later("certorigin.vocabulary.plain_body")
    requests = Later("certorigin.vocabulary.requests")
    use_correction = Later("certorigin.vocabulary.use_correction")

_Body = TypeVar("_Body")

_INSTALLATION = re.compile(r"([A-Z]{2})-[1-9]\d{0,3}", re.ASCII)
_SUBJECT = re.compile(r"urn:certorigin:certificate:([A-Z]{2}-[1-9]\d{0,3}):([A-Za-z0-9._-]{1,120})")
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class LoggedAct:
    """An act as it lies in a log: publisher and term name the log, `index` the entry.

    `digest` is the SHA-256 of the sealed bytes in hexadecimal. `legal_time` is the time of the
    first head which covers the entry and carries the partner's cosignature; None while there is
    no such head.
    """

    act: Act
    publisher: str
    term: str
    index: int
    digest: str
    legal_time: datetime | None

    @property
    def registered_at(self) -> datetime:
        """The legal time, or the end of time while there is none."""
        return self.legal_time or _NEVER

    @property
    def order(self) -> tuple[datetime, str, str, int, str]:
        """The place in the one order in which all verifiers fold: unregistered acts come last."""
        return (self.registered_at, self.publisher, self.term, self.index, self.digest)

    def is_registered(self, at: datetime) -> bool:
        """Say whether a cosigned head covered the act by `at`."""
        return self.legal_time is not None and self.legal_time <= at


def state_of(installation: str) -> str:
    """Return the state of an installation: `BY` for `BY-1`. Raises MalformedError."""
    match = _INSTALLATION.fullmatch(installation)
    if match is None:
        raise MalformedError("installation.malformed", place="", value=installation[:40])
    return country_from_text(match[1])


def certificate_subject(installation: str, name: str) -> str:
    """Return the subject of a new certificate: `urn:certorigin:certificate:BY-1:<name>`.

    The subject names the installation that publishes it, so that nobody else can publish an
    `Issued` for it first. `name` is free within the installation, such as a UUID.
    Raises MalformedError.
    """
    state_of(installation)
    subject = f"urn:certorigin:certificate:{installation}:{name}"
    if not _SUBJECT.fullmatch(subject):
        raise MalformedError("certificate.subject_malformed", place="subject", value=subject[:80])
    return subject


def publisher_of(subject: str) -> str | None:
    """Return the installation that the subject of a certificate names, or None if it names none."""
    match = _SUBJECT.fullmatch(subject)
    return match[1] if match else None


def read_body(act: Act, read: Callable[[Record], _Body]) -> _Body:
    """Read the body of an act to its last member. Raises MalformedError with the place."""
    record = Record(act.body, BODY_MEMBER[act.kind])
    body = read(record)
    record.finish()
    return body


def read_certificate(act: Act) -> certificate.Certificate:
    """Read the certificate that an `Issued` issues. Raises MalformedError with the place."""
    if isinstance(act.body, plain_body.PlainBody):
        return plain_body.certificate_in(act.body)
    return read_body(act, certificate.Certificate.from_record)


@cache
def _readers() -> dict[Kind, Callable[[Record], object]]:
    return {
        Kind.ISSUED: certificate.Certificate.from_record,
        Kind.REPLACED: bodies.Replacement.from_record,
        Kind.ANNULLED: bodies.Annulment.from_record,
        Kind.UTILISED: bodies.Utilisation.from_record,
        Kind.REFUSED: bodies.Refusal.from_record,
        Kind.USE_CORRECTED: use_correction.UseCorrection.from_record,
        Kind.DIVIDED: goods_acts.Division.from_record,
        Kind.SOLD: goods_acts.Sale.from_record,
        Kind.PAPER_DEMANDED: demands.PaperDemand.from_record,
        Kind.PAPER_ANSWERED: demands.PaperAnswer.from_record,
        Kind.TERM_OPENED: bodies.TermOpening.from_record,
        Kind.TERM_CLOSED: bodies.TermClosing.from_record,
        Kind.DAY_STATED: notices.DayStatement.from_record,
        Kind.TRAIL_STATED: notices.TrailStatement.from_record,
        Kind.SERVICE_DISTURBED: notices.Disturbance.from_record,
        Kind.SERVICE_RESTORED: notices.Restoration.from_record,
        Kind.VERIFICATION_REQUESTED: requests.VerificationRequest.from_record,
        Kind.VERIFICATION_REPEATED: requests.VerificationRepeat.from_record,
        Kind.VERIFICATION_REPLIED: requests.VerificationReply.from_record,
        Kind.VERIFICATION_JUDGED: requests.VerificationJudgement.from_record,
        Kind.PREFERENCE_RESTORED: afterwards.PreferenceRestoration.from_record,
        Kind.REVIEW_ANNOUNCED: afterwards.Review.from_record,
    }


def check_body(act: Act) -> None:
    """Read the body of an act of any kind, and so find what a schema can't see: a 31st of June.

    Raises MalformedError with the place. An act that fails here must never count: the standing of
    its certificate could not be folded any more.
    """
    read_body(act, _readers()[act.kind])
