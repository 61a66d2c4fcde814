"""Sale: the contract for goods that left without one, on which their preference waits (R49)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import StandingError
from certorigin.returns.about import act_about, check_not_ended, issued_of
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.calendar import local_day
from certorigin.vocabulary.goods_acts import Sale

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.goods import DocumentReference
    from certorigin.vocabulary.party import Party


def sold(
    standing: Standing,
    *,
    contract: DocumentReference,
    buyer: Party,
    officer: str,
    act_id: str,
    at: datetime,
) -> Act:
    """Return the act that records the contract (Rules 8.5, 8.6). Its issuer is the issuing body.

    Raises StandingError when the certificate has ended (as `check_not_ended`), has a contract or
    waits for none (`sale.not_awaited`), or the buyer is of another state than that in box 4
    (`sale.buyer_of_another_state`), the contract of a later day (`sale.contract_ahead`).
    """
    check_not_ended(standing)
    number, certificate = standing.reference.number, standing.certificate
    coming = (*standing.pending, *standing.later)
    if not standing.awaits_contract or any(entry.act.kind is Kind.SOLD for entry in coming):
        raise StandingError("sale.not_awaited", number=number)
    if certificate is not None and buyer.country != certificate.presented_in:
        expected = certificate.presented_in
        raise StandingError("sale.buyer_of_another_state", state=buyer.country, expected=expected)
    if contract.date > local_day(at, standing.reference.issued_in):
        raise StandingError("sale.contract_ahead", date=contract.date.isoformat())
    body = Sale(standing.reference, contract, buyer, officer)
    issuer = issued_of(standing).act.issuer
    return act_about(standing, Kind.SOLD, body.to_data(), issuer=issuer, act_id=act_id, at=at)
