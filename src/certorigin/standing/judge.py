"""The last steps of the fold: ends, uses and the status, from the acts that count at a moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.late import dataclass
from certorigin.standing.corrections import correction_of, with_corrections
from certorigin.standing.entry import read_body
from certorigin.standing.quantities import Part, Use, count_uses, part_of, use_of
from certorigin.standing.standing import Ending, StandingStatus, reference_to
from certorigin.standing.validity import (
    continuing_marks,
    end_of,
    endless_items,
    is_for_sale,
    original_day,
)
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import Annulment, Refusal, Replacement
from certorigin.vocabulary.calendar import start_of_day
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.goods_acts import Sale
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.quantities import Count
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form

RULES_9_4 = "Rules 9.4"
RULES_8_2 = "Rules 8.2"
RULES_8_4 = "Rules 8.4, 9.4"
RULES_8_6 = "Rules 8.6"


@dataclass(frozen=True)
class Registered:
    """The certificate that is judged: its `Issued`, its data, its form and its last day.

    `before` is the certificate for which it stands, where it is a duplicate or a corrected version.
    """

    entry: LoggedAct
    certificate: Certificate
    form: Form
    expires: date
    before: Standing | None = None

    @property
    def endless(self) -> frozenset[int]:
        """The items whose box 10 is empty by right: uses of them have no limit (R24)."""
        return endless_items(self.certificate, self.form)


def judge(known: Standing, ours: Registered, counted: Sequence[LoggedAct]) -> Standing:
    """Judge a registered certificate from the acts that count.

    Raises MalformedError when one of them cannot be read.
    """
    endings = _endings(counted)
    own = [one for entry in counted if (one := use_of(entry) or part_of(entry)) is not None]
    refusals = tuple(entry for entry in counted if entry.act.kind is Kind.REFUSED)
    sales = tuple(entry for entry in counted if entry.act.kind is Kind.SOLD)
    taken = [*own, *(ours.before.uses + ours.before.parts if ours.before else ())]
    taken, miscorrected = with_corrections(taken, counted)
    taken.sort(key=lambda one: (one.since, one.entry.order))
    uses = tuple(one for one in taken if isinstance(one, Use))
    count = count_uses(ours.certificate.items, taken, ours.form.quantity_tolerance, ours.endless)
    named = [(ending.entry, ending.body.certificate) for ending in endings]
    named += [(one.entry, one.body.certificate) for one in own]
    named += [(e, read_body(e.act, Refusal.from_record).certificate) for e in refusals]
    corrections = [(e, body) for e in counted if (body := correction_of(e)) is not None]
    named += [(e, body.certificate) for e, body in corrections]
    named += [(e, read_body(e.act, Sale.from_record).certificate) for e in sales]
    status, since = _status(known.at, ours, endings, count, sales)
    return replace(
        known,
        status=status,
        since=since,
        endings=endings,
        uses=uses,
        parts=tuple(one for one in taken if isinstance(one, Part)),
        sales=sales,
        used=dict(count.used),
        uncounted=tuple(count.uncounted),
        refusals=refusals,
        findings=(
            *known.findings,
            *_check_issued(ours, counted),
            *_check_sale(ours, sales),
            *_check_endings(endings),
            *count.findings,
            *miscorrected,
            *_check_uses(uses, endings, ours),
            *_check_names(named, ours),
        ),
    )


def _endings(counted: Iterable[LoggedAct]) -> tuple[Ending, ...]:
    """Step 6: in the order in which they hold; nobody is bound by what no cosigned head covers."""
    endings = []
    for entry in counted:
        if entry.act.kind is Kind.ANNULLED:
            annulment = read_body(entry.act, Annulment.from_record)
            holds_from = max(annulment.effective, entry.registered_at)
            endings.append(Ending(StandingStatus.ANNULLED, entry, holds_from, annulment))
        elif entry.act.kind is Kind.REPLACED:
            replacement = read_body(entry.act, Replacement.from_record)
            endings.append(Ending(StandingStatus.REPLACED, entry, entry.registered_at, replacement))
    return tuple(sorted(endings, key=lambda ending: (ending.holds_from, ending.entry.order)))


def _status(
    at: datetime,
    ours: Registered,
    endings: Sequence[Ending],
    count: Count,
    sales: Sequence[LoggedAct],
) -> tuple[StandingStatus, datetime]:
    """Step 8: the furthest point that was reached, and since when it holds."""
    registered = ours.entry.registered_at
    if endings and endings[0].holds_from <= at:
        return endings[0].status, endings[0].holds_from
    if at >= end_of(ours.expires):
        return StandingStatus.EXPIRED, max(end_of(ours.expires), registered)
    if count.exhausted_at is not None:
        return StandingStatus.USED_UP, count.exhausted_at
    begins = start_of_day(ours.certificate.certification.date, ours.certificate.issued_in)
    is_for_later = is_for_sale(ours.certificate, ours.form)
    if at < begins or (is_for_later and not sales):
        return StandingStatus.REGISTERED, registered
    sold = sales[0].registered_at if is_for_later else registered
    return StandingStatus.VALID, max(begins, registered, sold)


def _check_issued(ours: Registered, counted: Iterable[LoggedAct]) -> Iterable[Finding]:
    for entry in counted:
        if entry.act.kind is Kind.ISSUED and entry.act.id != ours.entry.act.id:
            facts = {"first": ours.entry.act.id, "second": entry.act.id}
            yield Finding("standing.issued_twice", facts=facts)
    marks = continuing_marks(ours.certificate, ours.form)
    if marks and ours.before is None and ours.entry.act.causes:
        facts = {"number": ours.certificate.number}
        yield Finding("standing.original_not_held", "officialMarks", Grade.WARNING, facts=facts)
    if marks and original_day(ours.certificate, ours.form) is None:
        yield Finding(
            "standing.duplicate_without_original",
            "officialMarks",
            Grade.WARNING,
            RULES_8_2,
            facts={"number": ours.certificate.number},
        )


def check_bases(ours: Standing) -> Iterable[Finding]:
    """Tell of the annulled base of a substitute: whether its ground touches these goods is judged.

    By the body that issued the substitute, and by customs before which it lies (R48).
    """
    base = ours.annulled_base
    if base is None or base.certificate is None or base.annulment is None or base.since is None:
        return
    facts = {
        "base": base.certificate.number,
        "ground": base.annulment.ground,
        "since": moment_to_text(base.since),
    }
    yield Finding("standing.base_annulled", "officialMarks", Grade.WARNING, RULES_8_4, facts)


def _check_sale(ours: Registered, sales: Sequence[LoggedAct]) -> Iterable[Finding]:
    """Goods that left for sale have no preference until a contract is recorded (R49)."""
    if is_for_sale(ours.certificate, ours.form) and not sales:
        facts = {"number": ours.certificate.number}
        yield Finding("standing.contract_not_recorded", "", Grade.WARNING, RULES_8_6, facts=facts)


def _check_endings(endings: Iterable[Ending]) -> Iterable[Finding]:
    for ending in endings:
        if isinstance(ending.body, Annulment) and ending.reaches_back:
            facts = {
                "act": ending.entry.act.id,
                "effective": moment_to_text(ending.body.effective),
                "holds_from": moment_to_text(ending.holds_from),
            }
            yield Finding(
                "standing.annulment_reaches_back", "", Grade.WARNING, RULES_9_4, facts=facts
            )


def _check_uses(
    uses: Sequence[Use], endings: Sequence[Ending], ours: Registered
) -> Iterable[Finding]:
    """Uses that a person should look at; they stay counted, because the goods did pass."""
    seen: dict[tuple[str, str, str], str] = {}
    for use in uses:
        act, declared = use.entry.act.id, use.body.declaration
        facts = {"act": act, "declaration": declared.number}
        first = seen.setdefault((declared.number, declared.date.isoformat(), use.body.post), act)
        if first != act:
            told = facts | {"first": first}
            yield Finding("standing.declared_twice", "", Grade.WARNING, facts=told)
        if endings and use.entry.registered_at > endings[0].holds_from:
            told = facts | {"since": moment_to_text(endings[0].holds_from)}
            yield Finding("standing.used_after_end", "", Grade.WARNING, RULES_9_4, facts=told)
        if declared.date > ours.expires:
            told = facts | {"expires": ours.expires.isoformat()}
            yield Finding("standing.used_after_expiry", "", Grade.WARNING, "Rules 6.4", facts=told)


def _check_names(
    named: Iterable[tuple[LoggedAct, CertificateReference]], ours: Registered
) -> Iterable[Finding]:
    """Acts whose words name another certificate than their subject, or another `Issued`."""
    reference = reference_to(ours.certificate)
    digest = ours.entry.digest
    for entry, other in named:
        causes = {cause.act: cause.digest for cause in entry.act.causes}
        if other != reference or causes.get(ours.entry.act.id, digest) != digest:
            facts = {"act": entry.act.id, "number": reference.number, "named": other.number}
            yield Finding("standing.other_certificate_named", "", Grade.WARNING, facts=facts)
