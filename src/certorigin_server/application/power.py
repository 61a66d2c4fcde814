"""For whom an application is made, under which power of attorney; what is declared (R3, R60)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.application.confirmation import digest_of
from certorigin.errors import RightError
from certorigin.vocabulary.code_names import name_of
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.party import SCHEMES, Identifier, Party
from certorigin_server.application.models import Declaration
from certorigin_server.users.power_queries import Covers, find_power, principals_of
from certorigin_server.users.queries import belongs_to, is_trader

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.application.draft import Application as Draft
    from certorigin_server.application.models import Application
    from certorigin_server.users.power_queries import PowerOfAttorney
    from certorigin_server.users.queries import Organisation, User


def find_principal(
    behalf: str, *, by: User, at: datetime
) -> tuple[Organisation, PowerOfAttorney | None]:
    """Return who asks, and the power under which a person may ask for it.

    Without a name it is the person's own company. Raises RightError (`application.not_a_trader`,
    `application.no_power`).
    """
    own = by.organisation
    if own is None or not is_trader(own):
        raise RightError("application.not_a_trader")
    if not behalf:
        return own, None
    principal = next((one for one in principals_of(by, at=at) if one.slug == behalf), None)
    if principal is None:
        raise RightError("application.no_power", principal=behalf[:60])
    if belongs_to(by, principal.pk):
        return principal, None
    return principal, find_power(principal=principal, agent=own, covers=Covers.PREPARE, at=at)


def require_power(
    row: Application, *, by: User, at: datetime, covers: str = Covers.SUBMIT
) -> PowerOfAttorney | None:
    """Return the power under which a person may act on an application at this moment.

    None means that the person belongs to the company that asks. A power that was renewed since the
    draft was begun counts. Raises RightError (`application.no_power`).
    """
    if belongs_to(by, row.organisation_id):
        return None
    own, power = by.organisation, None
    if own is not None:
        power = find_power(principal=row.organisation, agent=own, covers=covers, at=at)
    if power is None:
        raise RightError("application.no_power", principal=row.organisation.name)
    return power


def may_act(row: Application, *, by: User, at: datetime, covers: str = Covers.PREPARE) -> bool:
    """Say whether a person of a trader may act on an application now: as its own, or by a power."""
    try:
        require_power(row, by=by, at=at, covers=covers)
    except RightError:
        return False
    return True


def party_of(organisation: Organisation) -> Party:
    """Return a company as a party of an application, as far as it is known here."""
    identifier = None
    if organisation.identifier and organisation.identifier_scheme in SCHEMES:
        identifier = Identifier(organisation.identifier_scheme, organisation.identifier)
    return Party(organisation.name, organisation.address, organisation.state, identifier)


def wording_of(form: str, *, produced_in: str) -> str:
    """Return what is declared in box 13, in the language of the form."""
    rules = get_form(form)
    country = name_of("states", produced_in, rules.language) or produced_in
    return rules.declaration.format(country=country)


def keep_declaration(
    row: Application, draft: Draft, *, power: PowerOfAttorney | None, by: User, at: datetime
) -> Declaration:
    """Keep what was declared, by whom, and of which exact document; it is never changed (R3)."""
    produced_in = draft.declaration.country if draft.declaration else ""
    return Declaration.objects.create(
        application=row,
        digest=digest_of(draft),
        wording=wording_of(draft.form, produced_in=produced_in),
        declarant=by.full_name,
        position=by.position,
        principal_id=row.organisation_id,
        power=power,
        confirmed_at=at,
        confirmed_by=by,
    )
