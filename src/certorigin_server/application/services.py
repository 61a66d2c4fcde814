"""Writing applications: draft, revise, state the facts of production, submit, ask, withdraw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from certorigin.assessment.goods_list import read_goods
from certorigin.errors import (
    ConflictError,
    FaultsError,
    FindingsError,
    MalformedError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.certificate import ApplicantDeclaration
from certorigin.vocabulary.finding import Finding, has_errors
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.search import name_key
from certorigin_server.application.models import (
    Application,
    PartyWord,
    Question,
    WorksheetVersion,
)
from certorigin_server.application.power import find_principal, keep_declaration, require_power
from certorigin_server.application.queries import (
    draft_of,
    find_faults,
    get_visible,
    lock_visible,
    may_state_facts,
    stated_facts,
    visible_to,
)
from certorigin_server.application.term import note_due, set_due
from certorigin_server.desk.search import words_of
from certorigin_server.trail.services import record
from certorigin_server.users.power_queries import Covers
from certorigin_server.users.queries import get_authorised_body, is_trader

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin.application.draft import Application as Draft
    from certorigin.assessment.worksheet import Worksheet
    from certorigin_server.users.queries import User

# How much one may write in a question or an answer.
LONGEST_TEXT = 4_000
LONGEST_REASON = 1_000


@transaction.atomic
def begin(*, draft: Draft, by: User, at: datetime, behalf: str = "") -> Application:
    """Keep a first draft: of the person's company, or of the one that `behalf` names by its slug.

    That is a branch, or a principal whose power of attorney is in force (R60). Raises RightError
    (`application.not_a_trader`, `application.no_power`).
    """
    principal, power = find_principal(behalf, by=by, at=at)
    application = Application(
        organisation=principal, power=power, created_at=at, created_by=by, changed_at=at
    )
    _write(application, draft)
    application.save(force_insert=True)
    record(by=by.username, at=at, action="application.drafted", subject=application.urn)
    return application


@transaction.atomic
def take_goods(
    *, application: UUID, raw: bytes, append: bool, version: int, by: User, at: datetime
) -> Application:
    """Put lines of goods from a table into a draft: instead of those it has, or behind them.

    Raises FaultsError (`application.goods_not_taken`) with every fault, as `read_goods`, and as
    `revise`.
    """
    draft = draft_of(get_visible(application, user=by))
    # The form keeps an empty first line; what states nothing is no line of goods.
    stated = [item for item in draft.items if len(item.to_data()) > 1] if append else []
    kept = tuple(replace(item, sequence=at) for at, item in enumerate(stated, start=1))
    goods = read_goods(raw, first=len(kept) + 1)
    if goods.faults:
        raise FaultsError("application.goods_not_taken", goods.faults)
    items = (*kept, *goods.items)
    return revise(
        application=application, draft=replace(draft, items=items), version=version, by=by, at=at
    )


@transaction.atomic
def copy(*, application: UUID, by: User, at: datetime, form: str = "") -> Application:
    """Begin a new application with what another one states, facts of production included.

    What was declared is declared anew. With a `form` another one is asked for (R43). Raises
    UnknownError, RightError as `begin`.
    """
    source = get_visible(application, user=by)
    name = get_form(form).name if form else source.form
    draft = replace(draft_of(source), declaration=None, form=name)
    row = begin(draft=draft, by=by, at=at, behalf=source.organisation.slug)
    facts = stated_facts(source)
    if facts is not None:
        state_facts(application=row.pk, worksheet=facts, version=0, by=by, at=at)
    return row


@transaction.atomic
def revise(*, application: UUID, draft: Draft, version: int, by: User, at: datetime) -> Application:
    """Replace the document of a draft, if it is still the `version` that the person saw.

    Raises UnknownError, StandingError (`application.not_a_draft`), ConflictError
    (`application.changed_meanwhile`).
    """
    row = lock_visible(application, user=by)
    _require_draft(row, version=version)
    _write(row, draft)
    row.version, row.changed_at = version + 1, at
    row.save()
    facts = {"version": str(row.version)}
    record(by=by.username, at=at, action="application.revised", subject=row.urn, **facts)
    return row


@transaction.atomic
def state_facts(
    *, application: UUID, worksheet: Worksheet, version: int, by: User, at: datetime
) -> WorksheetVersion:
    """Keep the facts of production as a new version; `version` is the one that was seen, or 0.

    The exporter may do so before submission, and after it while the body asks; the assessing
    officer may after it, through the assessment. Earlier versions stay. Raises as `revise`,
    RightError (`application.no_power`) for an agent without a power.
    """
    row = lock_visible(application, user=by)
    if by.organisation and is_trader(by.organisation):
        require_power(row, by=by, at=at, covers=Covers.PREPARE)
        if row.decided_at is None and not may_state_facts(row):
            raise StandingError("application.not_a_draft", status=row.status)
    if row.status == Application.Status.WITHDRAWN or row.decided_at is not None:
        raise StandingError("application.closed", status=row.status)
    latest = row.worksheets.order_by("-version").first()
    number = latest.version if latest else 0
    if number != version:
        raise ConflictError("application.changed_meanwhile", version=str(number))
    written = WorksheetVersion.objects.create(
        application=row,
        version=number + 1,
        document=strict_bytes(worksheet.to_data()).decode(),
        written_at=at,
        written_by=by,
    )
    record(
        by=by.username,
        at=at,
        action="application.facts_stated",
        subject=row.urn,
        version=str(written.version),
    )
    return written


@transaction.atomic
def submit(
    *,
    application: UUID,
    version: int,
    body: str,
    produced_in: str,
    confirmed: bool,
    by: User,
    at: datetime,
) -> Application:
    """Hand an application to an authorised body; the submitting person makes box 13's declaration.

    `body` is its slug, `produced_in` the state in which the goods were produced (box 13);
    `confirmed` says that the person expressly confirmed the declaration. Who acts for another needs
    a power of attorney that is in force at this moment (R60). Raises FindingsError
    (`application.not_complete`, `application.not_confirmed`) with every finding, RightError
    (`application.no_power`), UnknownError for another body, and as `revise`.
    """
    row = lock_visible(application, user=by)
    _require_draft(row, version=version)
    power = require_power(row, by=by, at=at)
    target = get_authorised_body(body)
    if not confirmed:
        missing = Finding("application.not_confirmed", "confirmed", clause="R3; Rules 7.4, box 13")
        raise FindingsError("application.not_confirmed", [missing])
    declaration = ApplicantDeclaration(
        country=produced_in, declarant=by.full_name, date=timezone.localdate(at)
    )
    draft = replace(draft_of(row), declaration=declaration)
    findings = find_faults(draft, worksheet=stated_facts(row), at=at)
    if has_errors(findings):
        raise FindingsError("application.not_complete", findings)
    _write(row, draft)
    row.status, row.body = Application.Status.SUBMITTED, target
    row.version, row.changed_at = version + 1, at
    row.submitted_at, row.submitted_by, row.power = at, by, power or row.power
    set_due(row, at=at)
    row.save()
    keep_declaration(row, draft, power=power, by=by, at=at)
    record(by=by.username, at=at, action="application.submitted", subject=row.urn, body=target.urn)
    return row


@transaction.atomic
def withdraw(*, application: UUID, by: User, at: datetime, reason: str = "") -> Application:
    """Withdraw an application while nothing was decided.

    Raises StandingError (`application.closed`), RightError (`application.no_power`),
    MalformedError (`application.text_too_long`).
    """
    row = lock_visible(application, user=by)
    is_draft = row.status == Application.Status.DRAFT
    require_power(row, by=by, at=at, covers=Covers.PREPARE if is_draft else Covers.SUBMIT)
    row.withdrawal_reason = _said(reason, "reason", LONGEST_REASON) if reason.strip() else ""
    if row.status == Application.Status.WITHDRAWN or row.decided_at is not None:
        raise StandingError("application.closed", status=row.status)
    row.status, row.withdrawn_at, row.changed_at = Application.Status.WITHDRAWN, at, at
    row.save()
    record(by=by.username, at=at, action="application.withdrawn", subject=row.urn)
    return row


@transaction.atomic
def ask(*, application: UUID, text: str, suspends: bool, by: User, at: datetime) -> Question:
    """Ask the applicant something; with `suspends` the term stands still until it is settled (R51).

    Raises as `lock_undecided`, RightError (`application.another_body`), MalformedError
    (`application.text_missing`, `application.text_too_long`).
    """
    row = lock_undecided(application=application, by=by)
    if row.body_id != by.organisation_id:
        raise RightError("application.another_body")
    asked = Question.objects.create(
        application=row, text=_said(text), suspends=suspends, asked_at=at, asked_by=by
    )
    note_due(row, at=at)
    _note_question("application.asked", asked, by=by, at=at)
    return asked


@transaction.atomic
def answer(*, question: UUID, text: str, by: User, at: datetime) -> Question:
    """Answer a question for the applicant; an answer stays as it was given.

    Raises UnknownError, StandingError (`application.question_closed` and as `lock_undecided`),
    RightError (`application.not_a_trader`, `application.no_power`), MalformedError as `ask`.
    """
    asked = _lock_question(question, by=by)
    if by.organisation is None or not is_trader(by.organisation):
        raise RightError("application.not_a_trader")
    require_power(asked.application, by=by, at=at, covers=Covers.PREPARE)
    asked.answer, asked.answered_at, asked.answered_by = _said(text), at, by
    asked.save()
    note_due(asked.application, at=at)
    _note_question("application.answered", asked, by=by, at=at)
    return asked


@transaction.atomic
def take_back(*, question: UUID, by: User, at: datetime) -> Question:
    """Take a question back that nobody answered. Raises as `ask` and `answer`."""
    asked = _lock_question(question, by=by)
    if asked.application.body_id != by.organisation_id:
        raise RightError("application.another_body")
    asked.taken_back_at = at
    asked.save()
    note_due(asked.application, at=at)
    _note_question("application.question_taken_back", asked, by=by, at=at)
    return asked


def lock_undecided(*, application: UUID, by: User) -> Application:
    """Lock a submitted application for the assessment, inside its transaction.

    Raises UnknownError, StandingError (`application.not_submitted`, `application.decided`).
    """
    row = lock_visible(application, user=by)
    if row.status != Application.Status.SUBMITTED:
        raise StandingError("application.not_submitted", status=row.status)
    if row.decided_at is not None:
        raise StandingError("application.decided", application=str(row.pk))
    return row


def close_decided(*, application: Application, at: datetime, to_certify: bool = False) -> None:
    """Note that the assessment decided; runs in its transaction, on the row that it locked.

    What can be certified waits for its certificate from then on.
    """
    application.decided_at = at
    application.to_certify_since = at if to_certify else None
    application.save(update_fields=["decided_at", "to_certify_since"])


def lock_decided(*, application: UUID) -> Application:
    """Lock a decided application, inside the transaction of what rests on the decision.

    Raises StandingError (`application.undecided`).
    """
    row = Application.objects.select_for_update().filter(pk=application).first()
    if row is None or row.decided_at is None:
        raise StandingError("application.undecided", application=str(application))
    return row


def open_again(*, application: Application, at: datetime) -> None:
    """Note that the decision was opened again; runs in its transaction, on the row it locked.

    The term begins anew.
    """
    application.decided_at = application.to_certify_since = None
    application.term_from = timezone.localdate(at)
    application.save(update_fields=["decided_at", "to_certify_since", "term_from"])
    note_due(application, at=at)


def note_certified(*applications: Application) -> None:
    """Note that certificates were made; runs in their transaction, on applications it locked."""
    Application.objects.filter(pk__in=[one.pk for one in applications]).update(
        to_certify_since=None
    )


def _lock_question(question: UUID, *, by: User) -> Question:
    """Lock an open question, and before it the application, as every other act does."""
    found = Question.objects.filter(pk=question, application__in=visible_to(by)).first()
    if found is None:
        raise UnknownError("application.question_unknown", question=str(question))
    row = lock_undecided(application=found.application_id, by=by)
    locked = Question.objects.select_for_update().get(pk=found.pk)
    if not locked.is_open:
        raise StandingError("application.question_closed", question=str(question))
    locked.application = row
    return locked


def _said(text: str, place: str = "text", longest: int = LONGEST_TEXT) -> str:
    """Return what somebody wrote, without blanks around. Raises MalformedError."""
    said = text.strip()
    if not said:
        raise MalformedError("application.text_missing", place=place)
    if len(said) > longest:
        raise MalformedError("application.text_too_long", place=place, limit=str(longest))
    return said


def _note_question(action: str, asked: Question, *, by: User, at: datetime) -> None:
    facts = {"question": str(asked.pk), "suspends": str(asked.suspends).lower()}
    record(by=by.username, at=at, action=action, subject=asked.application.urn, **facts)


def _require_draft(row: Application, *, version: int) -> None:
    if row.status != Application.Status.DRAFT:
        raise StandingError("application.not_a_draft", status=row.status)
    if row.version != version:
        raise ConflictError("application.changed_meanwhile", version=str(row.version))


def _write(row: Application, draft: Draft) -> None:
    """Put the document into the row, with the columns by which it is found."""
    row.document = strict_bytes(draft.to_data()).decode()
    row.form, row.destination = draft.form, draft.presented_in
    row.importer_name = draft.importer.name if draft.importer else ""
    row.invoice_number = draft.invoice.number if draft.invoice else ""
    parties = (draft.exporter, draft.importer, draft.consignor, draft.consignee)
    names = [name_key(party.name) for party in parties if party is not None]
    row.parties_key = " | ".join(names)[:700]
    _keep_words(row, words_of(*names))


def _keep_words(row: Application, wanted: frozenset[str]) -> None:
    """Keep the words by which the application is found as its parties' names are now."""
    kept = PartyWord.objects.filter(application=row.pk)
    known = set(kept.values_list("word", flat=True))
    if known - wanted:
        kept.filter(word__in=known - wanted).delete()
    new = sorted(wanted - known)
    PartyWord.objects.bulk_create(PartyWord(application_id=row.pk, word=word) for word in new)
