"""Reading applications: who sees which, what is in them, what they still lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db.models import Max, Q, UUIDField
from django.utils import timezone

from certorigin.application.completeness import check_application
from certorigin.application.draft import Application as Draft
from certorigin.assessment.agreement import agreement_names
from certorigin.assessment.fit import check_fit
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import MalformedError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.certificate import Confirmation
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.form import forms_under, get_form
from certorigin.vocabulary.record import Record
from certorigin_server.application import asked
from certorigin_server.application.asked import with_papers
from certorigin_server.application.models import (
    MOST_PRESSING,
    Application,
    Declaration,
    PartyWord,
    Question,
    WorksheetVersion,
)
from certorigin_server.desk.search import with_words
from certorigin_server.prepared import Prepared
from certorigin_server.users.power_queries import powers_ever_held
from certorigin_server.users.queries import (
    is_trader,
    issuing_organisations_of,
    people_of,
    sees_every_body,
    sees_papers_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import Model, QuerySet

    from certorigin_server.prepared import Slot
    from certorigin_server.settings.system import CorridorSettings
    from certorigin_server.users.queries import User

    Found = TypeVar("Found", bound=Model)

    # From when until when the clock of an application stood still; None: it still does.
    Suspension = tuple[datetime, datetime | None]

# The form of which a draft is judged before it names one.
USUAL_FORM = "ST-1"


def visible_to(user: User) -> QuerySet[Application]:
    """Return the applications that a person may see.

    Those of one's own organisation and its branches, and those that were handed to a body which the
    person may see: one's own, or every one of the state for the central body (R2, R17). An agent
    sees what it makes under a power in force, and ever after what it handed in itself (R60).
    """
    seen = issuing_organisations_of(user)
    if user.organisation is None or not is_trader(user.organisation):
        if sees_every_body(user):  # without a list of them, the newest are found in order
            return with_papers().exclude(body=None)
        return with_papers().filter(body__in=seen)
    mine = Q(organisation__in=seen)
    powers = {power.pk: power for power in powers_ever_held(user)}
    if powers:
        now = timezone.now()
        day = timezone.localdate(now)
        held = {one.principal_id for one in powers.values() if one.is_in_force(on=day, at=now)}
        colleagues = people_of(user.organisation).values("pk")
        # A power that was renewed goes on with what was begun under the one before it.
        mine |= Q(power__in=list(powers), organisation__in=held)
        mine |= Q(power__in=list(powers), submitted_by__in=colleagues)
    return with_papers().filter(mine)


def get_visible(application: UUID, *, user: User) -> Application:
    """Return one application. Raises UnknownError (`application.unknown`) also for hidden ones."""
    found = asked.one.first(application=application)
    if found is None or not _is_plainly_visible(found, user):
        rows = visible_to(user).select_related("organisation", "body", "power__agent")
        found = rows.filter(pk=application).first()
    if found is None:
        raise UnknownError("application.unknown", application=str(application))
    return found


def lock_visible(application: UUID, *, user: User) -> Application:
    """Lock one application, in the caller's transaction. Raises as `get_visible`."""
    found = asked.locked.first(application=application)
    if found is None or not _is_plainly_visible(found, user):
        found = visible_to(user).select_for_update().filter(pk=application).first()
    if found is None:
        raise UnknownError("application.unknown", application=str(application))
    return found


def lock_all_visible(applications: Sequence[UUID], *, user: User) -> dict[UUID, Application]:
    """Lock those of many applications that a person sees, with their body."""
    rows = asked.locked_with_body(applications=list(applications))
    found = {one.pk: one for one in rows if _is_plainly_visible(one, user)}
    if len(found) < len(rows):
        seen = visible_to(user).filter(pk__in=[one.pk for one in rows if one.pk not in found])
        names = set(seen.values_list("pk", flat=True))
        found |= {one.pk: one for one in rows if one.pk in names}
    return found


def _is_plainly_visible(row: Application, user: User) -> bool:
    """Say whether a person sees an application as its own company or body: who else does, asks.

    What `visible_to` says without powers of attorney, of one row that is at hand.
    """
    if user.organisation is not None and is_trader(user.organisation):
        return sees_papers_of(user, row.organisation_id)
    return sees_papers_of(user, row.body_id)


def find_application(application: UUID | None) -> Application | None:
    """Return an application, whoever asks, with those whom it concerns; or None."""
    if application is None:
        return None
    found = Application.objects.select_related("organisation", "body", "power__agent")
    return found.filter(pk=application).first()


