"""After a restore: certificates that the log holds and this database lost, and their numbers.

A certificate comes back whole where its application is still here: the boxes tell which one. Of any
other the number is kept, so that nobody is given it again; what it says lies in the register.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.errors import ConflictError
from certorigin.vocabulary.certificate import Certificate as Boxes
from certorigin.vocabulary.record import Record
from certorigin_server.application.queries import confirmed_as
from certorigin_server.application.services import note_certified
from certorigin_server.certification.case import write_number
from certorigin_server.certification.covered import cover_returned
from certorigin_server.certification.events.services import put_back_made, raise_sequence, serial_of
from certorigin_server.certification.models import Certificate, NumberSequence, TakenNumber
from certorigin_server.certification.queries import certificate_for, columns_of, find_certificate
from certorigin_server.seal.services import set_aside_for_log
from certorigin_server.users.queries import find_organisation, find_user

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.vocabulary.acts import Act
    from certorigin_server.application.queries import Application
    from certorigin_server.seal.queries import SealedAct


_SERIES = ("body", "form", "year", "serial")


def put_back_certificate(*, act: Act, row: SealedAct, at: datetime) -> None:
    """Put a certificate of the log back. Runs in the transaction that puts the head back.

    Raises ConflictError (`certification.number_given_again`) when its number was given to another
    certificate here since the restore, UnknownError for a body that this database does not know.
    """
    known = find_certificate(act.subject)
    if known is not None:
        _follow_log(known, row, at)
        return
    boxes = Boxes.from_record(Record(dict(act.body), "certificate"))
    if put_back_made(boxes, act, row):
        return
    body = find_organisation(boxes.certification.body.rpartition(":")[2])
    if body is None:
        raise ConflictError("certification.body_not_here", body=boxes.certification.body)
    place: dict[str, Any] = {
        "body": body,
        "form": boxes.form,
        "year": boxes.certification.date.year,
        "serial": serial_of(body, boxes),
        "number": boxes.number,
        "act": row,
    }
    if Certificate.objects.filter(**{name: place[name] for name in _SERIES}).exists():
        raise ConflictError("certification.number_given_again", number=boxes.number)
    raise_sequence(body, boxes.form, boxes.certification.date.year, place["serial"])
    application = _find_application(boxes)
    officer = find_user(boxes.certification.officer.rpartition(":")[2])
    if application is None or officer is None:
        TakenNumber.objects.create(**place, subject=act.subject, taken_at=at)
        return
    made = Certificate.objects.create(
        **(place | columns_of(boxes)),
        id=act.subject,
        application=application,
        certified_at=act.at,
        certified_by=officer,
    )
    cover_returned(made, boxes)
    note_certified(application)


def pass_over(*, count: int, destination: str, at: datetime) -> int:
    """Pass over the next numbers of every series: they may have been given and lost on both sides.

    Of every series of the latest year in which numbers were given. Says how many were passed over.
    """
    newest = NumberSequence.objects.order_by("-year").first()
    if newest is None:
        return 0
    passed = 0
    for sequence in NumberSequence.objects.select_for_update().filter(year=newest.year):
        for serial in range(sequence.last + 1, sequence.last + 1 + count):
            number = write_number(
                sequence.body, sequence.form, destination, year=sequence.year, serial=serial
            )
            TakenNumber.objects.create(
                body=sequence.body,
                form=sequence.form,
                year=sequence.year,
                serial=serial,
                number=number,
                taken_at=at,
            )
            passed += 1
        sequence.last += count
        sequence.save(update_fields=["last"])
    return passed


def _follow_log(known: Certificate, row: SealedAct, at: datetime) -> None:
    """A certificate that was prepared before the backup, and perhaps prepared anew after it."""
    if known.act_id == row.pk:
        return
    set_aside_for_log(act=known.act, at=at)
    known.act = row
    known.save(update_fields=["act"])


def _find_application(boxes: Boxes) -> Application | None:
    """Find the application that asked for this: box 13 holds the digest of its exact bytes."""
    confirmation = boxes.declaration.confirmation
    if confirmation is None:
        return None
    for application in confirmed_as(confirmation):
        if certificate_for(application.pk) is None:
            return application
    return None
