"""Which occasions a line of the trail is, and which people and traders each concerns."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from django.urls import reverse

from certorigin.errors import CertoriginError
from certorigin.seal.canonical import parse_strict
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.acts import Kind as ActKind
from certorigin.vocabulary.requests import VerificationReply
from certorigin_server.application.queries import find_application
from certorigin_server.certification.queries import find_certificate
from certorigin_server.notices.kinds import RULES, Kind, Rule, Whose
from certorigin_server.notices.webhooks.queries import find_endpoint
from certorigin_server.recognition.queries import decisions_about
from certorigin_server.returns.requests.queries import find_verification
from certorigin_server.standing.followed import entries_within
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.users.queries import active_with, find_user, people_of, rights_of
from certorigin_server.users.rights import RIGHTS, Right, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from certorigin_server.application.queries import Application
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.trail.queries import TrailEntry
    from certorigin_server.users.queries import Organisation, User

ENDS = frozenset({ActKind.ANNULLED, ActKind.REPLACED})


@dataclass(frozen=True)
class Told:
    """One occasion before it is stored: whom it concerns, and of which traders it is."""

    key: str
    kind: Kind
    code: str
    number: str
    path: str
    people: tuple[User, ...]
    traders: frozenset[int] = frozenset()
    due: date | None = None


def occasions_in(entry: TrailEntry, *, at: datetime) -> Iterator[Told]:
    """Return what a line of the trail is to people: nothing, one thing, or several."""
    rule = RULES.get(entry.action)
    if rule is None:
        return
    for told in _READ[rule.whose](rule, entry, at):
        people = tuple(one for one in told.people if one.username != entry.actor)
        yield Told(
            f"trail:{entry.sequence}{told.key}", told.kind, told.code, told.number, told.path,
            people, told.traders,
        )  # fmt: skip


def _of_application(rule: Rule, entry: TrailEntry, at: datetime) -> Iterator[Told]:
    row = find_application(_uuid(entry.subject))
    if row is None:
        return
    is_own = rule.whose is Whose.APPLICANT
    organisations = _asking(row) if is_own else [row.body] if row.body else []
    address = "application-show" if is_own else "assessment-show"
    yield Told(
        key="",
        kind=rule.kind,
        code=rule.code,
        number=str(row.pk)[:8],
        path=reverse(address, args=[row.pk]),
        people=_people(organisations, rule.right, at),
        traders=_ids(_asking(row)),
    )


def _of_certificate(rule: Rule, entry: TrailEntry, at: datetime) -> Iterator[Told]:
    row = find_certificate(entry.subject)
    if row is None:
        return
    asking = _asking(row.application)
    organisations = asking if rule.whose is Whose.HOLDER else [row.body]
    yield Told(
        key="",
        kind=rule.kind,
        code=rule.code,
        number=row.number,
        path=reverse("journey", args=[row.pk]),
        people=_people(organisations, rule.right, at),
        traders=_ids(asking) if rule.whose is Whose.HOLDER else frozenset(),
    )


def _of_request(rule: Rule, entry: TrailEntry, at: datetime) -> Iterator[Told]:
    row = find_verification(_facts(entry).get("request", ""))
    if row is None or row.body is None:
        return
    yield Told(
        key="",
        kind=rule.kind,
        code=rule.code,
        number=row.certificate_number,
        path=reverse("answers-show", args=[row.pk]),
        people=_people([row.body], rule.right, at),
    )


def _of_arrivals(rule: Rule, entry: TrailEntry, at: datetime) -> Iterator[Told]:
    """Ends of certificates that posts decided about, and answers to what posts asked."""
    facts = _facts(entry)
    first, count = int(facts["first"]), int(facts["count"])
    for row in entries_within(entry.subject, first, first + count):
        if row.kind in ENDS and not row.void:
            posts = [one.declaration.post for one in decisions_about(row.subject)]
            yield Told(
                key=f":{row.index}",
                kind=rule.kind,
                code=rule.code,
                number=issued.number if (issued := issued_act_of(row.subject)) else "",
                path=reverse("journey", args=[row.subject]),
                people=_people(posts, rule.right, at),
            )
        elif row.kind == ActKind.VERIFICATION_REPLIED and not row.void:
            yield from _reply(row, at)


def _reply(row: RegisteredAct, at: datetime) -> Iterator[Told]:
    try:
        act = Act.from_document(parse_strict(row.raw.encode()))
        asked = find_verification(read_body(act, VerificationReply.from_record).request)
    except CertoriginError:
        return  # an answer that nobody can read is told of by the desk that takes it
    if asked is not None and asked.post is not None:
        yield Told(
            key=f":{row.index}",
            kind=Kind.VERIFICATION,
            code="notice.reply_came",
            number=asked.certificate_number,
            path=reverse("requests-show", args=[asked.pk]),
            people=_people([asked.post], Right.RETURNS_ASK, at),
        )


def _of_operators(rule: Rule, entry: TrailEntry, at: datetime) -> Iterator[Told]:
    del entry
    people = tuple(active_with(Role.ADMINISTRATOR, at=at))
    yield Told("", rule.kind, rule.code, "", reverse("mirror-watch"), people)


def _of_endpoint(rule: Rule, entry: TrailEntry, at: datetime) -> Iterator[Told]:
    row = find_endpoint(entry.subject.rpartition(":")[2])
    if row is None:
        return
    if row.organisation is None:
        people = tuple(active_with(Role.ADMINISTRATOR, at=at))
    else:
        people = _people([row.organisation], rule.right, at)
    path = reverse("webhook-show", args=[row.pk])
    yield Told("", rule.kind, rule.code, str(row.pk), path, people)


def _of_person(rule: Rule, entry: TrailEntry, at: datetime) -> Iterator[Told]:
    del at
    user = find_user(entry.subject)
    if user is not None:
        yield Told("", rule.kind, rule.code, "", reverse("notice-choices"), (user,))


_READ = {
    Whose.APPLICANT: _of_application,
    Whose.ASSESSORS: _of_application,
    Whose.HOLDER: _of_certificate,
    Whose.ISSUERS: _of_certificate,
    Whose.REQUEST: _of_request,
    Whose.ARRIVED: _of_arrivals,
    Whose.OPERATORS: _of_operators,
    Whose.ENDPOINT: _of_endpoint,
    Whose.PERSON: _of_person,
}


def _asking(row: Application) -> list[Organisation]:
    """Return who asks: the trader, and the company that acts for it."""
    return [row.organisation, *([row.power.agent] if row.power else [])]


def _ids(organisations: Iterable[Organisation]) -> frozenset[int]:
    return frozenset(one.pk for one in organisations)


def _people(
    organisations: Iterable[Organisation], right: Right | None, at: datetime
) -> tuple[User, ...]:
    """Return the people of organisations who may sign in and have a right, each once."""
    found = {
        person.pk: person
        for organisation in {one.pk: one for one in organisations}.values()
        for person in people_of(organisation).filter(is_active=True)
        if right is None or right in rights_of(person, at=at)
    }
    return tuple(found.values())


def officers(*, at: datetime) -> list[User]:
    """Return everybody who may sign in and has a role that deadlines run for, each once."""
    has_terms = {Right.ASSESSMENT_DECIDE, Right.CERTIFICATION_CERTIFY, Right.RECOGNITION_DECIDE}
    roles = [role for role in Role if RIGHTS[role] & has_terms]
    found = {person.pk: person for role in roles for person in active_with(role, at=at)}
    return list(found.values())


def _facts(entry: TrailEntry) -> dict[str, str]:
    facts: dict[str, str] = orjson.loads(entry.facts)
    return facts


def _uuid(urn: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(urn.removeprefix("urn:uuid:"))
    except ValueError:
        return None