def search(user: User, *, status: str = "", text: str = "") -> QuerySet[Application]:
    """Find applications that a person may see, by status and by a part of a party's name.

    For lists: their documents, which may have hundreds of goods, are not read.
    """
    found = visible_to(user).select_related("organisation", "body", "power__agent")
    found = found.defer("document")
    if status:
        found = found.filter(status=status)
    if text.strip():
        found = with_party(found, text)
    return found


def with_party(found: QuerySet[Found], text: str, *, on: str = "pk") -> QuerySet[Found]:
    """Return of what was found only that whose parties' names have words that begin so.

    `on` is the column of the list that holds the application.
    """
    return with_words(found, text, words=PartyWord, owner="application", on=on)


def undecided(user: User) -> QuerySet[Application]:
    """Return what was submitted and waits for a decision, most pressing first (R51)."""
    waiting = visible_to(user).filter(status=Application.Status.SUBMITTED, decided_at=None)
    rows = waiting.select_related("organisation", "body").defer("document")
    return rows.order_by(*MOST_PRESSING)


def handed_in() -> QuerySet[Application]:
    """Return what was submitted and not decided yet, whoever asks: for the loops."""
    waiting = Application.objects.filter(status=Application.Status.SUBMITTED, decided_at=None)
    return waiting.order_by("submitted_at", "id")


def found_to_originate() -> QuerySet[Application]:
    """Return what was decided and has no certificate yet, whoever asks: for the loops."""
    waiting = Application.objects.filter(to_certify_since__isnull=False)
    return waiting.order_by("to_certify_since", "id")


def draft_from_data(data: object) -> Draft:
    """Read an application's document to its last member. Raises MalformedError."""
    record = Record(data)
    draft = Draft.from_record(record)
    record.finish()
    return draft


def draft_of(application: Application) -> Draft:
    """Read the document of an application."""
    return draft_from_data(parse_strict(application.document.encode()))


def latest_worksheet(application: Application) -> WorksheetVersion | None:
    """Return the newest version of the facts of production, or None."""
    found = _WORKSHEETS.first(application=application.pk)
    if found is not None:
        found.application = application
    return found


def _worksheets(application: Slot) -> QuerySet[WorksheetVersion]:
    found = WorksheetVersion.objects.select_related("written_by").filter(application=application)
    return found.order_by("-version")[:1]


_WORKSHEETS = Prepared(_worksheets, application=UUIDField())


def latest_versions(applications: Iterable[Application]) -> dict[UUID, int]:
    """Return the number of the newest facts of production of each application that has some."""
    found = WorksheetVersion.objects.filter(application__in=list(applications))
    newest = found.values("application").annotate(newest=Max("version"))
    return {row["application"]: row["newest"] for row in newest}


def submitted_at(application: Application) -> datetime:
    """Return when an application was submitted. Raises UnknownError for one that never was."""
    if application.submitted_at is None:
        raise UnknownError("application.not_submitted", status=application.status)
    return application.submitted_at


def stated_facts(application: Application) -> Worksheet | None:
    """Read the newest version of the facts of production, or return None."""
    latest = latest_worksheet(application)
    return worksheet_of(latest) if latest else None


def get_worksheet(application: Application, *, version: int) -> WorksheetVersion:
    """Return one version of the facts of production. Raises UnknownError."""
    found = application.worksheets.filter(version=version).first()
    if found is None:
        raise UnknownError("application.worksheet_unknown", version=str(version))
    return found


def worksheet_of(version: WorksheetVersion) -> Worksheet:
    """Read the facts of production."""
    return Worksheet.from_data(parse_strict(version.document.encode()))


def confirmation_of(application: Application) -> Confirmation | None:
    """Return how box 13's declaration was confirmed, or None before submission (R3)."""
    return confirmations_of([application.pk]).get(application.pk)


def confirmations_of(applications: Sequence[UUID]) -> dict[UUID, Confirmation]:
    """Return how the declarations of many applications were confirmed, of those that were."""
    return {
        one.application_id: Confirmation(
            one.digest, one.confirmed_at.replace(microsecond=0), one.position
        )
        for one in asked.confirmations(applications=list(applications))
    }


def declaration_of(application: Application) -> Declaration | None:
    """Return what was declared when the application was handed in, or None."""
    return asked.declarations.first(application=application.pk)


def confirmed_as(confirmation: Confirmation) -> list[Application]:
    """Return the applications whose declaration box 13 of a certificate tells of (R3)."""
    found = Declaration.objects.filter(digest=confirmation.digest).select_related("application")
    return [
        one.application
        for one in found.order_by("pk")
        if one.confirmed_at.replace(microsecond=0) == confirmation.moment
    ]


