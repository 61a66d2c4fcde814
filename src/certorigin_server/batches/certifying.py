"""Consignments of a batch that are certified together: one transaction, one person, one order."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import orjson
from django.db import DatabaseError, transaction

from certorigin.errors import CertoriginError
from certorigin_server.batches.models import Batch, BatchRow
from certorigin_server.batches.services import advance
from certorigin_server.certification.services import certify_many
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin_server.users.queries import User

_log = logging.getLogger(__name__)


def certify_together(*, batch: Batch, rows: Sequence[int], at: datetime) -> int:
    """Certify consignments of a batch as the person who ordered it; return how many went on.

    One that can't be certified keeps the reason and holds up no other. What stops all of them -
    a fault of the program's own, goods that somebody else covered at that moment - is undone, and
    they are taken one by one, as by `advance`.
    """
    person = batch.certified_by
    if person is None or Right.CERTIFICATION_CERTIFY not in rights_of(person, at=at):
        return sum(advance(batch=batch, row=row, at=at) for row in rows[:1])
    try:
        return _certify(rows, person, at)
    except DatabaseError:
        raise  # the database, not the consignments, is at fault: the loop waits and tells
    except Exception as fault:  # noqa: BLE001 - one consignment must not hold up all the others
        _log.warning("batch %s one by one: %s", batch.pk, type(fault).__name__)
    return sum(advance(batch=batch, row=row, at=at) for row in rows)


@transaction.atomic
def _certify(rows: Sequence[int], person: User, at: datetime) -> int:
    waiting = BatchRow.objects.filter(pk__in=rows, state=BatchRow.State.DECIDED, fault="")
    found = {
        row.application_id: row.pk
        for row in waiting.select_for_update().order_by("number")
        if row.application_id is not None  # what was decided has its application
    }
    if not found:
        return 0
    made = certify_many(applications=list(found), by=person, at=at)
    done = []
    for application, outcome in made.items():
        if isinstance(outcome, CertoriginError):
            facts = orjson.dumps(outcome.facts).decode()
            held = BatchRow.objects.filter(pk=found[application])
            held.update(fault=outcome.code, facts=facts)
        else:
            done.append(found[application])
    BatchRow.objects.filter(pk__in=done).update(state=BatchRow.State.CERTIFIED)
    return len(done)
