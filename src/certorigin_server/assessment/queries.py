"""Reading assessments: what waits, what was decided, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Assessment as Reasons
from certorigin.assessment.assess import assess
from certorigin.assessment.basis import Basis, File, digest_of_rules, digest_of_text
from certorigin.assessment.examination import RecordedAct, with_recorded_acts
from certorigin.assessment.fit import check_fit
from certorigin.assessment.term import appeal_term_of
from certorigin.errors import UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.standing.standing import StandingStatus
from certorigin.vocabulary.tariff import TariffCode
from certorigin_server.application.evidence_queries import evidence_of
from certorigin_server.application.queries import (
    draft_of,
    get_visible,
    last_answers,
    latest_versions,
    submitted_at,
    suspensions_by_application,
    undecided,
    visible_to,
    worksheet_of,
)
from certorigin_server.application.term import clock_from
from certorigin_server.assessment import asked
from certorigin_server.assessment.models import (
    Appeal,
    Assessment,
    ExaminationAct,
    Refusal,
    Reopening,
)
from certorigin_server.desk.paging import count_of, part_of
from certorigin_server.standing.queries import find_issued, standing_of
from certorigin_server.suppliers.queries import backing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.assessment.term import Clock
    from certorigin.assessment.worksheet import Worksheet
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.finding import Finding
    from certorigin_server.application.queries import Application, WorksheetVersion
    from certorigin_server.users.queries import User

_GOOD = frozenset({StandingStatus.VALID, StandingStatus.USED_UP})
_BAD = frozenset({StandingStatus.ANNULLED, StandingStatus.REPLACED})


@dataclass(frozen=True)
class Waiting:
    """An application on the work list, with the clock of the national term.

    `last` is the newest attempt, which stayed open; `worksheet_version` is 0 where nobody has yet
    stated the facts of production. `is_answered`: the applicant answered since anybody looked.
    """

    application: Application
    worksheet_version: int
    clock: Clock
    last: Assessment | None
    is_answered: bool = False

    @property
    def due(self) -> date | None:
        """The last day of the term, or None while it stands still."""
        return self.clock.due

    @property
    def is_overdue(self) -> bool:
        """Say whether the term is over."""
        return self.clock.is_overdue


@dataclass(frozen=True)
class Judged:
    """What the facts come to, with what a person should know of the acts that they cite."""

    reasons: Reasons
    remarks: tuple[Finding, ...]


class WorkList:
    """What waits for a decision of a person's body, most pressing first (R51).

    What waits for the applicant comes last. The order stands in the rows, so a part of the list is
    read alone.
    """

    def __init__(self, user: User, *, at: datetime) -> None:
        self._every, self._at = undecided(user), at

    def __len__(self) -> int:
        """Return how many wait, up to as many as anybody pages through."""
        return count_of(self._every)

    def __getitem__(self, part: slice) -> list[Waiting]:
        """Read a part of the list."""
        applications = part_of(self._every, part.start or 0, part.stop)
        chosen = [row.pk for row in applications]
        clocks = _clocks([(row.pk, row.submitted_at) for row in applications], at=self._at)
        attempts, facts = _last_attempts(chosen), latest_versions(applications)
        answers = last_answers(chosen)
        waiting = []
        for row in applications:
            last, answered = attempts.get(row.pk), answers.get(row.pk)
            looked = last.decided_at if last else row.submitted_at
            is_answered = bool(answered and looked and answered > looked)
            version = facts.get(row.pk, 0)
            waiting.append(Waiting(row, version, clocks[row.pk], last, is_answered))
        return waiting


def work_list(user: User, *, at: datetime, limit: int = 200) -> list[Waiting]:
    """Return the most pressing of what waits for a decision of the person's body (R51)."""
    return WorkList(user, at=at)[:limit]


def clock_for(application: Application, *, at: datetime) -> Clock:
    """Return how the national term of one application stands (R51)."""
    return _clocks([(application.pk, submitted_at(application))], at=at)[application.pk]


def _clocks(rows: Iterable[tuple[UUID, datetime | None]], *, at: datetime) -> dict[UUID, Clock]:
    """Return the clock of each case: from submission, or from when it was last opened again."""
    rows = list(rows)
    wanted = [pk for pk, _ in rows]
    stops = suspensions_by_application(wanted)
    starts = _opened_again(wanted)
    found = {}
    for pk, submitted in rows:
        start = timezone.localdate(starts.get(pk) or submitted or at)
        found[pk] = clock_from(start, stops.get(pk, ()), at=at)
    return found


