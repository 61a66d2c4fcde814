"""Who works in a generated system: the people of its profile, and as many more as trade needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from certorigin_server.operate.generate.traders import person_name
from certorigin_server.operate.profile import Person
from certorigin_server.users.queries import authorities, central_customs_authority, people_with
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.operate.profile import Profile
    from certorigin_server.users.queries import Organisation, User

_BODY, _POST = "authorised-body", "customs-post"
_MORE = {
    _BODY: (
        (Role.ASSESSING_OFFICER, "assessor", "эксперт по происхождению товаров"),
        (Role.CERTIFYING_OFFICER, "certifier", "начальник отдела сертификации"),
    ),
    _POST: ((Role.CUSTOMS_OFFICER, "customs", "инспектор таможенного поста"),),
}


@dataclass(frozen=True)
class Body:
    """An authorised body with those who assess and those who certify."""

    organisation: Organisation
    assessors: tuple[User, ...]
    certifiers: tuple[User, ...]


@dataclass(frozen=True)
class Staff:
    """Everybody who acts for the state."""

    bodies: tuple[Body, ...]
    inspectors: tuple[User, ...]


def with_more_people(profile: Profile, seed: int) -> Profile:
    """Return the profile with two more of each office at every body and post."""
    random = Random(f"certorigin staff {seed}")  # noqa: S311 - invented names, no secret
    more = []
    for organisation in profile.organisations:
        for role, word, position in _MORE.get(organisation["kind"], ()):
            for number in (1, 2):
                first, last = person_name(random, organisation.get("state", "BY"))
                slug = organisation["slug"]
                more.append(Person(f"{word}-{slug}-{number}", first, last, position, slug, (role,)))
    return replace(profile, people=(*profile.people, *more))


def find_staff(*, at: datetime) -> Staff:
    """Return who works at the bodies and posts of this system."""
    assessors = people_with(Role.ASSESSING_OFFICER, at=at)
    certifiers = people_with(Role.CERTIFYING_OFFICER, at=at)
    customs = people_with(Role.CUSTOMS_OFFICER, at=at)
    central_customs_authority()  # who tells the other state what customs decided
    bodies = [
        Body(body, _of(body, assessors), _of(body, certifiers))
        for body in sorted(authorities(), key=lambda one: one.slug)
        if body.number_grammar and _of(body, assessors) and _of(body, certifiers)
    ]
    return Staff(tuple(bodies), tuple(sorted(customs, key=lambda user: user.username)))


def _of(body: Organisation, people: list[User]) -> tuple[User, ...]:
    own = [user for user in people if user.organisation_id == body.pk]
    return tuple(sorted(own, key=lambda user: user.username))
