"""Examining the certificates of a declaration with what lies on this side of the border."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import CertoriginError, UnknownError
from certorigin.standing.family import family, named_before
from certorigin.standing.twice import number_taken
from certorigin.vocabulary.search import number_key
from certorigin_server.recognition.kept import terms_at_hand
from certorigin_server.recognition.queries import (
    acts_and_decisions,
    bundle_from_mirror,
    cited_by,
    document_of,
    received_among,
    reference_of,
)
from certorigin_server.recognition.view import open_terms
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import (
    act_in,
    certificate_of,
    certificates_under,
    claims_to,
    entered_about,
    logged_acts_about,
    subjects_issued_by,
    subjects_taking,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from certorigin.recognition.declaration import GoodsDeclaration as Declaration
    from certorigin.recognition.report import Report
    from certorigin.recognition.verify import Verifier
    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.recognition.view import RegisterView
    from certorigin_server.standing.queries import RegisteredAct


NOT_IN_MIRROR = "recognition.not_in_mirror"
BEFORE_START = "recognition.before_start"
NUMBER_TWICE = "standing.number_issued_twice"


@dataclass(frozen=True)
class Examination:
    """One cited certificate: what was found; without a report, `reason` is the code of why.

    A missing record is no ground to refuse: the partner is asked by number, then the original is
    demanded (R20, domain.md 1.5). Nor is a mirror that can't be read.
    """

    reference: CertificateReference
    subject: str
    report: Report | None
    reason: str = ""


# What nobody can accept for any reason: there is nothing that it could be counted against.
_UNCOUNTABLE = {"match.quantity_exceeds", "match.item_unknown", "match.units_differ"}


def examine(
    row: GoodsDeclaration,
    *,
    at: datetime,
    references: Sequence[CertificateReference] | None = None,
) -> list[Examination]:
    """Examine every certificate that a declaration cites, or some of them."""
    document = document_of(row)
    return Examiner(at=at).examine(
        document, cited_by(document) if references is None else references
    )


class Examiner:
    """Examines many certificates as of one moment: mirrors are opened once, heads judged once.

    It is true for the mirrors and lists as they were when it was made: keep it for one request.
    """

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        # What was read before about plain certificates: all that counts about each (`many`).
        self.plain: Mapping[str, list[LoggedAct]] = {}
        self._claims: Mapping[tuple[str, date], Sequence[RegisteredAct]] = {}
        self._opened: dict[str, tuple[list[RegisterView], Verifier]] = {}

    def examine(
        self, document: Declaration | None, references: Iterable[CertificateReference]
    ) -> list[Examination]:
        """Examine certificates by name, matched with a declaration where there is one."""
        found = []
        for reference in references:
            key = number_key(reference.number)
            claims = claims_to(key, reference.date) if key else []
            self._claims = {(key, reference.date): claims}
            found += self.examine_issues(document, reference, received_among(claims, reference))
        return found

    def examine_issues(
        self,
        document: Declaration | None,
        reference: CertificateReference,
        issues: Sequence[RegisteredAct],
    ) -> list[Examination]:
        """Examine the certificates that were found under a name; tell why where there is none."""
        if not issues:
            return [Examination(reference, "", None, _why_missing(reference))]
        return [self._examine(document, reference, issued) for issued in issues]

    def verify(self, issued: RegisteredAct, document: Declaration | None) -> Report:
        """Verify one certificate, and match it. Raises CertoriginError for what can't be read."""
        views, verifier = self._open(issued.origin)
        plain = self.plain.get(issued.subject)
        inform(views[0], issued, at=self._at, plain=plain, claims=self._claims)
        raw = bundle_from_mirror(issued, views[0])
        return verifier.verify(raw, at=self._at, declaration=document)

    def _open(self, origin: str) -> tuple[list[RegisterView], Verifier]:
        if origin not in self._opened:
            self._opened[origin] = terms_at_hand(origin)
        return self._opened[origin]

    def _examine(
        self, document: Declaration | None, reference: CertificateReference, issued: RegisteredAct
    ) -> Examination:
        try:
            report = self.verify(issued, document)
        except CertoriginError as fault:
            return Examination(reference, issued.subject, None, fault.code)
        return Examination(reference, issued.subject, report)


def examine_certificate(row: GoodsDeclaration, issued: RegisteredAct, *, at: datetime) -> Report:
    """Verify one certificate, match it with the declaration, count what other posts took."""
    return Examiner(at=at).verify(issued, document_of(row))