def _opened_again(applications: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when a case was last opened again, by a reopening or an appeal that was upheld."""
    wanted = list(applications)
    opened = Reopening.objects.filter(assessment__application__in=wanted)
    found = dict(
        opened.values_list("assessment__application").annotate(last=Max("opened_at")).order_by()
    )
    upheld = Appeal.objects.filter(
        refusal__application__in=wanted, outcome=Appeal.Outcome.UPHELD
    ).values_list("refusal__application", "resolved_at")
    for pk, moment in upheld:
        if moment is not None:
            found[pk] = max(moment, found.get(pk, moment))
    return found


def latest_visible(application: UUID, *, user: User) -> Assessment:
    """Return the newest assessment of an application that a person may see. Raises UnknownError."""
    row = get_visible(application, user=user)
    found = _newest().filter(application=row.pk).last()
    if found is None:
        raise UnknownError("assessment.none_yet", application=str(application))
    return found


def decision_of(application: UUID) -> Assessment | None:
    """Return the assessment that decided an application, or None; not one opened again."""
    return asked.decisions.first(application=application)


def last_reopening(application: UUID) -> Reopening | None:
    """Return why the last decision on an application was opened again, or None if none was."""
    found = Reopening.objects.filter(assessment__application=application)
    return found.select_related("opened_by").order_by("opened_at", "id").last()


def round_of(application: UUID) -> int:
    """Return the round that is under way: one more than decisions and refusals opened again."""
    opened = Reopening.objects.filter(assessment__application=application).count()
    upheld = Appeal.objects.filter(
        refusal__application=application,
        refusal__assessment=None,  # else the decision was opened again, and is counted
        outcome=Appeal.Outcome.UPHELD,
    )
    return 1 + opened + upheld.count()


def refusals_of(application: Application) -> list[Refusal]:
    """Return every refusal of an application with its appeal, the newest first."""
    found = Refusal.objects.filter(application=application.pk)
    people = ("refused_by", "assessment", "appeal__filed_by", "appeal__resolved_by")
    return list(found.select_related(*people).order_by("-round"))


def refusal_in_force(application: Application) -> Refusal | None:
    """Return the refusal that holds now, or None."""
    newest = next(iter(refusals_of(application)), None)
    if newest is None or newest.round != round_of(application.pk):
        return None
    return newest


def appeal_until(refusal: Refusal) -> date:
    """Return the last day on which a refusal can be appealed."""
    return appeal_term_of(settings.SYSTEM.state).due(timezone.localdate(refusal.refused_at))


def appeal_of(refusal: Refusal) -> Appeal | None:
    """Return the appeal against a refusal, or None."""
    return Appeal.objects.filter(refusal=refusal.pk).select_related("filed_by").first()


def open_appeals(user: User) -> QuerySet[Appeal]:
    """Return the appeals that wait and that this very person may resolve, the oldest first."""
    body = user.organisation_id
    waiting = Appeal.objects.filter(resolved_at=None).exclude(refusal__refused_by=user.pk)
    own = Q(refusal__application__body=body) | Q(refusal__application__body__parent=body)
    found = waiting.filter(own).select_related("refusal__application__organisation")
    found = found.defer("refusal__application__document")
    return found.order_by("filed_at", "id")


def get_appeal(appeal: UUID, *, user: User) -> Appeal:
    """Return an appeal that a person may see. Raises UnknownError (`assessment.appeal_unknown`)."""
    found = Appeal.objects.select_related("refusal__application__body", "refusal__refused_by")
    row = found.filter(pk=appeal, refusal__application__in=visible_to(user)).first()
    if row is None:
        raise UnknownError("assessment.appeal_unknown", appeal=str(appeal))
    return row


def basis_of(application: Application, worksheet: WorksheetVersion | None) -> Basis:
    """Return the digests of what lies before a decision now."""
    cited = worksheet_of(worksheet) if worksheet else None
    acts = [item.expert_act for item in cited.items if item.expert_act] if cited else []
    agreement = cited.agreement if cited else ""
    return Basis(
        application=digest_of_text(application.document),
        worksheet=digest_of_text(worksheet.document) if worksheet else "",
        agreement=agreement,
        rules=digest_of_rules(agreement) if agreement else "",
        files=files_of(application),
        acts=tuple(f"{act.number}, {act.date.isoformat()}" for act in acts),
    )


def files_of(application: Application) -> tuple[File, ...]:
    """Return the files of an application that are there now, with their digests."""
    return tuple(File(one.kind, one.name, one.digest) for one in evidence_of(application))


def stored_basis(row: Assessment | Refusal) -> Basis | None:
    """Return what a decision rests on; None for one that was made before this was kept."""
    return Basis.from_data(orjson.loads(row.basis)) if row.basis else None


def reasons_of(assessment: Assessment) -> Reasons:
    """Read the reasons and figures of an assessment."""
    return Reasons.from_data(parse_strict(assessment.document.encode()))


def reasons_behind(refusal: Refusal) -> Reasons | None:
    """Return what the facts came to when a refusal was made, or None where there were none."""
    if refusal.assessment is not None:
        return reasons_of(refusal.assessment)
    text = refusal.document
    return Reasons.from_data(parse_strict(text.encode())) if text else None


def attempts_at(application: Application) -> QuerySet[Assessment]:
    """Return every attempt to decide on an application, the newest first."""
    return _newest().filter(application=application.pk).order_by("-decided_at", "-id")


def is_open(application: Application) -> bool:
    """Say whether an application was handed in and waits for its decision."""
    return application.status == application.Status.SUBMITTED and application.decided_at is None


def judge_case(application: Application, worksheet: Worksheet, *, at: datetime) -> Judged:
    """Say what facts come to with the acts of examination on record. Raises MalformedError."""
    return judge_for(application.organisation_id, worksheet, at=at)


def judge_for(exporter: int, worksheet: Worksheet, *, at: datetime) -> Judged:
    """Say what facts of an exporter come to, with its acts on record. Raises MalformedError."""
    day = timezone.localdate(at)
    recorded, remarks = with_recorded_acts(worksheet, recorded_acts(exporter, at=at), at=day)
    return Judged(judge(recorded, exporter=exporter, at=at), remarks)


def recorded_acts(exporter: int, *, at: datetime) -> list[RecordedAct]:
    """Return the acts of examination of an exporter that were on record at a moment."""
    rows = ExaminationAct.objects.filter(exporter=exporter, recorded_at__lte=at)
    return [
        RecordedAct(
            number=row.number,
            dated=row.dated,
            issuer=row.issuer,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            codes=tuple(TariffCode.from_text(one["tariffCode"]) for one in goods_of(row)),
            confirms_necessary=row.confirms_necessary,
            is_withdrawn=row.withdrawn_at is not None and row.withdrawn_at <= at,
        )
        for row in rows
    ]


def goods_of(act: ExaminationAct) -> list[dict[str, str]]:
    """Return the lines of goods that an act speaks of."""
    found: list[dict[str, str]] = orjson.loads(act.goods)
    return found


def judge(worksheet: Worksheet, *, exporter: int, at: datetime) -> Reasons:
    """Say what the library decides on an exporter's facts as they stand. Raises MalformedError."""
    return assess(
        worksheet,
        agreement=get_agreement(worksheet.agreement),
        at=timezone.localdate(at),
        verified=verified_certificates(worksheet, at=at),
        suppliers=backing_of(worksheet, customer=exporter, at=at),
    )


def find_misfits(worksheet: Worksheet, application: Application) -> tuple[Finding, ...]:
    """Return where facts of production speak of other goods than the application."""
    return tuple(check_fit(worksheet, draft_of(application), issued_in=settings.SYSTEM.state))


def verified_certificates(
    worksheet: Worksheet, *, at: datetime
) -> Mapping[CertificateReference, bool]:
    """Look up the certificates that a worksheet names for its materials (R39).

    One that the register does not know, or knows without an answer, is left out: it stays open.
    """
    named = {
        material.certificate
        for item in worksheet.items
        for material in item.all_materials()
        if material.certificate is not None
    }
    found = {}
    for reference in named:
        rows = find_issued(
            number=reference.number,
            issued_on=reference.date,
            issued_in=reference.issued_in,
            form=reference.form,
        )
        status = standing_of(rows[0].subject, at=at).status if len(rows) == 1 else None
        if status in _GOOD or status in _BAD:
            found[reference] = status in _GOOD
    return found


def _newest() -> QuerySet[Assessment]:
    return Assessment.objects.select_related("worksheet", "decided_by").order_by("decided_at", "id")


def _last_attempts(applications: Iterable[UUID]) -> dict[UUID, Assessment]:
    found = _newest().filter(application__in=list(applications))
    return {attempt.application_id: attempt for attempt in found}
