"""What waits for a person, from all stops of the journey: most pressing first."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certorigin.mirror.days import Due, judge_due
from certorigin.seal.trust.expiry import OVER
from certorigin_server.administration.queries import links_to_take, may_decide, open_proposals
from certorigin_server.application.queries import open_questions
from certorigin_server.application.queries import search as search_applications
from certorigin_server.assessment.queries import work_list
from certorigin_server.certification.events.queries import waiting as asked_events
from certorigin_server.certification.events.re_export import to_send_on
from certorigin_server.certification.queries import (
    drafts_to_answer,
    stuck_certificates,
    to_certify,
)
from certorigin_server.desk.paging import part_of
from certorigin_server.desk.tasks import Task
from certorigin_server.fees.queries import refunds_due
from certorigin_server.mirror.queries import (
    alarms_to_note,
    fallen_to_note,
    followed_logs,
    terms_of,
)
from certorigin_server.mirror.shown import DUE_CODES
from certorigin_server.recognition.paper.emergency import entries_to_look_at, reference_in
from certorigin_server.recognition.paper.forms import EMERGENCY_OUTCOMES
from certorigin_server.recognition.paper.queries import (
    open_demands,
    position_of,
    position_of_demand,
)
from certorigin_server.recognition.queries import UNDECIDED, duty_under
from certorigin_server.recognition.queries import search as search_declarations
from certorigin_server.recognition.uses.rechecks import to_recheck
from certorigin_server.returns.requests.tasks import request_tasks
from certorigin_server.seal.listed import announced
from certorigin_server.signin.queries import open_alarms
from certorigin_server.suppliers.queries import to_look_at
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certorigin.seal.trust.expiry import Expiry
    from certorigin_server.administration.queries import Invitation, Proposal
    from certorigin_server.application.queries import Application, Question
    from certorigin_server.certification.events.queries import EventRequest
    from certorigin_server.certification.events.re_export import ReExport
    from certorigin_server.certification.queries import Certificate, LaidDraft
    from certorigin_server.fees.queries import Fee
    from certorigin_server.mirror.queries import Alarm, FollowedLog
    from certorigin_server.recognition.paper.emergency import EmergencyEntry
    from certorigin_server.recognition.paper.queries import PaperDemand
    from certorigin_server.recognition.queries import Decision, GoodsDeclaration
    from certorigin_server.signin.queries import SignInEvent
    from certorigin_server.suppliers.queries import Dependent
    from certorigin_server.users.queries import User

# More than these nobody reads; the desks page through all.
LONGEST = 25


def tasks_for(user: User, *, at: datetime) -> list[Task]:
    """Return what waits for the person, by the day until which it is due."""
    found = list(_tasks(user, at))
    found.sort(key=lambda task: (task.due or date.max, task.since))
    return found[:LONGEST]


def _tasks(user: User, at: datetime) -> Iterator[Task]:
    rights = rights_of(user, at=at)
    if Right.APPLICATION_WRITE in rights:
        yield from (_to_answer(asked) for asked in open_questions(user)[:LONGEST])
        yield from (_to_approve(draft) for draft in drafts_to_answer(user)[:LONGEST])
        yield from (
            _draft(row) for row in part_of(search_applications(user, status="draft"), 0, LONGEST)
        )
    if Right.ASSESSMENT_DECIDE in rights:
        yield from _to_assess(user, at)
    if rights & {Right.ASSESSMENT_DECIDE, Right.CERTIFICATION_CERTIFY}:
        yield from (_fallen(one) for one in to_look_at(user)[:LONGEST])
    if Right.CERTIFICATION_CERTIFY in rights:
        yield from (_to_certify(row) for row in to_certify(user)[:LONGEST])
        yield from (_to_make(row) for row in asked_events(user)[:LONGEST])
        yield from (_to_send_on(row) for row in to_send_on(user)[:LONGEST])
        yield from (_stuck(row) for row in stuck_certificates(user)[:LONGEST])
    if Right.FEES_RECORD in rights:
        yield from (_to_give_back(fee) for fee in refunds_due(user)[:LONGEST])
    if Right.RECOGNITION_DECIDE in rights:
        yield from (_to_recheck(row) for row in to_recheck(user)[:LONGEST])
        undecided = search_declarations(user, state=UNDECIDED).order_by("registered_at", "pk")
        yield from (_to_examine(row) for row in undecided[:LONGEST])
        yield from (_to_close(row) for row in entries_to_look_at(user)[:LONGEST])
        yield from (_to_answer_demand(row, at) for row in open_demands(user)[:LONGEST])
    yield from islice(request_tasks(user, rights, at=at), LONGEST)
    if Right.USERS_WRITE in rights:
        waiting = (row for row in open_proposals()[:LONGEST] if may_decide(row, user))
        yield from (_to_confirm(row) for row in waiting)
        yield from (_to_hand_over(row) for row in links_to_take(user, at=at)[:LONGEST])
        yield from (_to_note(row) for row in open_alarms()[:LONGEST] if row.user_id != user.pk)
        yield from (_ending(one) for one in announced(at=at)[:LONGEST])
    if Right.CERTIFICATION_CERTIFY in rights:
        yield from (_own_alarm(row) for row in fallen_to_note(user)[:LONGEST])
        yield from _terms(user, at)
    if Right.MIRROR_RESUME in rights:
        yield from (_alarm(row) for row in alarms_to_note()[:LONGEST])
        yield from (_to_resume(log, at) for log in followed_logs().filter(status="halted"))


def _terms(user: User, at: datetime) -> Iterator[Task]:
    """Certificates of the person's bodies that the partner must know within twelve hours."""
    for row in terms_of(user)[:LONGEST]:
        due = judge_due(row.issued_on, None, state=settings.SYSTEM.state, at=at)
        if due is not Due.OPEN:
            yield Task(
                what="web.task_term",
                subject=row.number,
                url=reverse("mirror-terms"),
                since=row.certified_at,
                status=DUE_CODES[due],
                due=row.issued_on + timedelta(days=1),
                is_overdue=due is Due.MISSED,
            )


