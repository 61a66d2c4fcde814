"""Reading certificates: what waits for a certifying officer, what was issued, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING


from certorigin.certification.check import check_certificate
from certorigin.errors import UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.certificate import Certificate as Boxes
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.search import number_key
from certorigin_server.application.queries import visible_to as visible_applications
from certorigin_server.application.queries import with_party
from certorigin_server.assessment.queries import found_to_originate
from certorigin_server.certification.models import Certificate, NumberSequence
from certorigin_server.desk.search import begins

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.vocabulary.finding import Finding
    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import Organisation, User


def visible_to(user: User) -> QuerySet[Certificate]:
    """Return the certificates whose applications a person may see."""
    seen = Certificate.objects.filter(application__in=visible_applications(user))
    return seen.select_related("act", "body", "certified_by")


def get_visible(subject: str, *, user: User) -> Certificate:
    """Return one certificate. Raises UnknownError (`certificate.unknown`) also for hidden ones."""
    found = visible_to(user).filter(pk=subject).first()
    if found is None:
        raise UnknownError("certificate.unknown", subject=subject[:200])
    return found


def search(user: User, *, text: str = "", application: UUID | None = None) -> QuerySet[Certificate]:
    """Find certificates that a person may see, by number, party or application, newest first.

    What is the beginning of a number is looked for as a number, anything else as a party.
    """
    found = visible_to(user)
    if application is not None:
        found = found.filter(application=application)
    if text.strip():
        key = number_key(text)
        numbered = found.filter(begins("number_key", key)) if key else found.none()
        found = numbered if numbered.exists() else with_party(found, text, on="application")
    return found


def find_certificate(subject: str) -> Certificate | None:
    """Return a certificate of this installation by its subject, or None, whoever asks."""
    return Certificate.objects.select_related("act", "body").filter(pk=subject).first()


def is_certified(application: UUID) -> bool:
    """Say whether an application has its certificate."""
    return Certificate.objects.filter(application=application).exists()


def certificate_for(application: UUID) -> Certificate | None:
    """Return the certificate of an application, or None; the application was seen already."""
    return Certificate.objects.filter(application=application).first()


def last_serial(body: Organisation, form: str, *, year: int) -> int:
    """Return the last serial that a body gave for a form in a year, or 0."""
    found = NumberSequence.objects.filter(body=body, form=form, year=year).first()
    return found.last if found else 0


def to_certify(user: User) -> QuerySet[Application]:
    """Return the applications found to originate and not yet certified, longest waiting first."""
    done = Certificate.objects.values("application")
    waiting = found_to_originate(user).exclude(pk__in=done)
    return waiting.select_related("organisation", "body").order_by("decided_at", "id")


def boxes_of(certificate: Certificate) -> Boxes:
    """Read the boxes out of the act, as they were prepared for the seal."""
    act = Act.from_document(parse_strict(certificate.act.document.encode()))
    return Boxes.from_record(Record(dict(act.body), "certificate"))


def find_remarks(certificate: Certificate) -> tuple[Finding, ...]:
    """Return what the box-by-box check remarks on an issued certificate."""
    boxes = boxes_of(certificate)
    return tuple(check_certificate(boxes, form=get_form(boxes.form)))
