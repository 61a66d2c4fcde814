"""Writing supplier declarations: declare, seal, withdraw, look at what depended."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

import orjson
from django.db import transaction

from certorigin.assessment.supplier import CONTEXT, ON_BEHALF, SupplierDeclaration
from certorigin.errors import MalformedError, RightError, StandingError, UnknownError
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.proof import ASSERTION, proof_options
from certorigin.vocabulary.party import Identifier, Party
from certorigin_server.application.queries import applications_naming
from certorigin_server.seal.choice import installation_urn
from certorigin_server.suppliers.models import Declaration, Dependent
from certorigin_server.suppliers.queries import ROLE, get_visible
from certorigin_server.trail.services import record
from certorigin_server.users.queries import find_trader, is_trader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from certorigin.assessment.supplier import DeclaredGoods
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.users.queries import Organisation, User

LONGEST_REASON = 1000


@transaction.atomic
def declare(
    *,
    goods: Sequence[DeclaredGoods],
    customer: str,
    valid_from: date,
    valid_until: date,
    keyring: Keyring,
    by: User,
    at: datetime,
) -> Declaration:
    """Store the exact bytes of a declaration; the loop seals them on behalf of the person.

    `customer` is the trader for whom it is made, by its short name or its number in a register.
    Raises RightError (`application.not_a_trader`), UnknownError (`organisation.unknown`),
    MalformedError.
    """
    if by.organisation is None or not is_trader(by.organisation):
        raise RightError("application.not_a_trader")
    target = find_trader(customer)
    if target is None:
        raise UnknownError("organisation.unknown", slug=customer[:60])
    declaration = SupplierDeclaration(
        id=f"urn:uuid:{uuid.uuid4()}",
        supplier=_party(by.organisation),
        declarant=by.full_name,
        issued_at=at.replace(microsecond=0),
        valid_from=valid_from,
        valid_until=valid_until,
        sealed_by=ON_BEHALF,
        goods=tuple(goods),
    )
    SupplierDeclaration.from_data(declaration.to_data())  # the period and the goods are judged
    sealer = keyring.named(ROLE)
    key_id = f"{installation_urn()}#{sealer.key}"
    options = [proof_options(sealer.suite, key_id, at, ASSERTION, list(CONTEXT))]
    row = Declaration.objects.create(
        pk=declaration.id,
        organisation=by.organisation,
        customer=target,
        document=strict_bytes(declaration.to_data()).decode(),
        options=orjson.dumps(options, option=orjson.OPT_SORT_KEYS).decode(),
        valid_from=valid_from,
        valid_until=valid_until,
        prepared_at=at,
        prepared_by=by,
    )
    record(by=by.username, at=at, action="supplier.declared", subject=row.pk)
    return row


@transaction.atomic
def store_seal(*, declaration: str, sealed: bytes, at: datetime) -> bool:
    """Store sealed bytes unless some are there: the first stored seal wins. Says whether it did."""
    digest = hashlib.sha256(sealed).hexdigest()
    waiting = Declaration.objects.filter(pk=declaration, sealed=None, withdrawn_at=None)
    changed = waiting.update(sealed=sealed.decode(), digest=digest, sealed_at=at)
    if changed:
        record(by="", at=at, action="supplier.sealed", subject=declaration, digest=digest)
    return bool(changed)


@transaction.atomic
def withdraw(*, declaration: str, reason: str, by: User, at: datetime) -> list[Dependent]:
    """Withdraw a declaration; return every application whose facts of production named it.

    Raises UnknownError, StandingError (`supplier.withdrawn_already`), MalformedError
    (`application.text_missing`, `application.text_too_long`).
    """
    seen = get_visible(declaration, user=by)
    row = Declaration.objects.select_for_update().get(pk=seen.pk)
    if row.organisation_id != by.organisation_id:
        raise UnknownError("supplier.unknown", declaration=declaration[:60])
    if row.withdrawn_at is not None:
        raise StandingError("supplier.withdrawn_already", declaration=row.pk)
    text = reason.strip()
    if not text:
        raise MalformedError("application.text_missing", place="reason")
    if len(text) > LONGEST_REASON:
        raise MalformedError("application.text_too_long", place="reason", limit=str(LONGEST_REASON))
    row.withdrawn_at, row.withdrawn_by, row.reason = at, by, text
    row.save()
    made = [
        Dependent.objects.create(declaration=row, application=application)
        for application in applications_naming(row.pk)
    ]
    count = str(len(made))
    record(by=by.username, at=at, action="supplier.withdrawn", subject=row.pk, dependents=count)
    return made


@transaction.atomic
def note_looked(*, dependent: int, by: User, at: datetime) -> Dependent:
    """Note that somebody of the body looked at what depended on a fallen declaration.

    Raises UnknownError (`supplier.unknown`) for another body's, StandingError
    (`supplier.looked_already`).
    """
    row = Dependent.objects.select_for_update().filter(pk=dependent).first()
    if row is None or row.application.body_id != by.organisation_id:
        raise UnknownError("supplier.unknown", declaration=str(dependent))
    if row.looked_at is not None:
        raise StandingError("supplier.looked_already", dependent=str(row.pk))
    row.looked_at, row.looked_by = at, by
    row.save()
    subject = row.application.urn
    record(by=by.username, at=at, action="supplier.looked", subject=subject, of=row.declaration_id)
    return row


def _party(organisation: Organisation) -> Party:
    known = bool(organisation.identifier_scheme and organisation.identifier)
    return Party(
        name=organisation.name,
        address=organisation.address,
        country=organisation.state,
        identifier=Identifier(organisation.identifier_scheme, organisation.identifier)
        if known
        else None,
    )