def _own_alarm(row: Alarm) -> Task:
    return Task(
        what="web.task_fallen_own",
        subject=row.subject.rpartition(":")[2],
        url=reverse("mirror-fallen"),
        since=row.raised_at,
        status="alarm.status.open",
    )


def _alarm(row: Alarm) -> Task:
    return Task(
        what="web.task_alarm",
        subject=row.origin.removeprefix("certorigin/"),
        url=reverse("mirror-watch"),
        since=row.raised_at,
        status="alarm.status.open",
    )


def _to_answer(asked: Question) -> Task:
    row = asked.application
    return Task(
        what="web.task_answer",
        subject=str(row.pk)[:8],
        url=reverse("application-answer", args=[asked.pk]),
        since=asked.asked_at,
        detail=row.organisation.name,
        status=f"application.{row.status}",
    )


def _fallen(one: Dependent) -> Task:
    row = one.application
    return Task(
        what="web.task_supplier_fell",
        subject=str(row.pk)[:8],
        url=reverse("supplier-show", args=[one.declaration_id]),
        since=one.declaration.withdrawn_at or row.changed_at,
        detail=row.organisation.name,
        status="supplier.status.withdrawn",
    )


def _draft(row: Application) -> Task:
    return Task(
        what="web.task_fill",
        subject=str(row.pk)[:8],
        url=reverse("application-edit", args=[row.pk]),
        since=row.changed_at,
        detail=row.about,
        status=f"application.{row.status}",
    )


def _to_assess(user: User, at: datetime) -> Iterator[Task]:
    for waiting in work_list(user, at=at, limit=LONGEST):
        row = waiting.application
        if waiting.clock.suspended_since is not None:
            continue  # it waits for the applicant
        yield Task(
            what="web.task_assess",
            subject=str(row.pk)[:8],
            url=reverse("assessment-worksheet", args=[row.pk]),
            since=row.submitted_at or row.changed_at,
            detail=row.organisation.name,
            status="application.submitted",
            due=waiting.due,
            is_overdue=waiting.is_overdue,
        )


def _to_approve(draft: LaidDraft) -> Task:
    row = draft.application
    return Task(
        what="web.task_approve_draft",
        subject=str(row.pk)[:8],
        url=reverse("certification-draft", args=[row.pk]),
        since=draft.laid_at,
        detail=row.body.name if row.body else "",
        status="draft.laid",
    )


def _stuck(row: Certificate) -> Task:
    return Task(
        what="web.task_stuck",
        subject=row.number,
        url=reverse("certification-show", args=[row.pk]),
        since=row.certified_at,
        detail=row.certified_by.full_name,
        status="act.stuck",
    )


