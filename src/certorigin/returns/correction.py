"""Correction of a recorded use: what the goods took in truth, told to the issuing state (R10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import MalformedError, StandingError, UnknownError
from certorigin.returns.about import act_about, issued_of
from certorigin.returns.utilisation import check_items, grown_items
from certorigin.standing.quantities import tally
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.use_correction import UseCorrection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from certorigin.standing.quantities import Use
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.bodies import ItemUse
    from certorigin.vocabulary.quantity import Quantity

NOT_RELEASED = "goods_not_released"
# Why a recorded use is corrected. A closed list of ours: the Rules know no such act.
REASONS = ("declaration_amended", "entered_wrongly", NOT_RELEASED)


def use_corrected(
    standing: Standing,
    *,
    use: str,
    items: Sequence[ItemUse],
    reason: str,
    remark: str,
    head_size: int,
    officer: str,
    act_id: str,
    at: datetime,
    issuer: str = "",
) -> Act:
    """Return the act that says what a recorded use takes from now on; no items take it back.

    What grows must still be there, with the 5 % that an item has once; what shrinks is given back,
    also of a certificate that has ended since. Raises StandingError for a use that was not recorded
    or a correction that changes nothing, UnknownError for a reason outside the list, MalformedError
    for items that can't be counted.
    """
    issued_of(standing)
    number = standing.reference.number
    if reason not in REASONS:
        choices = ", ".join(REASONS)
        raise UnknownError("correction.reason_unknown", reason=reason[:80], choices=choices)
    if reason == NOT_RELEASED and items:
        raise MalformedError("correction.goods_of_nothing", place="items")
    before = next((one for one in standing.uses if one.entry.act.id == use), None)
    if before is None:
        raise StandingError("correction.use_unknown", number=number, act=use[:80])
    taken, wanted = _by_item(standing, before.body.items), _by_item(standing, items)
    if len(wanted) != len(items) or any(one.value <= 0 for one in wanted.values()):
        raise MalformedError("utilisation.items_misshaped", place="items", value=str([*wanted]))
    if taken == wanted:
        raise StandingError("correction.nothing_changes", number=number)
    limited = [one for one in items if standing.is_counted(one.sequence)]
    more = [one for one in grown_items(before.body.items, limited) if one.quantity.value > 0]
    if more:
        check_items(standing, more)
    body = _body(standing, before, items, reason, remark, head_size, officer)
    return act_about(
        standing, Kind.USE_CORRECTED, body.to_data(), issuer=issuer or officer, act_id=act_id, at=at
    )


def _body(
    standing: Standing,
    use: Use,
    items: Sequence[ItemUse],
    reason: str,
    remark: str,
    head_size: int,
    officer: str,
) -> UseCorrection:
    return UseCorrection(
        certificate=standing.reference,
        declaration=use.body.declaration,
        post=use.body.post,
        use=use.entry.act.id,
        items=tuple(items),
        reason=reason,
        head_size=head_size,
        officer=officer,
        remark=remark,
    )


def _by_item(standing: Standing, items: Iterable[ItemUse]) -> dict[int, Quantity]:
    """Add amounts by item in the certificate's unit; what has no limit keeps its own (R24).

    Raises UnknownError, MalformedError.
    """
    found: dict[int, Quantity] = {}
    for one in items:
        amount = one.quantity
        if standing.is_counted(one.sequence):
            amount = amount.to_unit(standing.used_of(one.sequence).unit)
        earlier = found.get(one.sequence)
        found[one.sequence] = tally(earlier, amount) if earlier else amount
    return found
