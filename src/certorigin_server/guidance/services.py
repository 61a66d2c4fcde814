"""Writing what is asked before issue: answers turn by turn, an application from them, rules."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from certorigin.application.draft import Application as Draft
from certorigin.application.draft import ApplicationItem
from certorigin.certification.acceptance import AcceptanceRules
from certorigin.errors import ConflictError, StandingError
from certorigin.seal.canonical import strict_bytes
from certorigin_server.application.power import party_of
from certorigin_server.application.queries import USUAL_FORM, latest_worksheet
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.application.services import begin as begin_application
from certorigin_server.application.services import state_facts
from certorigin_server.guidance.models import AnswerSet, Inquiry, Publication
from certorigin_server.guidance.queries import answers_of, ask, get_visible, last_turn
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from certorigin.assessment.questions.answers import Answers
    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import User


@transaction.atomic
def begin(*, answers: Answers, by: User, at: datetime) -> Inquiry:
    """Keep the first answers of an inquiry."""
    inquiry = Inquiry.objects.create(organisation=by.organisation, began_at=at, began_by=by)
    _keep(inquiry, answers, 1, by, at)
    record(by=by.username, at=at, action="guidance.begun", subject=inquiry.urn)
    return inquiry


@transaction.atomic
def answer(
    *, inquiry: UUID, given: Mapping[str, object], number: int, by: User, at: datetime
) -> AnswerSet:
    """Keep further answers as a new turn; `number` is the turn that the person saw.

    Raises UnknownError, ConflictError (`application.changed_meanwhile`), FaultsError with every
    answer that can't be read.
    """
    row = get_visible(inquiry, user=by)
    last = last_turn(row)
    if last.number != number:
        raise ConflictError("application.changed_meanwhile", version=str(last.number))
    answers = answers_of(last).with_answers(given)
    kept = _keep(row, answers, number + 1, by, at)
    record(
        by=by.username,
        at=at,
        action="guidance.answered",
        subject=row.urn,
        turn=str(kept.number),
        digest=kept.digest,
    )
    return kept


@transaction.atomic
def start_application(*, inquiry: UUID, by: User, at: datetime) -> Application:
    """Begin an application for the goods of an inquiry; its answers are the facts of production.

    Raises UnknownError, StandingError (`guidance.not_started`), RightError as
    `application.services.begin`.
    """
    row, answers = _answered(inquiry, by)
    sheet = answers.worksheet()
    items = tuple(
        ApplicationItem(
            sequence=item.sequence,
            description=item.description,
            tariff_code=item.tariff_code,
            origin_country=sheet.production_country,
        )
        for item in sheet.items
    )
    destination = sheet.trade.imported_into if sheet.trade else None
    goes = destination if destination != settings.SYSTEM.state else None
    owner = by.organisation
    draft = Draft(
        form=USUAL_FORM,
        presented_in=goes or "",
        exporter=party_of(owner) if owner else None,
        applicant="exporter",
        natural_person=owner is not None and owner.kind == owner.Kind.NATURAL_PERSON,
        items=items,
    )
    application = begin_application(draft=draft, by=by, at=at)
    state_facts(application=application.pk, worksheet=sheet, version=0, by=by, at=at)
    _note_use(row, application, by, at)
    return application


@transaction.atomic
def use_in(*, inquiry: UUID, application: UUID, by: User, at: datetime) -> Application:
    """Make the answers a new version of the facts of production of an application.

    Raises UnknownError, StandingError (`guidance.not_started`), and as
    `application.services.state_facts`.
    """
    row, answers = _answered(inquiry, by)
    target = get_application(application, user=by)
    latest = latest_worksheet(target)
    state_facts(
        application=target.pk,
        worksheet=answers.worksheet(),
        version=latest.version if latest else 0,
        by=by,
        at=at,
    )
    _note_use(row, target, by, at)
    return target


@transaction.atomic
def publish(*, rules: AcceptanceRules, by: User, at: datetime) -> Publication:
    """Enter a version of a state's acceptance rules.

    Raises ConflictError (`guidance.version_taken`) when that version is here already, StandingError
    (`guidance.version_older`) when a newer one is.
    """
    facts = {"state": rules.state, "version": str(rules.version)}
    newest = Publication.objects.filter(state=rules.state, form=rules.form).first()
    if newest is not None and newest.version > rules.version:
        raise StandingError("guidance.version_older", **facts)
    document = strict_bytes(rules.to_data())
    try:
        with transaction.atomic():
            entered = Publication.objects.create(
                state=rules.state,
                form=rules.form,
                version=rules.version,
                since=rules.since,
                until=rules.until,
                document=document.decode(),
                digest=hashlib.sha256(document).hexdigest(),
                entered_at=at,
                entered_by=by,
            )
    except IntegrityError:
        raise ConflictError("guidance.version_taken", **facts) from None
    record(
        by=by.username,
        at=at,
        action="guidance.rules_entered",
        subject=f"acceptance:{rules.state}/{rules.form}/{rules.version}",
        digest=entered.digest,
    )
    return entered


def _answered(inquiry: UUID, by: User) -> tuple[Inquiry, Answers]:
    row = get_visible(inquiry, user=by)
    turn = ask(answers_of(last_turn(row)), by=by, at=row.began_at)
    if turn.assessment is None:
        raise StandingError("guidance.not_started", inquiry=str(row.pk))
    return row, turn.answers


def _keep(inquiry: Inquiry, answers: Answers, number: int, by: User, at: datetime) -> AnswerSet:
    turn = ask(answers, by=by, at=at)
    document = strict_bytes(turn.answers.to_data())
    code = turn.answers.at_place("items[0].tariffCode")
    values = {
        "document": document.decode(),
        "digest": hashlib.sha256(document).hexdigest(),
        "tariff_code": str(code or "")[:10],
        "outcome": str(turn.decision or ""),
        "finished": turn.is_finished,
        "answered_at": at,
        "answered_by": by,
    }
    try:
        with transaction.atomic():
            return AnswerSet.objects.create(inquiry=inquiry, number=number, **values)
    except IntegrityError:  # two answers to one turn at once
        raise ConflictError("application.changed_meanwhile", version=str(number)) from None


def _note_use(row: Inquiry, application: Application, by: User, at: datetime) -> None:
    record(
        by=by.username,
        at=at,
        action="guidance.used",
        subject=application.urn,
        inquiry=row.urn,
        digest=last_turn(row).digest,
    )
