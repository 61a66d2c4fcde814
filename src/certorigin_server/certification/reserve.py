"""Setting numbers aside for paper, before the service goes down (R18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from certorigin.errors import MalformedError, RightError
from certorigin.vocabulary.form import get_form
from certorigin_server.certification.case import write_number
from certorigin_server.certification.models import ReservedNumber
from certorigin_server.certification.serials import next_serial
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.users.queries import User

MOST_AT_ONCE = 100


@transaction.atomic
def reserve_numbers(
    *, form: str, destination: str, count: str, by: User, at: datetime
) -> list[ReservedNumber]:
    """Take the body's next numbers and set them aside; nobody else gets them.

    Raises MalformedError (`certification.count_wrong`, a destination that the grammar refuses),
    RightError (`certification.another_body`), UnknownError for an unknown form.
    """
    body = by.organisation
    if body is None or not body.number_grammar:
        raise RightError("certification.another_body")
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:9]) <= MOST_AT_ONCE):
        raise MalformedError("certification.count_wrong", place="count", most=str(MOST_AT_ONCE))
    name, year = get_form(form).name, timezone.localdate(at).year
    made = []
    for _ in range(int(count)):
        serial = next_serial(body, name, year=year)
        number = write_number(body, name, destination, year=year, serial=serial)
        made.append(
            ReservedNumber.objects.create(
                body=body,
                form=name,
                year=year,
                serial=serial,
                number=number,
                reserved_at=at,
                reserved_by=by,
            )
        )
    record(
        by=by.username,
        at=at,
        action="certification.numbers_reserved",
        subject=body.urn,
        first=made[0].number,
        last=made[-1].number,
    )
    return made