def _to_give_back(fee: Fee) -> Task:
    return Task(
        what="web.task_fee_refund",
        subject=fee.reference,
        url=reverse("fees-refund", args=[fee.pk]),
        since=fee.refund_since or fee.changed_at,
        detail=fee.application.organisation.name,
        status=f"fees.status.{fee.status}",
    )


def _to_make(row: EventRequest) -> Task:
    return Task(
        what="web.task_event",
        subject=row.base.number,
        url=reverse("event-make", args=[row.pk]),
        since=row.asked_at,
        detail=row.asked_by.full_name,
        status="web.event_waits",
    )


def _to_send_on(row: ReExport) -> Task:
    return Task(
        what="web.re_export",
        subject=row.base_number,
        url=reverse("re-export-make", args=[row.pk]),
        since=row.asked_at,
        detail=row.application.organisation.name,
        status="web.event_waits",
    )


def _to_certify(row: Application) -> Task:
    return Task(
        what="web.task_certify",
        subject=str(row.pk)[:8],
        url=reverse("certification-certify", args=[row.pk]),
        since=row.decided_at or row.changed_at,
        detail=row.organisation.name,
        status="assessment.decision.originating",
    )


def _to_examine(row: GoodsDeclaration) -> Task:
    cited = [one.number for one in row.citations.all()]
    return Task(
        what="web.task_examine",
        subject=row.number,
        url=reverse("recognition-show", args=[row.pk]),
        since=row.registered_at,
        detail=", ".join(cited[:3]) + (" …" if len(cited) > 3 else ""),
        status="web.declaration_undecided",
    )


def _to_close(row: EmergencyEntry) -> Task:
    """Accepted on paper while service was disturbed; the mirror says otherwise, or nothing."""
    position = position_of(row.declaration, reference_in(row))
    return Task(
        what="web.task_emergency",
        subject=row.number,
        url=reverse("recognition-emergency", args=[row.declaration_id, position]),
        since=row.entered_at,
        detail=f"{row.declaration.number} · {row.declaration.post.name}",
        status=EMERGENCY_OUTCOMES[row.outcome],
    )


def _to_answer_demand(row: PaperDemand, at: datetime) -> Task:
    """An original that was demanded: it came, or its last day is over."""
    return Task(
        what="web.task_demand",
        subject=row.number,
        url=reverse("recognition-paper", args=[row.declaration_id, position_of_demand(row)]),
        since=row.demanded_at,
        detail=f"{row.declaration.number} · {row.declaration.post.name}",
        status="demand.outcome.open",
        due=row.until,
        is_overdue=timezone.localdate(at) > row.until,
    )


def _to_recheck(row: Decision) -> Task:
    duties = [f"{one.amount:f} {one.currency}" for one in duty_under(row)]
    return Task(
        what="web.task_recheck",
        subject=row.declaration.number,
        url=reverse("recognition-decision", args=[row.pk]),
        since=row.decided_at,
        detail=" · ".join((row.declaration.post.name, *duties)),
        status="web.task_ended",
    )


def _ending(one: Expiry) -> Task:
    """Something in a trust list, ours or a partner's, ends within 60 days."""
    return Task(
        what="web.task_list_ended" if one.stage == OVER else "web.task_ending",
        subject=one.label or one.name,
        url=reverse("administration-partners"),
        since=one.ends - timedelta(days=one.stage),
        detail=one.state,
        due=one.ends.date(),
        is_overdue=one.stage == OVER,
    )


def _to_confirm(row: Proposal) -> Task:
    return Task(
        what="web.task_confirm",
        subject=row.subject,
        url=reverse("administration-proposal", args=[row.pk]),
        since=row.proposed_at,
        detail=row.proposed_by.full_name,
        status="proposal.status.open",
    )


def _to_hand_over(row: Invitation) -> Task:
    return Task(
        what="web.task_hand_link",
        subject=row.user.username,
        url=reverse("administration-proposal", args=[row.proposal_id]),
        since=row.created,
        detail=row.user.full_name,
        status="proposal.status.confirmed",
        due=row.expires.date(),
    )


def _to_note(row: SignInEvent) -> Task:
    return Task(
        what="web.task_sign_in_alarm",
        subject=row.user.username,
        url=reverse("administration-alarms"),
        since=row.at,
        detail=row.user.full_name,
    )


def _to_resume(log: FollowedLog, at: datetime) -> Task:
    return Task(
        what="web.task_resume",
        subject=log.publisher,
        url=reverse("administration-partners"),
        since=log.followed_at or at,
        detail=log.corridor,
        status="corridor.status.halted",
    )
