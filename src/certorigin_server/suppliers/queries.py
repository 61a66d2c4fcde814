"""Reading supplier declarations: who sees which, for which materials they stand, what depended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from certorigin.assessment.supplier import Stated, SupplierDeclaration, judge_backing
from certorigin.errors import CertoriginError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin_server.application.queries import visible_to as visible_applications
from certorigin_server.seal.choice import installation_urn
from certorigin_server.seal.trust import get_trust
from certorigin_server.suppliers.models import Declaration, Dependent
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from certorigin.assessment.material import Material
    from certorigin.assessment.worksheet import Worksheet
    from certorigin_server.users.queries import User

ROLE = "gateway"


def visible_to(user: User) -> QuerySet[Declaration]:
    """Return the declarations that a person may see.

    A trader sees its own and those made for it; a body sees those on which an application that it
    may see was found to depend when they fell. Customs sees none (R17).
    """
    every = Declaration.objects.filter(destroyed_at=None)
    found = every.select_related("organisation", "customer", "prepared_by")
    own = user.organisation
    if own is not None and is_trader(own):
        return found.filter(Q(organisation=own) | Q(customer=own))
    seen = visible_applications(user).filter(pk=OuterRef("application"))
    depending = Dependent.objects.filter(Exists(seen), declaration=OuterRef("pk"))
    return found.filter(Exists(depending), withdrawn_at__isnull=False)


def usable_by(user: User, *, text: str, on: date, most: int) -> list[Declaration]:
    """Return declarations made for a trader that can be cited on a day, newest first.

    With a text those whose number or supplier's name has it.
    """
    made = Declaration.objects.filter(customer=user.organisation_id, withdrawn_at=None)
    found = made.filter(sealed_at__isnull=False, valid_from__lte=on, valid_until__gte=on)
    found = found.select_related("organisation")
    if text:
        found = found.filter(Q(pk__icontains=text) | Q(organisation__name__icontains=text))
    return list(found.order_by("-prepared_at", "pk")[:most])


def get_visible(declaration: str, *, user: User) -> Declaration:
    """Return one declaration. Raises UnknownError (`supplier.unknown`) also for hidden ones."""
    found = visible_to(user).filter(pk=declaration).first()
    if found is None:
        raise UnknownError("supplier.unknown", declaration=declaration[:60])
    return found


def content_of(row: Declaration) -> SupplierDeclaration:
    """Read what was declared."""
    return SupplierDeclaration.from_data(parse_strict(row.document.encode()))


def to_seal(limit: int = 100) -> list[Declaration]:
    """Return declarations without a seal, oldest first."""
    waiting = Declaration.objects.filter(sealed=None, withdrawn_at=None)
    return list(waiting.order_by("prepared_at")[:limit])


def backing_of(worksheet: Worksheet, *, customer: int | None, at: datetime) -> dict[Material, bool]:
    """Say of the materials that name a declaration whether it stands for them.

    One that is not here, not sealed yet, or whose seal can't be believed, leaves its material open;
    and so does one that was made for another customer than the trader who uses it, or by that
    trader itself. Without a `customer` it is only a question what the declarations would do.
    """
    named = {
        material.supplier.id
        for item in worksheet.items
        for material in item.all_materials()
        if material.supplier is not None
    }
    if not named:
        return {}
    rows = Declaration.objects.filter(pk__in=named, sealed__isnull=False, destroyed_at=None)
    if customer is not None:
        rows = rows.filter(customer=customer).exclude(organisation=customer)
    found = {row.pk: stated for row in rows if (stated := _stated(row, at)) is not None}
    return judge_backing(worksheet, found, at=timezone.localdate(at))


def _stated(row: Declaration, at: datetime) -> Stated | None:
    if row.sealed is None or row.sealed_at is None:
        return None
    raw = row.sealed.encode()
    key = str(parse_strict(raw)["proof"][0]["verificationMethod"]).rpartition("#")[2]
    try:
        get_trust().key_entitlement(key, role=ROLE, at=row.sealed_at, controller=installation_urn())
        withdrawn = row.withdrawn_at is not None and row.withdrawn_at <= at
        return Stated.of_sealed(raw, keys={key}, withdrawn=withdrawn)
    except CertoriginError:
        return None


def dependents_of(row: Declaration, *, user: User) -> QuerySet[Dependent]:
    """Return what depended on a declaration that fell, as far as a person may see it."""
    found = row.dependents.filter(application__in=visible_applications(user))
    return found.select_related("application", "application__organisation", "looked_by")


def to_look_at(user: User) -> QuerySet[Dependent]:
    """Return what depended on fallen declarations and nobody of the body has looked at yet."""
    own = visible_applications(user).filter(pk=OuterRef("application"), body=user.organisation_id)
    # Asked of each that waits: a join would begin with all applications of the body.
    waiting = Dependent.objects.filter(Exists(own), looked_at=None)
    chosen = waiting.select_related("declaration", "application", "application__organisation")
    return chosen.order_by("declaration__withdrawn_at", "id")
