"""What can be proposed: how each kind of change is read, what stands now, and what is against it.

Every kind is a document of texts. `state_of` gives what stands, in the same members, so that a
proposal shows a clear difference, and one that the world has overtaken is not put in force.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin.certification.numbering import NumberRules
from certorigin.errors import MalformedError
from certorigin.vocabulary.calendar import start_of_day
from certorigin.vocabulary.finding import Finding
from certorigin_server.users.queries import (
    ASKING_KINDS,
    ISSUING_KINDS,
    Organisation,
    User,
    active_with,
    find_organisation,
    find_user,
    roles_of,
)
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Document = Mapping[str, str]

ORGANISATION = (
    "kind",
    "slug",
    "parent",
    "name",
    "address",
    "number_grammar",
    "number_code",
    "identifier_scheme",
    "identifier",
)
# The first user of a trader, who is added with the trader.
FIRST_USER = ("username", "last_name", "first_name", "position", "language")
PERSON = ("username", "first_name", "last_name", "position", "organisation", "language")
ROLE = ("username", "role", "starts", "ends")
SUSPENDED = ("username", "suspended")

# The members of each kind, and which of them must be typed.
MEMBERS = {
    "organisation_added": ((*ORGANISATION, *FIRST_USER), ("kind", "slug", "name", "address")),
    "organisation_changed": (ORGANISATION, ("slug", "name", "address")),
    "person_added": (PERSON, ("username", "first_name", "last_name", "organisation", "language")),
    "person_changed": (PERSON, ("username", "first_name", "last_name", "organisation")),
    "person_invited": (("username",), ("username",)),
    "person_restored": (SUSPENDED, ("username",)),
    "factors_reset": (("username",), ("username",)),
    "role_granted": (ROLE, ("username", "role", "starts")),
    "role_withdrawn": (("username", "role"), ("username", "role")),
}
# What changes nothing that a proposal could show.
UNSEEN = ("person_invited", "factors_reset")
# Four eyes need two people: this many administrators stay when a role is withdrawn.
LEAST_ADMINISTRATORS = 2
_SOON = timedelta(minutes=10)

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = {
    "name": 300,
    "address": 500,
    "number_grammar": 120,
    "number_code": 10,
    "identifier_scheme": 10,
    "identifier": 40,
    "slug": 60,
    "username": 60,
    "first_name": 150,
    "last_name": 150,
    "position": 120,
}
_CUSTOMS = (Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY, Organisation.Kind.CUSTOMS_POST)
# Where people of a role work; the others may work anywhere but at a trader's.
_WORKS_AT = {
    Role.EXPORTER: ASKING_KINDS,
    Role.ASSESSING_OFFICER: ISSUING_KINDS,
    Role.CERTIFYING_OFFICER: ISSUING_KINDS,
    Role.CUSTOMS_OFFICER: _CUSTOMS,
}


def clean(kind: str, data: Mapping[str, object]) -> dict[str, str]:
    """Return the members of a kind that were given, as texts without blanks around them."""
    members, _ = MEMBERS[kind]
    typed = {name: str(data.get(name) or "").strip() for name in members}
    given = {name: value for name, value in typed.items() if value}
    if kind == "organisation_added" and set(given) & set(FIRST_USER) == {"language"}:
        del given["language"]  # a choice always says something; nobody is to be added
    return given


def subject_of(data: Document) -> str:
    """Return whom or what a change is about: the short name of a body, or a user name."""
    return data.get("slug") or data.get("username", "")


def state_of(kind: str, data: Document) -> dict[str, str]:
    """Return what stands now, in the members that the change concerns."""
    subject = subject_of(data)
    if kind == "organisation_added":
        taken = find_organisation(subject) or find_user(data.get("username", ""))
        return {"slug": subject} if taken else {}
    if kind.startswith("organisation"):
        found = find_organisation(subject)
        return _organisation_data(found) if found else {}
    user = find_user(subject)
    if user is None:
        return {}
    if kind.startswith("role"):
        return _role_data(user, data.get("role", ""))
    if kind == "person_restored":
        return {"username": subject, "suspended": "" if user.is_active else "yes"}
    if kind in UNSEEN:
        return {"username": subject}
    return _person_data(user)


def differences(before: Document, after: Document) -> list[tuple[str, str, str]]:
    """Return each member that changes: its name, what stood, what will stand."""
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return [(name, old, new) for name, old, new in pairs if old != new]


def after_of(kind: str, data: Document) -> dict[str, str]:
    """Return what will stand when the change is in force."""
    if kind in {"role_withdrawn", "person_restored"}:
        return {"username": data.get("username", "")}
    if kind in {"organisation_changed", "person_changed"}:
        kept = dict.fromkeys(MEMBERS[kind][0], "")
        fixed = ("kind", "slug", "parent") if kind == "organisation_changed" else ("username",)
        known = {name: old for name, old in state_of(kind, data).items() if name in fixed}
        return {name: value for name, value in (kept | dict(data) | known).items() if value}
    return dict(data)


def find_obstacles(kind: str, data: Document, *, at: datetime) -> list[Finding]:
    """Return everything that is against a change, each at its field."""
    _, needed = MEMBERS[kind]
    found = [Finding("administration.missing", name) for name in needed if not data.get(name)]
    found += [
        Finding("administration.too_long", name, facts={"limit": str(limit)})
        for name, limit in _LONGEST.items()
        if len(data.get(name, "")) > limit
    ]
    if kind.startswith("organisation"):
        found += _organisation_obstacles(kind, data)
    elif kind == "person_added":
        found += _newcomer_obstacles(data)
    else:
        found += _person_obstacles(kind, data, at)
    return found


def moment_of(day: str) -> datetime | None:
    """Return the beginning of a day, or None for what is none."""
    try:
        return start_of_day(date.fromisoformat(day), settings.SYSTEM.state)
    except ValueError:
        return None


def _organisation_obstacles(kind: str, data: Document) -> Iterator[Finding]:
    yield from _number_obstacles(data.get("number_grammar", ""))
    slug = data.get("slug", "")
    is_there = find_organisation(slug) is not None
    if kind == "organisation_changed":
        if slug and not is_there:
            yield Finding("organisation.unknown", "slug", facts={"slug": slug})
        return
    if slug and not _NAME.fullmatch(slug):
        yield Finding("administration.name_misshaped", "slug")
    if is_there:
        yield Finding("administration.name_taken", "slug")
    if data.get("kind") and data["kind"] not in Organisation.Kind.values:
        yield Finding("administration.not_a_choice", "kind")
    parent = data.get("parent", "")
    if parent and find_organisation(parent) is None:
        yield Finding("organisation.unknown", "parent", facts={"slug": parent})
    yield from _first_user_obstacles(data)
    if data.get("kind") == Organisation.Kind.AUTHORISED_BODY and not data.get("number_grammar"):
        yield Finding("administration.grammar_missing", "number_grammar", clause="R33")


def _number_obstacles(grammar: str) -> Iterator[Finding]:
    """A body's numbers follow a grammar that can be read (R33)."""
    if not grammar:
        return
    try:
        NumberRules.from_text(grammar)
    except MalformedError as error:
        yield Finding(error.code, "number_grammar", clause="R33", facts=error.facts)


