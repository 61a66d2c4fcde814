"""Reading demands of paper originals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from certorigin.errors import UnknownError
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.search import number_key
from certorigin_server.recognition.models import EmergencyEntry, PaperDemand
from certorigin_server.recognition.queries import (
    cited_by,
    document_of,
    is_cited,
)
from certorigin_server.users.queries import organisations_of, sees_every_post

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.users.queries import User

__all__ = ["PaperDemand"]

# More than these are looked through in no work list.
MOST_OPEN = 1_000


def demands_on(row: GoodsDeclaration, reference: CertificateReference) -> QuerySet[PaperDemand]:
    """Return the demands of a certificate under a declaration, in whichever version, oldest first.

    They are found by the certificate's name, however its number was spelt.
    """
    found = PaperDemand.objects.filter(
        declaration__number=row.number,
        declaration__date=row.date,
        number_key=number_key(reference.number),
        form=reference.form,
        issued_on=reference.date,
        issued_in=reference.issued_in,
    )
    return found.select_related("demanded_by", "answered_by")


def outcomes_on(row: GoodsDeclaration, reference: CertificateReference) -> list[str]:
    """Return what came of the demands that are answered, oldest first.

    An original that was accepted on paper while service was disturbed came before them all.
    """
    answered = demands_on(row, reference).exclude(answered_at=None).order_by("answered_at", "pk")
    seen = EmergencyEntry.objects.filter(
        declaration__number=row.number,
        declaration__date=row.date,
        number_key=number_key(reference.number),
        form=reference.form,
    )
    came = [str(PaperDemand.Outcome.AGREES)] if seen.exists() else []
    return [*came, *answered.values_list("outcome", flat=True)]


def open_demands(user: User) -> QuerySet[PaperDemand]:
    """Return the demands that wait, of the posts whose papers a person may see; soonest first."""
    # What is open is little, and found before whose it is.
    waiting = PaperDemand.objects.filter(answered_at=None).order_by("until", "pk")
    few = list(waiting.values_list("pk", flat=True)[:MOST_OPEN])
    found = PaperDemand.objects.filter(of_posts(user), pk__in=few)
    return found.select_related("declaration__post").order_by("until", "pk")


def of_posts(user: User) -> Q:
    """Return the condition that a row's declaration is one of a post whose papers a person sees."""
    is_there = Q(declaration__destroyed_at=None)
    if sees_every_post(user):
        return is_there
    return is_there & Q(declaration__post__in=organisations_of(user))


def get_demand(demand: int, *, user: User) -> PaperDemand:
    """Return one demand. Raises UnknownError (`demand.unknown`) also for hidden ones."""
    found = PaperDemand.objects.filter(of_posts(user), pk=demand)
    row = found.select_related("declaration__post").first()
    if row is None:
        raise UnknownError("demand.unknown", demand=str(demand))
    return row


def position_of(row: GoodsDeclaration, reference: CertificateReference) -> int:
    """Return at which place a declaration cites a certificate. Raises UnknownError."""
    for position, cited in enumerate(cited_by(document_of(row))):
        if is_cited(reference, cited):
            return position
    raise UnknownError("certificate.unknown", subject=reference.number)


def position_of_demand(demand: PaperDemand) -> int:
    """Return at which place the declaration of a demand cites its certificate."""
    named = CertificateReference(demand.form, demand.number, demand.issued_on, demand.issued_in)
    return position_of(demand.declaration, named)


def cited_at(row: GoodsDeclaration, position: int) -> CertificateReference:
    """Return the certificate that a declaration cites at a place, from nought.

    Raises UnknownError (`certificate.unknown`).
    """
    references = cited_by(document_of(row))
    if not 0 <= position < len(references):
        raise UnknownError("certificate.unknown", subject=str(position))
    return references[position]
