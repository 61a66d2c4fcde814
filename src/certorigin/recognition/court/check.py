"""Checking a court file: every signature and hash in it, by the trust lists of the day alone.

The certificate is judged at its legal time, the decision at its own, so the answer is the same ten
years later. What newer lists say of the keys is told beside it, and changes nothing about the day.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

from certorigin.errors import CertoriginError, MalformedError, UntrustedKeyError
from certorigin.late import dataclass
from certorigin.log.merkle import verify_consistency
from certorigin.log.proof import Proof
from certorigin.mirror.evidence import EnteredAct, check_entry, check_head
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.declaration import GoodsDeclaration
from certorigin.recognition.report import Outcome
from certorigin.recognition.verify import Verifier
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.trust.trust import Trust
from certorigin.standing.entry import state_of
from certorigin.standing.fold import fold
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.recognition.court.file import CourtFile
    from certorigin.recognition.report import Report
    from certorigin.standing.entry import LoggedAct

# What is computed again from the file alone; the rest of a report rests on a mirror of that day.
_AGAIN = ("integrity", "issuer", "registration")


class Holds(StrEnum):
    """What a point comes to: it holds, it fails, it can't be settled, or it is only told."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"
    TOLD = "told"


CODES = {
    "court.roots_pinned": Holds.HOLDS,
    "court.roots_not_pinned": Holds.OPEN,
    "court.lists_hold": Holds.HOLDS,
    "court.lists_broken": Holds.FAILS,
    "court.seal_holds": Holds.HOLDS,
    "court.seal_fails": Holds.FAILS,
    "court.certificate_holds": Holds.HOLDS,
    "court.certificate_open": Holds.OPEN,
    "court.certificate_fails": Holds.FAILS,
    "court.acts_hold": Holds.HOLDS,
    "court.acts_broken": Holds.FAILS,
    "court.standing_then": Holds.TOLD,
    "court.standing_since": Holds.TOLD,
    "court.head_holds": Holds.HOLDS,
    "court.head_broken": Holds.FAILS,
    "court.report_agrees": Holds.HOLDS,
    "court.report_differs": Holds.FAILS,
    "court.decision_sealed": Holds.HOLDS,
    "court.decision_not_sealed": Holds.OPEN,
    "court.declaration_agrees": Holds.HOLDS,
    "court.declaration_differs": Holds.FAILS,
    "court.keys_hold_since": Holds.TOLD,
    "court.keys_fell_since": Holds.TOLD,
}