def _first_user_obstacles(data: Document) -> Iterator[Finding]:
    """A trader may come with its first user; a body's people are proposed one by one."""
    if not any(data.get(name) for name in FIRST_USER):
        return
    if data.get("kind") not in {str(kind) for kind in ASKING_KINDS}:
        yield Finding("administration.first_user_elsewhere", "username")
    for name in ("username", "first_name", "last_name"):
        if not data.get(name):
            yield Finding("administration.missing", name)
    yield from _newcomer_obstacles(data)


def _newcomer_obstacles(data: Document) -> Iterator[Finding]:
    username = data.get("username", "")
    if username and not _NAME.fullmatch(username):
        yield Finding("administration.name_misshaped", "username")
    if find_user(username) is not None:
        yield Finding("administration.name_taken", "username")
    yield from _workplace_obstacles(data)


def _workplace_obstacles(data: Document) -> Iterator[Finding]:
    slug = data.get("organisation", "")
    if slug and find_organisation(slug) is None:
        yield Finding("organisation.unknown", "organisation", facts={"slug": slug})
    if data.get("language", "en") not in {"en", "ru", "az", "be"}:
        yield Finding("administration.not_a_choice", "language")


def _person_obstacles(kind: str, data: Document, at: datetime) -> Iterator[Finding]:
    username = data.get("username", "")
    user = find_user(username)
    if user is None:
        if username:
            yield Finding("user.unknown", "username", facts={"username": username})
        return
    if kind == "person_changed":
        yield from _workplace_obstacles(data)
        yield from _moving_obstacles(user, data, at)
    if kind == "person_restored" and user.is_active:
        yield Finding("administration.not_suspended", "username")
    if kind.startswith("role"):
        yield from _role_obstacles(kind, user, data, at)


