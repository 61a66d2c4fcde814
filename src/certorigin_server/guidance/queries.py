"""Reading inquiries and acceptance rules: whose they are, what they say, what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from certorigin.assessment.questions.answers import Answers
from certorigin.assessment.questions.ask import next_questions
from certorigin.certification.acceptance import AcceptanceRules, Subject, check_acceptance
from certorigin.errors import MalformedError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin_server.application.queries import USUAL_FORM, draft_of
from certorigin_server.application.queries import get_visible as get_application
from certorigin_server.assessment.queries import verified_certificates
from certorigin_server.certification.queries import boxes_of, certificate_for
from certorigin_server.guidance.models import AnswerSet, Inquiry, Publication
from certorigin_server.suppliers.queries import backing_of
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.assessment.questions.ask import Turn
    from certorigin.certification.acceptance import Check
    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import User


def visible_to(user: User) -> QuerySet[Inquiry]:
    """Return the inquiries of a person and of the person's own organisation, newest first.

    Each has `tariff_code`, `outcome` and `finished` of its last turn.
    """
    own = Q(began_by=user)
    if user.organisation_id is not None:
        own |= Q(organisation=user.organisation_id)
    last = AnswerSet.objects.filter(inquiry=OuterRef("pk")).order_by("-number")
    shown = {
        name: Subquery(last.values(name)[:1]) for name in ("tariff_code", "outcome", "finished")
    }
    return Inquiry.objects.filter(own).select_related("began_by").annotate(**shown)


def get_visible(inquiry: UUID, *, user: User) -> Inquiry:
    """Return one inquiry. Raises UnknownError (`guidance.unknown`) also for others' inquiries."""
    found = visible_to(user).filter(pk=inquiry).first()
    if found is None:
        raise UnknownError("guidance.unknown", inquiry=str(inquiry))
    return found


def last_turn(inquiry: Inquiry) -> AnswerSet:
    """Return the newest answers of an inquiry."""
    return inquiry.turns.select_related("answered_by").order_by("-number")[0]


def answers_of(turn: AnswerSet) -> Answers:
    """Read the answers of a turn."""
    data = parse_strict(turn.document.encode())
    return Answers.from_data(data, at=timezone.localdate(turn.answered_at))


def ask(answers: Answers, *, by: User, at: datetime) -> Turn:
    """Return the next questions; certificates and declarations for materials are looked up.

    A trader's question counts only declarations that were made for it.
    """
    turn = next_questions(answers)
    if turn.assessment is None:
        return turn
    sheet = turn.answers.worksheet()
    own = by.organisation
    customer = own.pk if own is not None and is_trader(own) else None
    found = verified_certificates(sheet, at=at)
    suppliers = backing_of(sheet, customer=customer, at=at)
    if not found and not suppliers:
        return turn
    return next_questions(turn.answers, verified=found, suppliers=suppliers)


def publications() -> QuerySet[Publication]:
    """Return every version of every state's acceptance rules."""
    return Publication.objects.select_related("entered_by")


def get_publication(publication: int) -> Publication:
    """Return one version. Raises UnknownError (`guidance.rules_unknown`)."""
    found = publications().filter(pk=publication).first()
    if found is None:
        raise UnknownError("guidance.rules_unknown", publication=str(publication))
    return found


def rules_of(publication: Publication) -> AcceptanceRules:
    """Read the rules of a version."""
    return AcceptanceRules.from_data(parse_strict(publication.document.encode()))


def acceptance_of(application: UUID, *, user: User, at: datetime) -> Check | None:
    """Check an application that a person may see, or its certificate, by the rules in force.

    None where the state of destination published no rules that we hold. Raises UnknownError.
    """
    row = get_application(application, user=user)
    return check_subject(_subject_of(row), at=at)


def check_subject(subject: Subject, *, at: datetime) -> Check | None:
    """Check a document by the newest rules that its state of destination has in force."""
    day = timezone.localdate(at)
    form = str(subject.data.get("form") or USUAL_FORM)
    published = Publication.objects.filter(state=subject.destination, form=form, since__lte=day)
    for one in published.filter(Q(until=None) | Q(until__gte=day)).order_by("-version"):
        rules = rules_of(one)
        if rules.speaks_of(subject, at=day):
            return check_acceptance(rules, subject, at=day)
    return None


def _subject_of(row: Application) -> Subject:
    certificate = certificate_for(row.pk)
    if certificate is not None:
        try:
            return Subject.of_certificate(boxes_of(certificate))
        except (
            MalformedError
        ):  # an act of a form that is not a certificate's: ask of what was applied
            return Subject.of_application(draft_of(row), issued_in=settings.SYSTEM.state)
    return Subject.of_application(draft_of(row), issued_in=settings.SYSTEM.state)
