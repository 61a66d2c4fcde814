"""The court file: everything that a decision of customs rested on (docs/spec/court-file.md).

It holds bytes as they were sealed, entered and published. Nothing in it is believed by being read.
The installation that gives it out seals all of it, so that no byte can change unseen: what it
repeats of freshness, standing and match stands in no log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.mirror.evidence import Consistency, EnteredBytes, read_base64, write_base64
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.seal.trust.entries import Roots
from certorigin.vocabulary.acts import CONTEXT
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin.seal.proof import Sealer

FORMAT = "certorigin-court-file/v1"
MAX_COURT_FILE = 64 << 20
MAX_ACTS = 2_000
MAX_LISTS = 2_000
# How the file is called that is attached to the print of a decision.
ATTACHED = "evidence.json"
OUTCOMES = ("accepted", "refused")


@dataclass(frozen=True)
class Decided:
    """What customs decided, when, and on what: exact bytes of the report and of the declaration.

    `act` is the document that tells the issuing state, before its seal. `override` is the reason
    for deciding although not everything was recognised.
    """

    outcome: str
    at: datetime
    act: bytes
    report: bytes
    declaration: bytes
    override: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Decided:
        """Read it. Raises MalformedError."""
        names = ("act", "report", "declaration")
        act, report, declaration = (read_base64(record.value(n), record.at(n)) for n in names)
        outcome, at = record.choice("outcome", OUTCOMES), record.moment("at")
        return cls(outcome, at, act, report, declaration, record.text_or("override"))

    def to_data(self) -> dict[str, str]:
        """Write it; the inverse of reading."""
        data = {
            "act": write_base64(self.act),
            "at": moment_to_text(self.at),
            "declaration": write_base64(self.declaration),
            "outcome": self.outcome,
            "report": write_base64(self.report),
        }
        return data | ({"override": self.override} if self.override else {})


@dataclass(frozen=True)
class CourtFile:
    """One decision with its evidence. `acts` begin with the certificate's own.

    `head` is the head of the issuing state's log on which the decision rested; `consistency` leads
    to it from the smaller head of the certificate's proof. `roots` and `lists` are the trust lists
    of both states with their pinned roots, every version up to `at`. `issuer` is the installation
    that gives it out; `key` sealed it, and is empty while nobody did.
    """

    issuer: str
    at: datetime
    decided: Decided
    acts: tuple[EnteredBytes, ...]
    head: bytes
    consistency: Consistency | None
    roots: Mapping[str, Roots]
    lists: tuple[bytes, ...]
    key: str = ""

    def sealed(self, sealer: Sealer) -> bytes:
        """Write the file with the seal of its issuer: one line of the strict profile."""
        return seal_document(self.to_document(), [(sealer, self.issuer)], created=self.at)

    def to_document(self) -> dict[str, Any]:
        """Write what is sealed."""
        data: dict[str, Any] = {
            "@context": list(CONTEXT),
            "acts": [one.to_data() for one in self.acts],
            "at": moment_to_text(self.at),
            "decision": self.decided.to_data(),
            "format": FORMAT,
            "head": write_base64(self.head),
            "issuer": self.issuer,
            "lists": [write_base64(one) for one in self.lists],
            "roots": {state: pinned.to_data() for state, pinned in self.roots.items()},
        }
        if self.consistency is not None:
            data["consistency"] = self.consistency.to_data()
        return data

    @classmethod
    def from_bytes(cls, raw: bytes) -> CourtFile:
        """Read a file whose seal fits; whose key it is, the check says.

        Raises MalformedError, LimitError, UnknownError, SignatureError when a byte has changed.
        """
        sealed = verify_sealed(raw.strip(), max_bytes=MAX_COURT_FILE)
        held = sealed.document
        record = Record({name: held[name] for name in held if name not in {"@context", "proof"}})
        record.choice("format", (FORMAT,))
        issuer, at, (proof, *others) = record.text("issuer"), record.moment("at"), sealed.proofs
        if others or (proof.controller, proof.created) != (issuer, at):
            raise MalformedError("court.malformed", place="proof")
        lists = record.value("lists")
        if not isinstance(lists, list) or not 0 < len(lists) <= MAX_LISTS:
            raise MalformedError("court.malformed", place="lists")
        made = cls(
            issuer=issuer,
            at=at,
            decided=record.part("decision", Decided.from_record),
            acts=record.parts("acts", EnteredBytes.from_record, limit=MAX_ACTS),
            head=read_base64(record.value("head"), "head"),
            consistency=record.part_or_none("consistency", Consistency.from_record),
            roots=_roots(record),
            lists=tuple(read_base64(one, "lists") for one in lists),
            key=proof.key,
        )
        record.finish()
        if not made.acts:
            raise MalformedError("court.malformed", place="acts")
        return made


def _roots(record: Record) -> dict[str, Roots]:
    data = record.value("roots")
    found = Record(data, "roots")
    states = sorted(data) if isinstance(data, dict) else []
    return {
        country_from_text(state, place="roots"): found.part(state, Roots.from_record)
        for state in states
    }
