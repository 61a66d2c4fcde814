"""Which goods of which consignment a certificate covers: a second one for them is refused (R23).

A consignment is what one consignor sends one consignee at one time (Rules 1, 6.4). Nothing on the
form numbers it, so a good is known by the parties, its invoice, what it is and how much of it; the
transport tells two equal lots of one invoice apart. Goods without an invoice (natural persons,
goods before their sale) can't be told apart and have no key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.vocabulary.search import name_key, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.goods import GoodsItem
    from certorigin.vocabulary.party import Party


@dataclass(frozen=True)
class GoodsKey:
    """One item: `goods` is the same for equal goods of one invoice, `whole` for one transport."""

    sequence: int
    goods: str
    whole: str


def goods_keys(certificate: Certificate) -> tuple[GoodsKey, ...]:
    """Return the keys of the goods that a certificate covers, in the order of its items."""
    parties = "\x1f".join(_parties(certificate))
    transport = certificate.transport
    way = (name_key(transport.means), name_key(transport.route)) if transport else ("", "")
    found = []
    for item in certificate.items:
        if item.invoice is None:
            continue
        goods = "\x1f".join((parties, *_goods(item)))
        found.append(GoodsKey(item.sequence, _digest(goods), _digest("\x1f".join((goods, *way)))))
    return tuple(found)


def _parties(certificate: Certificate) -> Iterator[str]:
    yield certificate.issued_in
    yield certificate.presented_in
    sides = (certificate.exporter, certificate.consignor)
    for party in (*sides, certificate.importer, certificate.consignee):
        yield _name(party) if party else ""


def _name(party: Party) -> str:
    """Return what a party is known by: its number in a register, else its name."""
    number = party.identifier
    return f"{number.scheme} {number.value}" if number else name_key(party.name)


def _goods(item: GoodsItem) -> Iterator[str]:
    if item.invoice is not None:
        yield number_key(item.invoice.number)
        yield item.invoice.date.isoformat()
    yield item.tariff_code.digits
    yield name_key(item.description)
    yield str(item.packages.count)
    for amount in (item.quantity, item.gross, item.net):
        yield f"{amount.value.normalize():f} {amount.unit}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
