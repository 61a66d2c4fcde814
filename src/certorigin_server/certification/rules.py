"""How a body certifies: whether one person may do both, whether exporters approve drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import UnknownError
from certorigin_server.certification.models import BodyRules
from certorigin_server.trail.services import record
from certorigin_server.users.queries import issuing_bodies_of

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.users.queries import Organisation, User


def bodies_of(user: User) -> list[Organisation]:
    """Return the issuing bodies whose rules a person may see: those of one's own organisation."""
    return issuing_bodies_of(user)


def get_body(slug: str, *, user: User) -> Organisation:
    """Return one of them. Raises UnknownError (`organisation.unknown`)."""
    for body in bodies_of(user):
        if body.slug == slug:
            return body
    raise UnknownError("organisation.unknown", slug=slug[:60])


@transaction.atomic
def set_rules(
    *, body: str, one_person: bool, asks_exporter: bool, by: User, at: datetime
) -> BodyRules:
    """Set the rules of a body, from now on. The trail keeps each change. Raises UnknownError."""
    target = get_body(body, user=by)
    facts = {"one_person": one_person, "asks_exporter": asks_exporter}
    defaults = {**facts, "changed_at": at, "changed_by": by}
    rules, _ = BodyRules.objects.update_or_create(body=target, defaults=defaults)
    told = {name: "yes" if value else "no" for name, value in facts.items()}
    record(
        by=by.username,
        at=at,
        action="certification.rules_set",
        subject=target.urn,
        **told,
    )
    return rules
