"""What the lines of a declaration take of a certificate, and who recorded which use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from certorigin.recognition.balance import items_taken as taken_of
from certorigin.vocabulary.bodies import ItemUse
from certorigin_server.recognition.models import Decision
from certorigin_server.recognition.queries import (
    document_of,
    lines_on,
    reference_of,
    versions_of,
)
from certorigin_server.recognition.uses.rechecks import given_back
from certorigin_server.standing.queries import certificate_of, issued_act_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.recognition.declaration import DeclaredItem
    from certorigin_server.standing.queries import RegisteredAct


def items_taken(lines: Iterable[DeclaredItem], issued: RegisteredAct) -> tuple[ItemUse, ...]:
    """Return what lines take of each item of a registered certificate. Raises as the library's."""
    return taken_of(lines, certificate_of(issued))


def items_of_last_version(row: Decision) -> tuple[ItemUse, ...]:
    """Return what the last version of a declaration takes of the certificate; perhaps nothing.

    Raises as `items_taken`.
    """
    issued = issued_act_of(row.subject)
    if issued is None:
        return ()
    last = document_of(versions_of(row.declaration)[0])
    return items_taken(lines_on(last, reference_of(issued)), issued)


def decisions_behind(acts: Iterable[str]) -> list[Decision]:
    """Return our own decisions that rest on these acts, oldest first; one given back among them."""
    made = list(acts)
    found = Decision.objects.filter(Q(act__in=made) | Q(pk__in=given_back(act__in=made)))
    return list(found.select_related("declaration__post").order_by("decided_at", "pk"))