def examine_one(row: GoodsDeclaration, issued: RegisteredAct, *, at: datetime) -> Examination:
    """Examine one cited certificate; what can't be read leaves it without a report."""
    return _examine(row, reference_of(issued), issued, at)


def examine_alone(issued: RegisteredAct, *, at: datetime) -> Examination:
    """Verify a certificate that was received, without a declaration."""
    try:
        report = Examiner(at=at).verify(issued, None)
    except CertoriginError as fault:
        return Examination(reference_of(issued), issued.subject, None, fault.code)
    return Examination(reference_of(issued), issued.subject, report)


def find_hindrance(report: Report) -> str:
    """Return the code of why a certificate can't be accepted for any reason, or nothing."""
    for finding in report.match.all_findings if report.match else ():
        if finding.code in _UNCOUNTABLE:
            return finding.code
    if report.parts["standing"].code == NUMBER_TWICE:
        return "recognition.number_twice"
    status = str(report.standing.status) if report.standing else "unknown"
    return "" if status in {"valid", "used_up"} else f"standing.{status}"


def _why_missing(reference: CertificateReference) -> str:
    """Say why a certificate is not in our mirror: none was to come from before the first day."""
    trust, starts = get_trust(), []
    for one in settings.SYSTEM.corridors:
        if one.partner.partition("-")[0] == reference.issued_in:
            with suppress(UnknownError):  # no list settles the corridor yet
                starts.append(trust.corridor(str(one.corridor)).start)
    is_older = bool(starts) and all(day is not None and reference.date < day for day in starts)
    return BEFORE_START if is_older else NOT_IN_MIRROR


def views_of(issued: RegisteredAct, *, at: datetime) -> list[RegisterView]:
    """Open the mirror that holds a certificate, with all that is known of it at a moment."""
    views = open_terms(issued.origin)
    inform(views[0], issued, at=at)
    return views


def inform(
    view: RegisterView,
    issued: RegisteredAct,
    *,
    at: datetime,
    plain: list[LoggedAct] | None = None,
    claims: Mapping[tuple[str, date], Sequence[RegisteredAct]] = MappingProxyType({}),
) -> None:
    """Give a mirror all that the register knows of one certificate at a moment.

    `plain` is all of it, where that was read before; `claims` are certificates under its number.
    """
    if plain is None:
        entered, view.undecided = entered_about(issued.subject, at_hand=issued)
        view.known = acts_and_decisions(issued.subject, at=at, entered=entered)
        view.twins = _twins_of(issued, claims)
    else:
        view.known, view.undecided, view.twins = plain, (), {}
    _give_family(view, issued, at=at)


def _give_family(view: RegisterView, issued: RegisteredAct, *, at: datetime) -> None:
    """Give a mirror the certificates for which one stands, or on which it rests (R32, R46, R48).

    Our decisions about them are included.
    """
    certificate = certificate_of(issued)
    named = {number: certificates_under(number) for number in named_before(certificate)}
    known: dict[str, list[LoggedAct]] = {}
    bases: dict[str, list[str]] = {}
    family(
        act_in(issued),
        subjects_under=lambda number: named.get(number, []),
        subjects_of=lambda act: bases.setdefault(act, subjects_issued_by(act)),
        acts_about=lambda one: known.setdefault(one, acts_and_decisions(one, at=at)),
    )
    view.named, view.family, view.issues = named, known, bases


def _twins_of(
    issued: RegisteredAct, claims: Mapping[tuple[str, date], Sequence[RegisteredAct]]
) -> dict[str, list[LoggedAct]]:
    """Return what is known of other certificates under the same number, by subject."""
    number = number_taken(act_in(issued).body)
    day = date.fromisoformat(number.date)
    rows = claims.get((number.key, day))
    taking = subjects_taking(number, claims_to(number.key, day) if rows is None else rows)
    others = [one for one in taking if one != issued.subject]
    return {one: logged_acts_about(one) for one in others}


def _examine(
    row: GoodsDeclaration, reference: CertificateReference, issued: RegisteredAct, at: datetime
) -> Examination:
    try:
        report = examine_certificate(row, issued, at=at)
    except CertoriginError as fault:
        return Examination(reference, issued.subject, None, fault.code)
    return Examination(reference, issued.subject, report)