def _moving_obstacles(user: User, data: Document, at: datetime) -> Iterator[Finding]:
    """A person who moves keeps no role that nobody has at the new place."""
    place = find_organisation(data.get("organisation", ""))
    for role in sorted(roles_of(user, at=at)):
        if place is not None and not may_work(role, place):
            facts = {"role": str(role)}
            yield Finding("administration.role_elsewhere", "organisation", facts=facts)


def _role_obstacles(kind: str, user: User, data: Document, at: datetime) -> Iterator[Finding]:
    name = data.get("role", "")
    if name not in set(Role):
        if name:
            yield Finding("administration.not_a_choice", "role")
        return
    role = Role(name)
    held = user.grants.filter(role=name).exclude(ends__lte=at).exists()
    if kind == "role_withdrawn":
        if not held:
            yield Finding("administration.role_not_held", "role")
        if role is Role.ADMINISTRATOR and len(_administrators_without(user, at)) < (
            LEAST_ADMINISTRATORS
        ):
            facts = {"least": str(LEAST_ADMINISTRATORS)}
            yield Finding("administration.last_administrators", "role", facts=facts)
        return
    if held:
        yield Finding("administration.role_held", "role")
    if user.organisation is None or not may_work(role, user.organisation):
        yield Finding("administration.role_elsewhere", "role", facts={"role": name})
    yield from _period_obstacles(data, at)


def _period_obstacles(data: Document, at: datetime) -> Iterator[Finding]:
    starts, ends = moment_of(data.get("starts", "")), moment_of(data.get("ends", ""))
    for name, moment in (("starts", starts), ("ends", ends)):
        if data.get(name) and moment is None:
            yield Finding("administration.not_a_day", name)
    if ends is not None and starts is not None and ends <= starts:
        yield Finding("administration.period_crosswise", "ends")
    elif ends is not None and ends <= at:
        yield Finding("administration.period_over", "ends")


def _administrators_without(user: User, at: datetime) -> list[User]:
    """Return the administrators who stay: whose role ends soon, or just did, is none of them.

    Who waited for another's act asked before that one was done, and must see it all the same.
    """
    staying = set(active_with(Role.ADMINISTRATOR, at=at + _SOON))
    active = active_with(Role.ADMINISTRATOR, at=at)
    return [one for one in active if one.pk != user.pk and one in staying]


def may_work(role: Role, organisation: Organisation) -> bool:
    """Say whether people of a role work at an organisation of this kind."""
    kinds = _WORKS_AT.get(role)
    if kinds is None:
        return str(organisation.kind) not in {str(kind) for kind in ASKING_KINDS}
    return str(organisation.kind) in {str(kind) for kind in kinds}


def _organisation_data(row: Organisation) -> dict[str, str]:
    data = {name: str(getattr(row, name)) for name in ORGANISATION if name != "parent"}
    data["parent"] = row.parent.slug if row.parent else ""
    return {name: data[name] for name in ORGANISATION if data[name]}


def _person_data(user: User) -> dict[str, str]:
    data = {name: str(getattr(user, name)) for name in PERSON if name != "organisation"}
    data["organisation"] = user.organisation.slug if user.organisation else ""
    return {name: data[name] for name in PERSON if data[name]}


def _role_data(user: User, role: str) -> dict[str, str]:
    """Return the newest grant of a role, or the name alone when the person never had it."""
    grant = user.grants.filter(role=role).order_by("-starts").first()
    if grant is None:
        return {"username": user.username}
    data = {
        "username": user.username,
        "role": role,
        "starts": timezone.localdate(grant.starts).isoformat(),
    }
    return data | ({"ends": timezone.localdate(grant.ends).isoformat()} if grant.ends else {})
