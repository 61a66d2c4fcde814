"""The parts of a report that follow from a case: standing, head, match, and issuer's codes."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from certorigin.errors import (
    CertoriginError,
    MalformedError,
    UnknownError,
)
from certorigin.late import Later
from certorigin.recognition.case import Case, digest_of, read_certificate
from certorigin.recognition.report import HeadUsed, Part, not_reached, part
from certorigin.standing.validity import last_day, months_later
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.moment import SKEW, moment_to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certorigin.mirror.view import LogView
    from certorigin.recognition import match
    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.recognition.match import Fit, MatchReport
    from certorigin.standing import standing as standings
    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.standing import Standing, StandingStatus
    from certorigin.vocabulary.certificate import Certificate
else:  # a declaration or a mirror needs them
    match = Later("certorigin.recognition.match")
    standings = Later("certorigin.standing.standing")


# What the trust list says about a key, in the words of the report.
ISSUER_CODES = {
    "trust.key_withdrawn": "issuer.key_withdrawn",
    "trust.key_expired": "issuer.key_expired",
    "trust.key_not_yet_valid": "issuer.key_not_yet_valid",
    "trust.controller_differs": "issuer.controller_differs",
    "trust.role_missing": "issuer.role_missing",
    "trust.form_not_allowed": "issuer.form_not_allowed",
    "trust.body_not_authorised": "issuer.body_not_authorised",
    "trust.body_differs": "issuer.body_differs",
    "trust.officer_not_in_office": "issuer.officer_not_entitled",
    "trust.officer_without_right": "issuer.officer_not_entitled",
    "issuer.officer_not_entitled": "issuer.officer_not_entitled",
    "issuer.not_the_sealer": "issuer.not_the_sealer",
    "issuer.state_differs": "issuer.state_differs",
    "issuer.body_role_missing": "issuer.body_role_missing",
    "issuer.body_differs": "issuer.body_differs",
}


@cache
def _standing_codes() -> dict[StandingStatus, str]:
    status = standings.StandingStatus
    return {
        status.UNKNOWN: "standing.not_in_mirror",
        status.PENDING: "standing.pending",
        status.REGISTERED: "standing.not_yet_valid",
        status.VALID: "standing.valid",
        status.USED_UP: "standing.used_up",
        status.EXPIRED: "standing.expired",
        status.REPLACED: "standing.replaced",
        status.ANNULLED: "standing.annulled",
    }


@cache
def _fit_codes() -> dict[Fit, str]:
    fit = match.Fit
    return {
        fit.FITS: "match.fits",
        fit.DIFFERS: "match.differs",
        fit.UNDETERMINED: "match.undetermined",
    }


def standing_alone(case: Case) -> Part:
    """Without a mirror only the months can be judged; the rest is as of the bundle's head."""
    known = case.registered.known
    if known is None or case.index < 0:
        return not_reached("standing")
    gist = case.gist
    try:
        if gist.has_marks:
            ends = last_day(read_certificate(case), get_form(gist.form))
        else:
            ends = _end_of_term(gist.form, gist.date)
    except UnknownError:
        return part("standing.form_unknown", form=gist.form)
    except (MalformedError, ValueError):
        return part("standing.unreadable", fault="certificate.malformed")
    if case.at.date() > ends:
        return part("standing.expired", expires=ends.isoformat())
    return part("standing.as_of_bundle", origin=known.origin, size=str(known.size))


@lru_cache(maxsize=1024)  # thousands are certified on one day
def _end_of_term(form: str, day: str) -> date:
    return months_later(date.fromisoformat(day), get_form(form).validity_months)


def standing_part(
    case: Case, standing: Standing, undecided: int, twins: Sequence[LoggedAct] = ()
) -> Part:
    """Put the fold's answer into the words of the report; `twins` share the number."""
    facts: dict[str, str] = {"status": str(standing.status)}
    if standing.since is not None:
        facts["since"] = moment_to_text(standing.since)
    if standing.expires is not None:
        facts["expires"] = standing.expires.isoformat()
    if standing.replaced_by is not None:
        facts["replaced_by"] = standing.replaced_by.number
    if standing.annulment is not None:
        facts["ground"] = standing.annulment.ground
    if standing.later:
        facts["later"] = ", ".join(str(act.act.kind) for act in standing.later)
    if standing.findings:
        facts["findings"] = ", ".join(finding.code for finding in standing.findings)
    if standing.issued is not None and standing.issued.digest != digest_of(case):
        return part("standing.other_certificate", act=standing.issued.act.id)
    waits = standing.status is standings.StandingStatus.REGISTERED and standing.awaits_contract
    code = "standing.contract_not_recorded" if waits else _standing_codes()[standing.status]
    found = part(code, **facts)
    if twins and found.outcome != "refused":
        number, acts = case.gist.number, ", ".join(one.act.id for one in twins)
        return part("standing.number_issued_twice", number=number, acts=acts)
    if undecided and found.outcome != "refused":
        return part("standing.undecided", acts=str(undecided))
    told = next((one for one in standing.findings if one.code == "standing.base_annulled"), None)
    if told is not None and found.outcome == "recognised":
        return part(told.code, **{**facts, **told.facts})
    return found


def head_used(case: Case, view: LogView | None) -> HeadUsed | None:
    """Return the newest head that the answer rests on: the mirror's, or the bundle's."""
    if view is not None:
        return HeadUsed(view.origin, view.size, view.heartbeat, "mirror")
    known = case.registered.known
    if known is None or known.head is None:
        return None
    usable = [time for time in known.times if time <= case.at + SKEW]
    time = usable[-1] if usable else (known.times[0] if known.times else None)
    return HeadUsed(known.origin, known.size, time, "bundle")


def judge_match(
    case: Case,
    declaration: GoodsDeclaration | None,
    standing: Standing | None,
    *,
    in_parts: bool = True,
) -> tuple[Part, MatchReport | None, Certificate | None]:
    """Step 8."""
    if declaration is None:
        return part("match.not_asked"), None, None
    try:
        certificate = (standing.certificate if standing else None) or read_certificate(case)
        form = get_form(certificate.form)
        found = match.match(
            certificate, declaration, standing=standing, form=form, in_parts=in_parts
        )
    except CertoriginError as fault:
        return part("match.not_reached", fault=fault.code), None, None
    codes = sorted({finding.code for finding in found.all_findings})
    return part(_fit_codes()[found.fit], findings=", ".join(codes)), found, certificate
