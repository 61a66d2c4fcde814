"""The report: parts with a code and facts each, and one bottom line (architecture.md 4).

A code belongs to one outcome, always. `refused` needs something that was shown to be wrong; what
could not be read, found or decided is `undetermined`, and never one of the other two.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.errors import UnknownError
from certorigin.late import dataclass
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin.recognition.match import MatchReport
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.certificate import Certificate

FORMAT = "certorigin-verification/v1"
PARTS = ("integrity", "issuer", "registration", "standing", "freshness", "match")
# A PDF has a page, a picture has codes: their parts join the others.
PAGE, CODE = "page", "code"


class Outcome(StrEnum):
    """What a part comes to, and the bottom line."""

    RECOGNISED = "recognised"
    REFUSED = "refused"
    UNDETERMINED = "undetermined"
    NOT_ASKED = "not_asked"


CODES: Mapping[str, Outcome] = {
    "integrity.sound": Outcome.RECOGNISED,
    "issuer.entitled": Outcome.RECOGNISED,
    "registration.registered": Outcome.RECOGNISED,
    "standing.valid": Outcome.RECOGNISED,
    "standing.used_up": Outcome.RECOGNISED,
    "standing.as_of_bundle": Outcome.RECOGNISED,
    "freshness.fresh": Outcome.RECOGNISED,
    "match.fits": Outcome.RECOGNISED,
    "integrity.seal_broken": Outcome.REFUSED,
    "integrity.act_malformed": Outcome.REFUSED,
    "integrity.not_a_certificate": Outcome.REFUSED,
    "issuer.not_the_sealer": Outcome.REFUSED,
    "issuer.state_differs": Outcome.REFUSED,
    "issuer.body_role_missing": Outcome.REFUSED,
    "issuer.body_differs": Outcome.REFUSED,
    "issuer.key_withdrawn": Outcome.REFUSED,
    "issuer.key_expired": Outcome.REFUSED,
    "issuer.key_not_yet_valid": Outcome.REFUSED,
    "issuer.controller_differs": Outcome.REFUSED,
    "issuer.role_missing": Outcome.REFUSED,
    "issuer.form_not_allowed": Outcome.REFUSED,
    "issuer.body_not_authorised": Outcome.REFUSED,
    "issuer.officer_not_entitled": Outcome.REFUSED,
    "issuer.not_entitled": Outcome.REFUSED,
    "registration.head_forged": Outcome.REFUSED,
    "registration.proof_wrong": Outcome.REFUSED,
    "registration.publisher_differs": Outcome.REFUSED,
    "registration.mirror_differs": Outcome.REFUSED,
    "standing.annulled": Outcome.REFUSED,
    "standing.replaced": Outcome.REFUSED,
    "standing.expired": Outcome.REFUSED,
    "standing.other_certificate": Outcome.REFUSED,
    "match.differs": Outcome.REFUSED,
    "integrity.suite_unknown": Outcome.UNDETERMINED,
    "integrity.version_unknown": Outcome.UNDETERMINED,
    "issuer.key_unknown": Outcome.UNDETERMINED,
    "issuer.officer_unknown": Outcome.UNDETERMINED,
    "issuer.no_legal_time": Outcome.UNDETERMINED,
    "issuer.not_reached": Outcome.UNDETERMINED,
    "registration.proof_missing": Outcome.UNDETERMINED,
    "registration.proof_malformed": Outcome.UNDETERMINED,
    "registration.log_unknown": Outcome.UNDETERMINED,
    "registration.log_key_not_entitled": Outcome.UNDETERMINED,
    "registration.not_cosigned": Outcome.UNDETERMINED,
    "registration.after_at": Outcome.UNDETERMINED,
    "registration.before_start": Outcome.UNDETERMINED,
    "registration.mirror_behind": Outcome.UNDETERMINED,
    "registration.mirror_damaged": Outcome.UNDETERMINED,
    "registration.not_reached": Outcome.UNDETERMINED,
    "standing.not_yet_valid": Outcome.UNDETERMINED,
    "standing.contract_not_recorded": Outcome.UNDETERMINED,
    "standing.pending": Outcome.UNDETERMINED,
    "standing.not_in_mirror": Outcome.UNDETERMINED,
    "standing.undecided": Outcome.UNDETERMINED,
    "standing.end_not_mirrored": Outcome.UNDETERMINED,
    "standing.number_issued_twice": Outcome.UNDETERMINED,
    "standing.base_annulled": Outcome.UNDETERMINED,
    "standing.unreadable": Outcome.UNDETERMINED,
    "standing.form_unknown": Outcome.UNDETERMINED,
    "standing.not_reached": Outcome.UNDETERMINED,
    "freshness.stale": Outcome.UNDETERMINED,
    "freshness.no_time": Outcome.UNDETERMINED,
    "freshness.head_from_future": Outcome.UNDETERMINED,
    "freshness.corridor_unknown": Outcome.UNDETERMINED,
    "freshness.trust_list_overdue": Outcome.UNDETERMINED,
    "freshness.not_reached": Outcome.UNDETERMINED,
    "match.undetermined": Outcome.UNDETERMINED,
    "match.not_reached": Outcome.UNDETERMINED,
    "match.not_asked": Outcome.NOT_ASKED,
    "page.agrees": Outcome.RECOGNISED,
    "page.differs": Outcome.REFUSED,
    "page.page_unchecked": Outcome.UNDETERMINED,
    "page.not_compared": Outcome.NOT_ASKED,
    "code.agrees": Outcome.RECOGNISED,
    "code.differs": Outcome.REFUSED,
    "code.seal_broken": Outcome.REFUSED,
    "code.key_not_entitled": Outcome.REFUSED,
    "code.key_unknown": Outcome.UNDETERMINED,
    "integrity.code_only": Outcome.UNDETERMINED,
    "page.not_reached": Outcome.UNDETERMINED,
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


def names_in(parts: Mapping[str, object]) -> list[str]:
    """Return the names of the parts of a report in the order in which they are told."""
    return [name for name in (*PARTS, PAGE, CODE) if name in parts]


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
    form: str = ""

    @property
    def is_without_preference(self) -> bool:
        """Say whether the form proves the origin alone: no preference hangs on it (R43)."""
        try:
            return not get_form(self.form).preferential
        except UnknownError:
            return False

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
            "parts": {name: self.parts[name].to_data() for name in names_in(self.parts)},
        }
        if self.head is not None:
            data["head"] = self.head.to_data()
        if self.legal_time is not None:
            data["legal_time"] = moment_to_text(self.legal_time)
        if self.subject:
            data["act"] = {"id": self.act_id, "subject": self.subject}
        if self.is_without_preference:
            data["preference"] = "none"
        if self.match is not None:
            data["match"] = self.match.to_data()
        return data
