"""Use at import and refusal: what the customs of the importing state decided (R10, R57)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError, StandingError
from certorigin.returns.about import act_about, issued_of
from certorigin.returns.grounds import Phase, get_ground
from certorigin.standing.corrections import correction_of
from certorigin.standing.fold import StandingStatus
from certorigin.standing.quantities import left, part_of, shown, use_of
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import ItemUse, Refusal, Utilisation
from certorigin.vocabulary.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.goods import DocumentReference

_USABLE = frozenset({StandingStatus.VALID, StandingStatus.USED_UP})


def utilised(
    standing: Standing,
    *,
    declaration: DocumentReference,
    post: str,
    items: Sequence[ItemUse],
    head_size: int,
    officer: str,
    act_id: str,
    at: datetime,
    issuer: str = "",
) -> Act:
    """Return the act that records use under a goods declaration.

    Its issuer is the officer, or `issuer`. `head_size` is the size of the issuing state's log on
    which the decision rests. Uses that are on their way (no legal time yet, or a later one) are
    counted like those that have arrived.
    Raises StandingError when the certificate can't be used, the declaration is recorded already,
    or an item would exceed what remains with the 5 % that it has once (R28); MalformedError and
    UnknownError for items that can't be counted.
    """
    issued_of(standing)
    number = standing.reference.number
    if standing.awaits_contract:
        raise StandingError("standing.contract_not_recorded", number=number)
    if standing.status not in _USABLE:
        raise StandingError("standing.not_usable", number=number, status=str(standing.status))
    if standing.uncounted:
        act = standing.uncounted[0].act.id
        raise StandingError("utilisation.earlier_use_uncounted", number=number, act=act)
    for use in (*(use.body for use in standing.uses), *_coming(standing)):
        if use.items and use.declaration == declaration and use.post == post:
            raise StandingError(
                "utilisation.already_recorded", number=number, declaration=declaration.number
            )
    check_items(standing, items)
    body = Utilisation(standing.reference, declaration, post, tuple(items), head_size, officer)
    return act_about(
        standing, Kind.UTILISED, body.to_data(), issuer=issuer or officer, act_id=act_id, at=at
    )


def refused(
    standing: Standing,
    *,
    declaration: DocumentReference,
    post: str,
    ground: str,
    remark: str,
    officer: str,
    act_id: str,
    at: datetime,
    phase: Phase = Phase.AT_RELEASE,
    issuer: str = "",
) -> Act:
    """Return the act that refuses preference on a ground of the closed list.

    Any standing allows it, if only the certificate is known. Raises UnknownError for another
    ground, StandingError when the ground does not exist in this phase (R55) or speaks of paper
    while the certificate has none.
    """
    issued_of(standing)
    found = get_ground(ground)
    if phase not in found.phases:
        raise StandingError("refusal.ground_not_in_phase", ground=ground, phase=str(phase))
    certificate = standing.certificate
    if found.paper_only and certificate is not None and certificate.medium == "electronic-only":
        raise StandingError("refusal.ground_of_paper", ground=ground, number=certificate.number)
    body = Refusal(standing.reference, declaration, post, ground, remark, officer)
    return act_about(
        standing, Kind.REFUSED, body.to_data(), issuer=issuer or officer, act_id=act_id, at=at
    )


def _coming(standing: Standing) -> list[Utilisation]:
    """Read the uses that are logged, but not yet, or only later, registered."""
    found = (use_of(entry) for entry in (*standing.pending, *standing.later))
    return [use.body for use in found if use is not None]


def reserved_items(standing: Standing) -> list[ItemUse]:
    """Return what is on its way to take goods: uses, and parts for substitutes (R48).

    Of a correction that is on its way what grows is reserved, and what shrinks is not given back
    before it has arrived.
    """
    coming = (*standing.pending, *standing.later)
    found = [use_of(entry) or part_of(entry) for entry in coming]
    taking = [one for one in found if one is not None]
    known = {one.entry.act.id: one.body.items for one in (*standing.uses, *taking)}
    reserved = [item for one in taking for item in one.body.items]
    for entry in coming:
        body = correction_of(entry)
        if body is not None and body.use in known:
            limited = [one for one in body.items if one.sequence not in standing.endless]
            reserved += grown_items(known[body.use], limited)
    return reserved


def grown_items(before: Sequence[ItemUse], after: Sequence[ItemUse]) -> list[ItemUse]:
    """Return by how much items grow. Raises MalformedError for units that differ."""
    amounts = {one.sequence: one.quantity for one in before}
    grown = []
    for one in after:
        now = amounts.get(one.sequence)
        taken = now.to_unit(one.quantity.unit) if now else Quantity(Decimal(0), one.quantity.unit)
        grown.append(ItemUse(one.sequence, left(one.quantity, taken)))
    return grown


def check_items(standing: Standing, items: Sequence[ItemUse]) -> None:
    """Check that what is taken is there, with what is on its way counted too (R28).

    Raises StandingError (`utilisation.exceeds`), MalformedError for items that can't be counted.
    """
    sequences = [item.sequence for item in items]
    if not items or len(set(sequences)) != len(sequences):
        raise MalformedError("utilisation.items_misshaped", place="items", value=str(sequences))
    reserved = reserved_items(standing)
    for item in items:
        if item.quantity.value <= 0:
            raise MalformedError(
                "utilisation.nothing_taken", place="items", item=str(item.sequence)
            )
        if not standing.is_counted(item.sequence):
            continue  # of any unit: nothing is compared (R24)
        allowed = standing.allowed(item.sequence)
        for other in reserved:
            if other.sequence == item.sequence:
                allowed = left(allowed, other.quantity.to_unit(allowed.unit))
        asked = item.quantity.to_unit(allowed.unit)
        if asked.value > allowed.value:
            raise StandingError(
                "utilisation.exceeds",
                number=standing.reference.number,
                item=str(item.sequence),
                asked=shown(asked),
                allowed=shown(allowed),
                unit=allowed.unit,
            )
