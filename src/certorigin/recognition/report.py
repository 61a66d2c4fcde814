"""The report: six parts, each with a code and its facts, and one bottom line (architecture.md 4).

A code belongs to one outcome, always. `refused` needs something that was shown to be wrong; what
could not be read, found or decided is `undetermined`, and never one of the other two.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin.recognition.match import MatchReport
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.certificate import Certificate

FORMAT = "certorigin-verification/v1"
PARTS = ("integrity", "issuer", "registration", "standing", "freshness", "match")


class Outcome(StrEnum):
    """What a part comes to, and the bottom line."""

    RECOGNISED = "recognised"
    REFUSED = "refused"
    UNDETERMINED = "undetermined"
    NOT_ASKED = "not_asked"


_RECOGNISED = (
    "integrity.sound issuer.entitled registration.registered standing.valid standing.used_up"
    " standing.as_of_bundle freshness.fresh match.fits"
)
_REFUSED = (
    "integrity.seal_broken integrity.act_malformed integrity.not_a_certificate"
    " issuer.not_the_sealer issuer.state_differs issuer.body_role_missing issuer.body_differs"
    " issuer.key_withdrawn issuer.key_expired issuer.key_not_yet_valid issuer.controller_differs"
    " issuer.role_missing issuer.form_not_allowed issuer.body_not_authorised"
    " issuer.officer_not_entitled issuer.not_entitled"
    " registration.head_forged registration.proof_wrong registration.publisher_differs"
    " registration.mirror_differs"
    " standing.annulled standing.replaced standing.expired standing.other_certificate"
    " match.differs"
)
_UNDETERMINED = (
    "integrity.suite_unknown integrity.version_unknown"
    " issuer.key_unknown issuer.officer_unknown issuer.no_legal_time issuer.not_reached"
    " registration.proof_missing registration.proof_malformed registration.log_unknown"
    " registration.log_key_not_entitled registration.not_cosigned registration.after_at"
    " registration.mirror_behind registration.mirror_damaged registration.not_reached"
    " standing.not_yet_valid standing.pending standing.not_in_mirror standing.undecided"
    " standing.unreadable standing.form_unknown standing.not_reached"
    " freshness.stale freshness.no_time freshness.head_from_future freshness.corridor_unknown"
    " freshness.trust_list_overdue freshness.not_reached"
    " match.undetermined match.not_reached"
)

CODES: Mapping[str, Outcome] = {
    **dict.fromkeys(_RECOGNISED.split(), Outcome.RECOGNISED),
    **dict.fromkeys(_REFUSED.split(), Outcome.REFUSED),
    **dict.fromkeys(_UNDETERMINED.split(), Outcome.UNDETERMINED),
    "match.not_asked": Outcome.NOT_ASKED,
}


@dataclass(frozen=True)
class Part:
    """One part of the answer."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """What the code comes to."""
        return CODES[self.code]

    def to_data(self) -> dict[str, Any]:
        """Write the part for a machine."""
        return {"code": self.code, "facts": dict(self.facts), "outcome": str(self.outcome)}


def part(code: str, **facts: str) -> Part:
    """Make a part. Raises KeyError for a code that docs/spec/verdict.md does not list."""
    _ = CODES[code]
    return Part(code, facts)


def not_reached(name: str) -> Part:
    """Make the part of a question that was not reached, because an earlier one failed."""
    return part(f"{name}.not_reached")


@dataclass(frozen=True)
class HeadUsed:
    """The newest head that the answer rests on."""

    origin: str
    size: int
    time: datetime | None
    source: str  # "mirror" or "bundle"

    def to_data(self) -> dict[str, str]:
        """Write the head for a machine."""
        time = {"time": moment_to_text(self.time)} if self.time else {}
        return {"origin": self.origin, "size": str(self.size), "source": self.source} | time


@dataclass(frozen=True)
class Report:
    """What customs may hold of a certificate at a moment, as of a head."""

    at: datetime
    parts: Mapping[str, Part]
    head: HeadUsed | None = None
    subject: str = ""
    act_id: str = ""
    legal_time: datetime | None = None
    certificate: Certificate | None = None
    standing: Standing | None = None
    match: MatchReport | None = None

    @property
    def bottom_line(self) -> Outcome:
        """One refusal refuses; else one doubt leaves it undetermined; else it is recognised."""
        outcomes = {found.outcome for found in self.parts.values()}
        for worst in (Outcome.REFUSED, Outcome.UNDETERMINED):
            if worst in outcomes:
                return worst
        return Outcome.RECOGNISED

    @property
    def as_of(self) -> str:
        """The moment of the newest head used; empty when no dated head was found."""
        return moment_to_text(self.head.time) if self.head and self.head.time else ""

    def to_data(self) -> dict[str, Any]:
        """Write the report for a machine (docs/spec/verdict.md)."""
        data: dict[str, Any] = {
            "as_of": self.as_of,
            "at": moment_to_text(self.at),
            "bottom_line": str(self.bottom_line),
            "format": FORMAT,
            "parts": {name: self.parts[name].to_data() for name in PARTS},
        }
        if self.head is not None:
            data["head"] = self.head.to_data()
        if self.legal_time is not None:
            data["legal_time"] = moment_to_text(self.legal_time)
        if self.subject:
            data["act"] = {"id": self.act_id, "subject": self.subject}
        if self.match is not None:
            data["match"] = self.match.to_data()
        return data
