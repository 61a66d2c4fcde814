"""The machine interface of supplier declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import Body, Router, Schema, Status

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application.api import PAGE_SIZE
from certorigin_server.desk.paging import part_on
from certorigin_server.guidance.declared import declare_from
from certorigin_server.suppliers import services
from certorigin_server.suppliers.queries import (
    content_of,
    dependents_of,
    get_visible,
    visible_to,
)
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.suppliers.queries import Declaration

router = Router(tags=["suppliers"])


class DeclarationRow(Schema):
    """A declaration in a list; `status` is prepared, sealed or withdrawn."""

    declaration: str
    supplier: str
    customer: str
    valid_from: str
    valid_until: str
    prepared_at: str
    status: str


class SupplierDeclarations(Schema):
    """A page of declarations."""

    declarations: list[DeclarationRow]


class DependentOut(Schema):
    """An application whose facts named a declaration that fell; `looked_at` may be empty."""

    dependent: str
    application: str
    looked_at: str


class SupplierDeclarationOut(DeclarationRow):
    """What was declared, and what depended on it."""

    document: dict[str, Any]
    digest: str
    reason: str
    dependents: list[DependentOut]


class WithdrawIn(Schema):
    """Why it no longer holds."""

    reason: Reason


@router.get("", response=SupplierDeclarations)
def list_declarations(request: HttpRequest, page: Page = "1") -> SupplierDeclarations:
    """List the declarations that the caller may see, newest first."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    rows = part_on(visible_to(caller.user), page, PAGE_SIZE)
    return SupplierDeclarations(declarations=[DeclarationRow(**_row(row)) for row in rows])


@router.post("", response={201: SupplierDeclarationOut})
def declare(request: HttpRequest, document: Body[dict[str, Any]]) -> Status[SupplierDeclarationOut]:
    """Declare where goods originate: `customer`, `validFrom`, `validUntil` and `goods`."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    return Status(201, _out(declare_from(document, caller), caller))


@router.get("/{declaration}", response=SupplierDeclarationOut)
def show(request: HttpRequest, declaration: Text) -> SupplierDeclarationOut:
    """Show a declaration, and what depended on it if it fell."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    return _out(get_visible(declaration, user=caller.user), caller)


@router.post("/{declaration}/withdraw", response=SupplierDeclarationOut)
def withdraw(request: HttpRequest, declaration: Text, order: WithdrawIn) -> SupplierDeclarationOut:
    """Withdraw a declaration for good."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    services.withdraw(declaration=declaration, reason=order.reason, by=caller.user, at=caller.at)
    return _out(get_visible(declaration, user=caller.user), caller)


@router.post("/looked/{int:dependent}", response=DependentOut)
def look(request: HttpRequest, dependent: int) -> DependentOut:
    """Note that somebody of the body looked at what depended on a fallen declaration."""
    caller = Caller.of(request, Right.ASSESSMENT_READ)
    row = services.note_looked(dependent=dependent, by=caller.user, at=caller.at)
    return DependentOut(
        dependent=str(row.pk),
        application=str(row.application_id),
        looked_at=moment_to_text(caller.at),
    )


def _out(row: Declaration, caller: Caller) -> SupplierDeclarationOut:
    return SupplierDeclarationOut(
        **_row(row),
        document=content_of(row).to_data(),
        digest=row.digest or "",
        reason=row.reason or "",
        dependents=[
            DependentOut(
                dependent=str(one.pk),
                application=str(one.application_id),
                looked_at=moment_to_text(one.looked_at) if one.looked_at else "",
            )
            for one in dependents_of(row, user=caller.user)
        ],
    )


def _row(row: Declaration) -> dict[str, str]:
    return {
        "declaration": row.pk,
        "supplier": row.organisation.slug,
        "customer": row.customer.slug,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "prepared_at": moment_to_text(row.prepared_at),
        "status": row.status,
    }