def questions_of(application: Application) -> list[Question]:
    """Return what was asked about an application, in the order of asking."""
    return list(application.questions.select_related("asked_by", "answered_by"))


def get_question(question: UUID, *, user: User) -> Question:
    """Return a question. Raises UnknownError (`application.question_unknown`) for hidden ones."""
    found = Question.objects.select_related("asked_by", "application__body")
    row = found.filter(pk=question, application__in=visible_to(user)).first()
    if row is None:
        raise UnknownError("application.question_unknown", question=str(question))
    return row


def may_state_facts(application: Application) -> bool:
    """Say whether the applicant may state facts of production now.

    Before submission; after it what was handed in stands, until the body asks about it and for as
    long as a question is open.
    """
    if application.status == Application.Status.DRAFT:
        return True
    if application.status != Application.Status.SUBMITTED or application.decided_at is not None:
        return False
    return application.questions.filter(answered_at=None, taken_back_at=None).exists()


def open_questions(user: User) -> QuerySet[Question]:
    """Return the questions that wait for an answer, of all applications that a person may see."""
    waiting = Question.objects.filter(answered_at=None, taken_back_at=None)
    return (
        waiting.filter(application__in=undecided(user))
        .select_related("application__organisation")
        .defer("application__document")
    )


def suspensions_of(application: Application) -> list[Suspension]:
    """Return the times for which questions made the clock of an application stand still (R51)."""
    return suspensions_by_application([application]).get(application.pk, [])


def suspensions_by_application(
    applications: Iterable[Application | UUID],
) -> dict[UUID, list[Suspension]]:
    """Return the suspensions of each application that has some, in one question."""
    found: dict[UUID, list[Suspension]] = {}
    rows = Question.objects.filter(application__in=list(applications), suspends=True)
    ends = ("answered_at", "taken_back_at", "application__decided_at", "application__withdrawn_at")
    for pk, since, *ended in rows.values_list("application", "asked_at", *ends):
        found.setdefault(pk, []).append((since, next(filter(None, ended), None)))
    return found


def last_answers(applications: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when a question about each application was last answered, for those where one was."""
    found = Question.objects.filter(application__in=list(applications))
    rows = found.exclude(answered_at=None).values("application")
    return {row["application"]: row["last"] for row in rows.annotate(last=Max("answered_at"))}


def corridor_for(draft: Draft) -> CorridorSettings | None:
    """Return the corridor in which a certificate for this application would travel, or None."""
    for agreement in get_form(draft.form or USUAL_FORM).agreements:
        try:
            return settings.SYSTEM.corridor_with(draft.presented_in, agreement)
        except MalformedError:
            continue
    return None


def forms_offered() -> tuple[str, ...]:
    """Return the forms that can be asked for here, each preferential one first (R43).

    Their agreement, or the one by whose rules they are judged, is known and has a corridor of ours.
    """
    known = {one.corridor.agreement for one in settings.SYSTEM.corridors} & set(agreement_names())
    found = [form for agreement in sorted(known) for form in forms_under(agreement)]
    return tuple(dict.fromkeys(found))


def applications_naming(text: str) -> list[Application]:
    """Return every application some version of whose facts of production holds a text.

    A look through all of them: for what happens seldom, such as a declaration that falls.
    """
    found = WorksheetVersion.objects.filter(document__contains=text).values("application")
    return list(Application.objects.filter(pk__in=found).order_by("created_at", "id"))


def find_faults(
    draft: Draft, *, worksheet: Worksheet | None = None, at: datetime
) -> tuple[Finding, ...]:
    """Return everything that the application lacks or that a person should look at.

    Without facts of production nobody can decide: that is worth a warning, for the body's officer
    may still state them.
    """
    try:
        form = get_form(draft.form or USUAL_FORM)
    except UnknownError as error:
        return (Finding(error.code, place="form", facts=error.facts),)
    findings = check_application(
        draft, form=form, today=timezone.localdate(at), issuing_country=settings.SYSTEM.state
    )
    if draft.presented_in not in {"", settings.SYSTEM.state} and corridor_for(draft) is None:
        facts = {"state": draft.presented_in}
        findings += (Finding("application.no_corridor", place="destinationCountry", facts=facts),)
    if worksheet is None:
        return (*findings, Finding("application.worksheet_missing", "", Grade.WARNING, "R34"))
    return (*findings, *check_fit(worksheet, draft, issued_in=settings.SYSTEM.state))


def handed_to(applications: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the short name of the body and the destination of some applications."""
    rows = Application.objects.filter(pk__in=list(applications))
    found = rows.values_list("pk", "body__slug", "destination")
    return {key: (body or "", destination) for key, body, destination in found}
