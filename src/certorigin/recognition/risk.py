"""Risk indicators: what is worth a look beside the verdict, each with the records behind it.

An indicator explains itself and decides nothing: it is no ground to refuse, weighs nothing in the
verdict, and makes no score. Whoever sees one can open the certificates that it speaks of (R57).
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from certorigin.errors import CertoriginError
from certorigin.late import dataclass
from certorigin.vocabulary.search import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.goods import GoodsItem
    from certorigin.vocabulary.party import Party

# So many earlier ones make a habit; below that nothing can be unusual.
HABIT: Final = 3
UNUSUAL_TIMES: Final = Decimal(3)
BODY_LEAST: Final = 10
SHARE: Final = Decimal("0.2")
BODY_SHARE: Final = Decimal("0.1")
MOST_LINKS: Final = 10

CODES: Final = (
    "risk.exporter_new",
    "risk.parties_new",
    "risk.quantity_unusual",
    "risk.many_ended",
    "risk.body_with_annulments",
    "risk.invoice_reused",
    "risk.route_unusual",
)


@dataclass(frozen=True)
class Earlier:
    """Another certificate that is known, and whether an act annulled or replaced it."""

    subject: str
    certificate: Certificate
    ended: str = ""  # "Annulled", "Replaced" or nothing


@dataclass(frozen=True)
class BodyHistory:
    """How many certificates of a body were looked at, and which of them were annulled."""

    count: int
    annulled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """Something worth a look: its code, the facts of its sentence, the certificates behind it."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Write the indicator for a machine."""
        return {"code": self.code, "facts": dict(self.facts), "links": list(self.links)}


NOTHING_KNOWN: Final = BodyHistory(0)


def indicators(
    certificate: Certificate, earlier: Sequence[Earlier], *, of_body: BodyHistory = NOTHING_KNOWN
) -> tuple[Indicator, ...]:
    """Return what is worth a look, in the order of CODES.

    `earlier` are other certificates that name the exporter, `of_body` what is known of others of
    the same body; both as the caller holds them, and the facts say how many were looked at.
    """
    own = [one for one in earlier if _is_same(one.certificate.exporter, certificate.exporter)]
    found = [
        *_newness(certificate, own),
        *_quantities(certificate, own),
        *_ended(own),
        *_body(certificate, of_body),
        *_invoices(certificate, own),
        *_route(certificate, own),
    ]
    return tuple(sorted(found, key=lambda one: CODES.index(one.code)))


def _newness(certificate: Certificate, own: Sequence[Earlier]) -> Iterator[Indicator]:
    if not own:
        yield Indicator("risk.exporter_new", {"exporter": certificate.exporter.name})
        return
    together = [one for one in own if _is_same(one.certificate.importer, certificate.importer)]
    if len(own) >= HABIT and not together:
        facts = {"importer": certificate.importer.name, "count": str(len(own))}
        yield Indicator("risk.parties_new", facts, _links(own))


def _quantities(certificate: Certificate, own: Sequence[Earlier]) -> Iterator[Indicator]:
    """A quantity of a heading far above all that this exporter sent before."""
    for item in certificate.items:
        amounts = [(amount, one) for one in own if (amount := _amount_of(one.certificate, item))]
        if len(amounts) < HABIT:
            continue
        largest = max(amount for amount, _ in amounts)
        if item.quantity.value > UNUSUAL_TIMES * largest:
            facts = {
                "item": str(item.sequence),
                "amount": f"{item.quantity.value.normalize():f}",
                "largest": f"{largest.normalize():f}",
                "unit": item.quantity.unit,
                "count": str(len(amounts)),
            }
            yield Indicator("risk.quantity_unusual", facts, _links([one for _, one in amounts]))


def _ended(own: Sequence[Earlier]) -> Iterator[Indicator]:
    ended = [one for one in own if one.ended]
    if len(own) >= HABIT and len(ended) >= SHARE * len(own):
        facts = {"ended": str(len(ended)), "count": str(len(own))}
        yield Indicator("risk.many_ended", facts, _links(ended))


def _body(certificate: Certificate, history: BodyHistory) -> Iterator[Indicator]:
    annulled = len(history.annulled)
    if history.count >= BODY_LEAST and annulled >= BODY_SHARE * history.count:
        facts = {
            "body": certificate.certification.body_name,
            "annulled": str(annulled),
            "count": str(history.count),
        }
        yield Indicator("risk.body_with_annulments", facts, history.annulled[:MOST_LINKS])


def _invoices(certificate: Certificate, own: Sequence[Earlier]) -> Iterator[Indicator]:
    """An invoice under which a certificate that still stands was issued already."""
    invoices = {item.invoice for item in certificate.items if item.invoice is not None}
    for invoice in sorted(invoices, key=lambda one: (one.date, one.number)):
        again = [
            one
            for one in own
            if not one.ended and any(item.invoice == invoice for item in one.certificate.items)
        ]
        if again:
            facts = {"invoice": invoice.number, "date": invoice.date.isoformat()}
            yield Indicator("risk.invoice_reused", facts, _links(again))


def _route(certificate: Certificate, own: Sequence[Earlier]) -> Iterator[Indicator]:
    """Another route than all that this exporter's goods took to this importer."""
    if certificate.transport is None or not certificate.transport.route:
        return
    before = [
        one
        for one in own
        if one.certificate.transport is not None
        and one.certificate.transport.route
        and _is_same(one.certificate.importer, certificate.importer)
    ]
    route = name_key(certificate.transport.route)
    taken = {
        name_key(one.certificate.transport.route) for one in before if one.certificate.transport
    }
    if len(before) >= HABIT and route not in taken:
        facts = {"route": certificate.transport.route, "count": str(len(before))}
        yield Indicator("risk.route_unusual", facts, _links(before))


def _amount_of(certificate: Certificate, like: GoodsItem) -> Decimal | None:
    """Return how much of the same heading a certificate covers, in the unit of an item."""
    amounts = []
    for item in certificate.items:
        if str(item.tariff_code)[:4] == str(like.tariff_code)[:4]:
            try:
                amounts.append(item.quantity.to_unit(like.quantity.unit).value)
            except CertoriginError:
                return None
    return sum(amounts, Decimal(0)) if amounts else None


def _is_same(one: Party, other: Party) -> bool:
    """Say whether two parties are one: by identifier where both have it, else by name and state."""
    if one.identifier is not None and other.identifier is not None:
        return one.identifier == other.identifier
    return (name_key(one.name), one.country) == (name_key(other.name), other.country)


def _links(found: Sequence[Earlier]) -> tuple[str, ...]:
    return tuple(one.subject for one in found[:MOST_LINKS])