@dataclass(frozen=True)
class Point:
    """One point of the answer: a code with its facts."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> Holds:
        """What the code comes to."""
        return CODES[self.code]


@dataclass(frozen=True)
class CourtReport:
    """What a court file shows, point by point; `outcome` is its worst."""

    at: datetime
    points: tuple[Point, ...]

    @property
    def outcome(self) -> Holds:
        """One point that fails fails all; else one that is open leaves it open."""
        found = {point.holds for point in self.points}
        return next((one for one in (Holds.FAILS, Holds.OPEN) if one in found), Holds.HOLDS)

    def to_data(self) -> dict[str, Any]:
        """Write the report for a machine."""
        points = [{"code": p.code, "facts": p.facts, "holds": str(p.holds)} for p in self.points]
        return {"at": moment_to_text(self.at), "outcome": str(self.outcome), "points": points}


def check_court_file(file: CourtFile, *, at: datetime, known: Trust | None = None) -> CourtReport:
    """Check a file as somebody would at a moment, by the trust lists in it.

    `known` are lists that the reader has by a way of his own: their pinned roots are believed in
    place of the file's, and their versions say what became of the keys since. Raises MalformedError
    (`court.from_future`) for a file that was made after the moment.
    """
    if file.at > at or file.decided.at > file.at:
        raise MalformedError("court.from_future", place="at", value=moment_to_text(file.at))
    points = [Point("court.roots_pinned" if known else "court.roots_not_pinned")]
    try:
        day, made, since = _lists(file, known)
    except CertoriginError as fault:
        return CourtReport(at, (*points, Point("court.lists_broken", {"fault": fault.code})))
    versions = ", ".join(f"{state}/{day.newest(state).version}" for state in day.states)
    points += [Point("court.lists_hold", {"versions": versions}), _seal(file, made)]
    report = Verifier(day).verify(_bundle(file), at=file.decided.at)
    points.append(_certificate(report))
    try:
        acts = [check_entry(one, day) for one in file.acts]
        broken = next((one.fault for one in acts if one.checked is None), "")
    except CertoriginError as fault:
        acts, broken = [], fault.code
    if broken:
        points.append(Point("court.acts_broken", {"fault": broken}))
    else:
        points += [Point("court.acts_hold", {"count": str(len(acts))}), *_standings(file, acts)]
    points += [_head(file, day), _report(file, report), _decision(file, acts), _declaration(file)]
    return CourtReport(at, (*points, _since(file, since)))


def _lists(file: CourtFile, known: Trust | None) -> tuple[Trust, Trust, Trust]:
    """Believe the lists of the day of the decision, of the file, and all that are known.

    Raises as `adopt`.
    """
    roots = known.roots if known is not None else file.roots
    day, made, since = Trust(roots), Trust(roots), Trust(roots)
    for raw in file.lists:
        made.adopt(raw)
        adopted = since.adopt(raw)
        if adopted.contents.valid_from <= file.decided.at.date():
            day.adopt(raw)
    for state in known.states if known is not None else ():
        newest = since.newest(state).version if state in since.states else 0
        kept = {one.version for one in since.versions(state)}
        for one in known.versions(state) if known is not None else ():
            if one.version in kept or one.version > newest:
                since.adopt(one.raw)
    return day, made, since


def _seal(file: CourtFile, made: Trust) -> Point:
    """Everything in the file is as the state of import gave it out, by the lists of that moment."""
    issuer = file.issuer.removeprefix("urn:certorigin:installation:")
    try:
        made.key_entitlement(file.key, role="gateway", at=file.at, controller=file.issuer)
        own = Act.from_document(parse_strict(file.decided.act)).corridor.has(state_of(issuer))
        certified = Act.from_document(parse_strict(file.acts[0].data))
        if not own or certified.body["issuingCountry"] == state_of(issuer):
            raise UntrustedKeyError("court.sealed_by_another", issuer=issuer[:20])
    except (CertoriginError, KeyError, TypeError) as fault:
        code = fault.code if isinstance(fault, CertoriginError) else "court.malformed"
        return Point("court.seal_fails", {"fault": code})
    return Point("court.seal_holds", {"issuer": issuer, "time": moment_to_text(file.at)})


def _bundle(file: CourtFile) -> bytes:
    return Bundle(file.acts[0].data, file.acts[0].proof).to_bytes()


def _certificate(report: Report) -> Point:
    parts = [report.parts[name] for name in _AGAIN]
    codes = ", ".join(one.code for one in parts if one.outcome is not Outcome.RECOGNISED)
    if any(one.outcome is Outcome.REFUSED for one in parts):
        return Point("court.certificate_fails", {"codes": codes})
    if codes or report.legal_time is None:
        return Point("court.certificate_open", {"codes": codes})
    return Point("court.certificate_holds", {"time": moment_to_text(report.legal_time)})


def _standings(file: CourtFile, acts: list[EnteredAct]) -> list[Point]:
    """What the certificate was worth by the logs, at the decision and when the file was made."""
    counted = [_logged(one) for one in acts if one.counts]
    subject = counted[0].act.subject if counted else ""
    told = []
    for code, at in (("court.standing_then", file.decided.at), ("court.standing_since", file.at)):
        heard = [one for one in counted if one.legal_time is None or one.legal_time <= at]
        try:
            status = str(fold(heard, subject=subject, at=at).status)
        except CertoriginError as fault:
            status = fault.code
        told.append(Point(code, {"status": status, "time": moment_to_text(at)}))
    return told


def _logged(one: EnteredAct) -> LoggedAct:
    assert one.checked is not None  # noqa: S101 - only those that count are asked for
    return one.checked.logged(
        publisher=one.partner.publisher,
        term=one.partner.term,
        index=one.index,
        legal_time=one.legal_time,
    )


def _head(file: CourtFile, trust: Trust) -> Point:
    """The head that the decision rested on is signed, and grew out of the head of the proof."""
    try:
        partner, head = check_head(file.head, trust)
        small = check_head(Proof.from_bytes(file.acts[0].proof).head, trust)[1].checkpoint
        large, way = head.checkpoint, file.consistency
        if small.origin == large.origin and small.size != large.size:
            if way is None or way.size != small.size or way.root != small.root:
                raise MalformedError("court.consistency_missing", place="consistency")
            verify_consistency(small.size, small.root, large.size, large.root, way.hashes)
        elif small.origin == large.origin and small.root != large.root:
            raise MalformedError("court.two_histories", place="head")
        times = partner.cosigned_at(head)
    except CertoriginError as fault:
        return Point("court.head_broken", {"fault": fault.code})
    seen = moment_to_text(times[0] if times else partner.heartbeat_of(head))
    facts = {"origin": partner.origin, "size": str(large.size), "time": seen}
    return Point("court.head_holds", facts)


def _report(file: CourtFile, again: Report) -> Point:
    """What customs recorded of seals and registration is what the file still shows."""
    try:
        recorded = orjson.loads(file.decided.report)["parts"]
        differ = [n for n in _AGAIN if recorded[n]["code"] != again.parts[n].code]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Point("court.report_differs", {"parts": "—"})
    if differ:
        return Point("court.report_differs", {"parts": ", ".join(differ)})
    return Point("court.report_agrees")


def _decision(file: CourtFile, acts: list[EnteredAct]) -> Point:
    """The decision is an act in the log of the state of import, sealed by its customs."""
    for one in acts[1:]:
        if one.checked is None or not one.counts:
            continue
        if strict_bytes(one.checked.act.to_document()) == file.decided.act:
            at = moment_to_text(one.legal_time) if one.legal_time else "—"
            return Point("court.decision_sealed", {"time": at})
    return Point("court.decision_not_sealed")


def _declaration(file: CourtFile) -> Point:
    """The act of the decision is about the certificate and the goods declaration in the file."""
    try:
        act = Act.from_document(parse_strict(file.decided.act))
        certificate = Act.from_document(parse_strict(file.acts[0].data))
        declared = GoodsDeclaration.from_bytes(file.decided.declaration)
        named: Any = act.body["goodsDeclaration"]
        same = (named["number"], named["date"], act.subject) == (
            declared.number,
            declared.date.isoformat(),
            certificate.subject,
        )
    except (CertoriginError, KeyError, TypeError):
        same = False
    return Point("court.declaration_agrees" if same else "court.declaration_differs")


def _since(file: CourtFile, since: Trust) -> Point:
    """Say what all lists together hold of the keys, for whoever reads it later."""
    versions = ", ".join(f"{state}/{since.newest(state).version}" for state in since.states)
    report = Verifier(since).verify(_bundle(file), at=file.decided.at)
    codes = [report.parts[n].code for n in _AGAIN if report.parts[n].outcome != "recognised"]
    if codes:
        facts = {"codes": ", ".join(codes), "versions": versions}
        return Point("court.keys_fell_since", facts)
    return Point("court.keys_hold_since", {"versions": versions})
