"""What an auditor looks at for each drawn certificate or decision, with what can be checked here.

Every point says what stands and, where the system can tell, whether it holds; the auditor judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from certorigin.errors import CertoriginError, UnknownError
from certorigin.recognition.report import Outcome
from certorigin.recognition.verify import verify
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.finding import has_errors
from certorigin_server.application.queries import latest_worksheet, suspensions_of, worksheet_of
from certorigin_server.assessment.queries import decision_of, find_misfits, judge, reasons_of
from certorigin_server.certification.events.re_export import re_export_of
from certorigin_server.certification.queries import boxes_of, find_remarks
from certorigin_server.certification.queries import get_visible as get_certificate
from certorigin_server.desk.templatetags.desk import quantity
from certorigin_server.log.queries import bundle_of
from certorigin_server.recognition.queries import decisions_seen_by
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import issued_act_of, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certorigin_server.application.queries import WorksheetVersion
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.recognition.queries import Decision
    from certorigin_server.users.queries import User

_DECIDED = {"accepted": "decision.status.accepted", "refused": "decision.status.refused"}
_PROVEN = ("integrity", "issuer", "registration")


@dataclass(frozen=True)
class Fact:
    """One line: a label, and a text, a moment, or the code of a sentence with its facts."""

    label: str
    text: str = ""
    code: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Point:
    """One point of the list. `holds` is None where only a person can tell."""

    title: str
    facts: tuple[Fact, ...]
    holds: bool | None = None
    url: str = ""

    @property
    def status(self) -> str:
        """The code of its tag."""
        if self.holds is None:
            return "audit.point.look"
        return "audit.point.holds" if self.holds else "audit.point.differs"


@dataclass(frozen=True)
class Checklist:
    """What is looked at, by name, and its points."""

    title: str
    points: tuple[Point, ...]


def checklist_of(kind: str, name: str, *, user: User, at: datetime) -> Checklist:
    """Return the points for one drawn member. Raises UnknownError for what the person can't see."""
    if kind == "certificates":
        row = get_certificate(name, user=user)
        return Checklist(f"{row.form} {row.number}", tuple(_certificate_points(row, at)))
    decision = decisions_seen_by(user).filter(act=name).first()
    if decision is None:
        raise UnknownError("audit.decision_unknown")
    return Checklist(decision.declaration.number, tuple(_decision_points(decision)))


def _certificate_points(row: Certificate, at: datetime) -> Iterator[Point]:
    yield Point(
        "web.journey",
        (Fact("web.status", code=f"act.{row.act.status}"),),
        url=reverse("journey", args=[row.pk]),
    )
    yield _application(row)
    yield from _assessment(row)
    yield _boxes(row)
    yield _proof(row, at)
    yield _use(row, at)


def _application(row: Certificate) -> Point:
    application = row.application
    facts = [
        Fact("web.exporter", application.organisation.name),
        Fact("web.handed_in", at=application.submitted_at),
        Fact("web.stood_still", str(len(suspensions_of(application)))),
    ]
    ordered = [application.submitted_at, application.decided_at, row.certified_at]
    known = [moment for moment in ordered if moment is not None]
    holds = len(known) == len(ordered) and known == sorted(known)
    url = reverse("application-show", args=[application.pk])
    return Point("web.application", tuple(facts), holds, url)


def _assessment(row: Certificate) -> Iterator[Point]:
    decision = decision_of(row.application_id)
    sent_on = re_export_of(row.application_id)
    if sent_on is not None:  # the other state decided on the origin
        told_of = (Fact("web.number", sent_on.base_number),)
        yield Point("web.re_export", told_of, holds=None)
        return
    if decision is None:
        yield Point("web.decision", (Fact("web.status", code="web.no_decision"),), holds=False)
        return
    url = reverse("assessment-show", args=[row.application_id])
    latest = latest_worksheet(row.application)
    worksheet = worksheet_of(decision.worksheet)
    misfits = find_misfits(worksheet, row.application)
    facts = (
        Fact("web.version_decided_on", str(decision.worksheet.version)),
        Fact("web.version_newest", str(latest.version) if latest else "—"),
        Fact("web.misfits", str(len(misfits))),
    )
    same = latest is not None and latest.version == decision.worksheet.version
    yield Point("web.worksheet", facts, same and not has_errors(misfits), url)
    again = _judged_again(decision.worksheet, decision.decided_at)
    stored = str(reasons_of(decision).decision)
    told = Fact("web.judged_again", code=f"assessment.decision.{again}" if again else "web.no")
    made = (
        Fact("web.decided_by_whom", decision.decided_by.full_name),
        Fact("web.decided_at", at=decision.decided_at),
        Fact("web.decision", code=f"assessment.decision.{decision.decision}"),
        told,
    )
    holds = again == decision.decision == stored if again else None
    yield Point("web.decision", made, holds, url)
    people = (
        Fact("web.decided_by_whom", decision.decided_by.full_name),
        Fact("web.certified_by", row.certified_by.full_name),
    )
    is_other = decision.decided_by_id != row.certified_by_id
    yield Point("web.second_person", people, is_other if settings.SYSTEM.four_eyes else None)


