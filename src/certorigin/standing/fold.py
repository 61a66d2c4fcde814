"""The fold: from the acts in the logs of both states to what one certificate is worth at a moment.

Pure and the same for every verifier. It knows no clock and no list of its own: `at` is an
argument, and the answer is as of the heads from which the acts were read. Acts are taken in the
order of legal time, publisher, term and index, never in the order in which they are given. The
steps, numbered as in docs/spec/standing.md:

1. Acts about other subjects are left out, and the same entry given twice is one.
2. The act `Issued` is found: the first whose publisher may issue this subject.
3. Acts whose publisher has no say about this certificate are set aside and change nothing.
4. An act that a state logged twice counts once, from its first legal time.
5. Acts are parted by legal time: counted (by `at`), later (after `at`), pending (none yet).
6. The end is judged: an annulment holds from the later of its effective moment and its legal time.
7. Uses, and parts that substitutes took, are summed per item, the 5 % once per item; what exceeds
   it is counted and flagged. A duplicate and a corrected version go on from what was taken of the
   certificate for which they stand.
8. The base of a substitute is folded too: when it is annulled, that is told, and ends nothing.
9. The status is the furthest point of the life-cycle that was reached.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.standing.entry import publisher_of, read_certificate, state_of
from certorigin.standing.judge import Registered, check_bases, judge
from certorigin.standing.standing import Ending, Standing, StandingStatus, reference_to
from certorigin.standing.validity import continuing_marks, is_substitute, last_day
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.form import get_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.certificate import Certificate

__all__ = ["Ending", "Standing", "StandingStatus", "fold", "reference_to"]

_ISSUING_SIDE = frozenset(
    {Kind.ISSUED, Kind.REPLACED, Kind.ANNULLED, Kind.DIVIDED, Kind.SOLD}
    | {Kind.VERIFICATION_REPLIED, Kind.REVIEW_ANNOUNCED}  # heard, and of no effect here
)
_CUSTOMS_SIDE = frozenset(
    {Kind.UTILISED, Kind.REFUSED, Kind.PREFERENCE_RESTORED, Kind.DIVIDED}
    | {Kind.USE_CORRECTED}
    | {Kind.PAPER_DEMANDED, Kind.PAPER_ANSWERED}
    | {Kind.VERIFICATION_REQUESTED, Kind.VERIFICATION_REPEATED, Kind.VERIFICATION_JUDGED}
)
_TAKING = frozenset({Kind.UTILISED, Kind.PREFERENCE_RESTORED, Kind.DIVIDED, Kind.USE_CORRECTED})


def fold(acts: Iterable[LoggedAct], *, subject: str, at: datetime) -> Standing:
    """Return the standing of a certificate at a moment, as of the heads that hold `acts`.

    Raises MalformedError when an act that counts cannot be read, and UnknownError for an unknown
    form: neither is an answer about the certificate.
    """
    given = list(acts)
    entries = _in_order(entry for entry in given if entry.act.subject == subject)
    issued = _find_issued(entries, subject)
    unknown = Standing(subject, at, StandingStatus.UNKNOWN)
    if issued is None:
        return replace(unknown, ignored=tuple(entries))
    certificate = read_certificate(issued.act)
    heard: list[LoggedAct] = []
    ignored: list[LoggedAct] = []
    for entry in entries:
        (heard if _may_speak(entry, issued, certificate) else ignored).append(entry)
    once, findings = _each_once(heard, at)
    form = get_form(certificate.form)
    expires = last_day(certificate, form)
    before = _find_before(given, issued, certificate, at)
    bases = _find_bases(given, issued, certificate, at)
    known = replace(
        unknown,
        issued=issued,
        certificate=certificate,
        expires=expires,
        original=before.subject if before else "",
        bases=bases,
        later=(
            *(e for e in once if e.legal_time is not None and e.legal_time > at),
            *(_taking(before.later) if before else ()),
        ),
        pending=(
            *(e for e in once if e.legal_time is None),
            *(_taking(before.pending) if before else ()),
        ),
        ignored=tuple(ignored),
    )
    known = replace(known, findings=(*findings, *check_bases(known)))
    if issued.legal_time is None:
        return replace(known, status=StandingStatus.PENDING)
    if issued.legal_time > at:
        return known
    counted = [entry for entry in once if entry.is_registered(at)]
    return judge(known, Registered(issued, certificate, form, expires, before), counted)


def _in_order(entries: Iterable[LoggedAct]) -> list[LoggedAct]:
    """Step 1: sort, and drop an entry that is given twice (same log, same index, same bytes)."""
    by_place = {entry.order: entry for entry in entries}
    return [by_place[order] for order in sorted(by_place)]


def _find_issued(entries: Sequence[LoggedAct], subject: str) -> LoggedAct | None:
    """Step 2: an installation may issue its own subjects, for its own state."""
    named = publisher_of(subject)
    for entry in entries:
        if entry.act.kind is Kind.ISSUED and named in {None, entry.publisher}:
            state = state_of(entry.publisher)
            if entry.act.body.get("issuingCountry") == state and entry.act.corridor.has(state):
                return entry
    return None


def _find_before(
    given: Sequence[LoggedAct], issued: LoggedAct, certificate: Certificate, at: datetime
) -> Standing | None:
    """Fold the certificate for which this one stands: the one that its `Issued` has as a cause.

    Only what the same installation issued counts, and only where box 5 says so (R32, R46).
    """
    if not continuing_marks(certificate, get_form(certificate.form)):
        return None
    causes = {(cause.act, cause.digest) for cause in issued.act.causes}
    rest = [entry for entry in given if entry.act.subject != issued.act.subject]
    for entry in _in_order(rest):
        is_issue = entry.act.kind is Kind.ISSUED and entry.publisher == issued.publisher
        if is_issue and (entry.act.id, entry.digest) in causes:
            return fold(rest, subject=entry.act.subject, at=at)
    return None


def _find_bases(
    given: Sequence[LoggedAct], issued: LoggedAct, certificate: Certificate, at: datetime
) -> tuple[Standing, ...]:
    """Fold the certificates on whose strength a substitute was issued: the causes of its issue.

    Another body or state may have issued them, in another corridor. For a base that was lost or
    corrected since, the one stands that goes on from it (R48).
    """
    if not is_substitute(certificate, get_form(certificate.form)):
        return ()
    causes = {(cause.act, cause.digest) for cause in issued.act.causes}
    rest = [entry for entry in given if entry.act.subject != issued.act.subject]
    named = {
        entry.act.subject: None
        for entry in _in_order(rest)
        if entry.act.kind is Kind.ISSUED and (entry.act.id, entry.digest) in causes
    }
    return tuple(_as_it_goes_on(rest, subject, at) for subject in named)


def _as_it_goes_on(given: Sequence[LoggedAct], subject: str, at: datetime) -> Standing:
    """Fold a certificate, or the duplicate or corrected version that ended it, if it is held."""
    standing, seen = fold(given, subject=subject, at=at), {subject}
    while standing.status is StandingStatus.REPLACED and standing.replacement is not None:
        after = fold(given, subject=standing.replacement.by_subject, at=at)
        if after.subject in seen or after.original != standing.subject:
            break
        standing = after
        seen.add(after.subject)
    return standing


def _taking(entries: Iterable[LoggedAct]) -> Iterable[LoggedAct]:
    """Return what is on its way to take goods under the certificate before."""
    return (entry for entry in entries if entry.act.kind in _TAKING)


def _may_speak(entry: LoggedAct, issued: LoggedAct, certificate: Certificate) -> bool:
    """Step 3: who issued may end it; the other state's customs may use or refuse it.

    Both states may give a part of it to a substitute: for split release, or for re-export.
    """
    if entry.act.corridor != issued.act.corridor:
        return False
    if entry.act.kind in _ISSUING_SIDE and entry.publisher == issued.publisher:
        return True
    partner = issued.act.corridor.partner_of(certificate.issued_in)
    return entry.act.kind in _CUSTOMS_SIDE and state_of(entry.publisher) == partner


def _each_once(entries: Sequence[LoggedAct], at: datetime) -> tuple[list[LoggedAct], list[Finding]]:
    """Step 4: by state and id, the first in order; other bytes under a known id are flagged.

    By state: a partner reads an id in our log before it countersigns it, and could take it.
    """
    first: dict[tuple[str, str], LoggedAct] = {}
    findings = []
    for entry in entries:
        known = first.setdefault((state_of(entry.publisher), entry.act.id), entry)
        if known.digest != entry.digest and entry.is_registered(at):
            facts = {"act": entry.act.id, "first": known.digest, "second": entry.digest}
            findings.append(Finding("standing.act_id_reused", facts=facts))
    return list(first.values()), findings
