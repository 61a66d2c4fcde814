"""What a supplier typed or sent, as the service takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.assessment.supplier import DeclaredGoods
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.record import Record
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.suppliers import services

if TYPE_CHECKING:
    from certorigin_server.suppliers.queries import Declaration
    from certorigin_server.users.access import Caller

MOST_GOODS = 100


def declare_from(data: dict[str, Any], caller: Caller) -> Declaration:
    """Declare by `customer`, `validFrom`, `validUntil` and `goods`.

    Raises MalformedError with the place, and as `suppliers.services.declare`.
    """
    record = Record(data)
    goods = record.parts("goods", DeclaredGoods.from_record, limit=MOST_GOODS)
    customer = record.text("customer")
    since, until = record.text("validFrom"), record.text("validUntil")
    record.finish()
    return services.declare(
        goods=goods,
        customer=customer,
        valid_from=day_from_text(since, place="validFrom"),
        valid_until=day_from_text(until, place="validUntil"),
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