def _judged_again(version: WorksheetVersion, at: datetime) -> str:
    """Return what the library decides on the same facts as of that day; empty when it can't."""
    exporter = version.application.organisation_id
    try:
        return str(judge(worksheet_of(version), exporter=exporter, at=at).decision)
    except CertoriginError:
        return ""


def _boxes(row: Certificate) -> Point:
    findings = find_remarks(row)
    facts = (
        Fact("web.number", f"{row.form} {row.number}"),
        Fact("web.certified_by", row.certified_by.full_name),
        Fact("web.remarks_in_boxes", str(len(findings))),
    )
    url = reverse("certification-show", args=[row.pk])
    return Point("web.certificate", facts, not has_errors(findings), url)


def _proof(row: Certificate, at: datetime) -> Point:
    """Verify seal and registration anew, from the bytes that the exporter holds."""
    act = row.act
    place = Fact("web.log_place", f"{act.log_origin} · {act.log_index}" if act.log_origin else "—")
    times = (
        Fact("web.published_at", at=act.published_at),
        Fact("web.mirrored_at", at=act.mirrored_at),
    )
    try:
        report = verify(bundle_of(act.pk).to_bytes(), trust=get_trust(), at=at)
    except CertoriginError:
        waits = Fact("web.status", code="web.not_yet" if act.published_at is None else "web.no")
        return Point("web.log_proof", (place, *times, waits), None)
    parts = {name: report.parts[name].outcome for name in _PROVEN}
    told = tuple(
        Fact(f"verify.part.{name}", code=f"verify.{outcome}") for name, outcome in parts.items()
    )
    outcomes = set(parts.values())
    # A proof that awaits the partner is open; one that is refused differs.
    holds = None if Outcome.UNDETERMINED in outcomes else True
    holds = False if Outcome.REFUSED in outcomes else holds
    return Point("web.log_proof", (place, *times, *told), holds)


def _use(row: Certificate, at: datetime) -> Point:
    if issued_act_of(row.pk) is None:
        return Point("web.use", (Fact("web.status", code="web.not_yet"),), None)
    standing = standing_of(row.pk, at=at)
    facts = [Fact("web.status", code=f"standing.status.{standing.status}")]
    exceeded = False
    for item in boxes_of(row).items:
        used = standing.used_of(item.sequence)
        exceeded = exceeded or (
            standing.is_counted(item.sequence) and used.value > item.quantity.value
        )
        facts.append(Fact("web.used", f"{quantity(used)} / {quantity(item.quantity)}"))
    return Point("web.use", tuple(facts), not exceeded)


def _decision_points(row: Decision) -> Iterator[Point]:
    declaration = row.declaration
    facts = (
        Fact("web.number", declaration.number),
        Fact("web.customs_post", declaration.post.name),
        Fact("web.lodged_at", at=declaration.registered_at),
    )
    yield Point("web.declaration", facts, declaration.registered_at <= row.decided_at)
    report = parse_strict(row.report.encode())
    line = str(report.get("bottom_line", "undetermined"))
    yield Point(
        "web.report",
        (Fact("web.verdict", code=f"verify.{line}"), Fact("web.head_used", f"{row.head_size}")),
        url=reverse("journey", args=[row.subject]),
    )
    followed = (row.outcome == "accepted") == (line == "recognised")
    made = (
        Fact("web.decided_by_whom", row.decided_by.full_name),
        Fact("web.decided_at", at=row.decided_at),
        Fact("web.decision", code=_DECIDED[row.outcome]),
        Fact("web.ground", row.ground or "—"),
        Fact("web.override", row.override or "—"),
    )
    yield Point("web.decision", made, True if followed else bool(row.override or row.ground))
    told = (Fact("web.returned_at", at=row.returned_at),)
    yield Point("web.told_partner", told, row.returned_at is not None or None)
