"""Division: goods of a certificate that a substitute covers from now on (R48; Rules 8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import MalformedError, StandingError
from certorigin.returns.about import act_about, check_not_ended, issued_of
from certorigin.returns.utilisation import reserved_items
from certorigin.standing.fold import StandingStatus
from certorigin.standing.quantities import left, shown
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.goods_acts import Division

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.bodies import CertificateReference, ItemUse
    from certorigin.vocabulary.quantity import Quantity

_LIVE = frozenset({StandingStatus.REGISTERED, StandingStatus.VALID, StandingStatus.USED_UP})


def divided(
    standing: Standing,
    *,
    items: Sequence[ItemUse],
    substitute: CertificateReference,
    substitute_subject: str,
    officer: str,
    act_id: str,
    at: datetime,
    issuer: str = "",
) -> Act:
    """Return the act that gives goods of a certificate to a substitute.

    Its issuer is the body that issued the certificate, or `issuer`. Raises as `check_division`, and
    StandingError when the substitute is the certificate itself.
    """
    check_division(standing, items)
    if substitute_subject == standing.subject:
        raise StandingError("division.not_another", number=standing.reference.number)
    body = Division(standing.reference, substitute, substitute_subject, tuple(items), officer)
    issuer = issuer or issued_of(standing).act.issuer
    return act_about(standing, Kind.DIVIDED, body.to_data(), issuer=issuer, act_id=act_id, at=at)


def check_division(standing: Standing, items: Sequence[ItemUse]) -> None:
    """Check that a certificate still covers what a substitute would take: never more (R48).

    Neither what was used or divided nor what is on its way is there any more, and the 5 % are not
    counted as there. Where box 10 is empty by right (R24) nobody can say how much is covered, so
    nothing of it is given away. Raises StandingError (`division.exceeds`, `division.not_counted`,
    `division.not_held`, as `check_not_ended`), MalformedError and UnknownError for items that
    can't be counted.
    """
    check_not_ended(standing)
    number = standing.reference.number
    if standing.status not in _LIVE or standing.uncounted:
        raise StandingError("division.not_held", number=number, status=str(standing.status))
    sequences = [item.sequence for item in items]
    if not items or len(set(sequences)) != len(sequences):
        raise MalformedError("utilisation.items_misshaped", place="items", value=str(sequences))
    for item in items:
        if not standing.is_counted(item.sequence):
            raise StandingError("division.not_counted", number=number, item=str(item.sequence))
        covered = still_covered(standing, item.sequence)
        asked = item.quantity.to_unit(covered.unit)
        if asked.value <= 0:
            raise MalformedError(
                "utilisation.nothing_taken", place="items", item=str(item.sequence)
            )
        if asked.value > covered.value:
            raise StandingError(
                "division.exceeds",
                number=number,
                item=str(item.sequence),
                asked=shown(asked),
                covered=shown(covered),
                unit=covered.unit,
            )


def still_covered(standing: Standing, sequence: int) -> Quantity:
    """Return what a substitute may take of an item now. Raises UnknownError."""
    covered = standing.remaining(sequence)
    for other in reserved_items(standing):
        if other.sequence == sequence:
            covered = left(covered, other.quantity.to_unit(covered.unit))
    return covered
