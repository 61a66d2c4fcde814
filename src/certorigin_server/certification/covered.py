"""One certificate for one consignment: which goods are covered, over all applications (R23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.certification.consignment import goods_keys
from certorigin.errors import StandingError
from certorigin.standing.standing import StandingStatus
from certorigin.vocabulary.finding import Finding, Grade
from certorigin_server.certification.models import Certificate, CoveredGoods
from certorigin_server.prepared import Written
from certorigin_server.standing.queries import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from certorigin.certification.consignment import GoodsKey
    from certorigin.vocabulary.certificate import Certificate as Boxes

_CLAUSE = "R23; Rules 1, 6.4"
_WRITTEN = Written(CoveredGoods, once="key", told=("key",))
_ENDED = frozenset({StandingStatus.ANNULLED, StandingStatus.REPLACED})


@dataclass(frozen=True)
class Covering:
    """A certificate that comes into being, and that in whose place it stands, if any."""

    certificate: Certificate
    goods: Sequence[GoodsKey]
    instead_of: str = ""


def cover_goods(*many: Covering, at: datetime) -> None:
    """Note the goods that certificates cover, in the transaction in which they come into being.

    Whoever covers the same goods at the same moment waits for the first: all take their keys in
    one order. Raises StandingError (`certification.consignment_covered`) for goods that another
    certificate in force covers.
    """
    wanted: dict[str, tuple[Covering, GoodsKey]] = {}
    for one in many:
        for key in one.goods:
            first, _ = wanted.setdefault(key.whole, (one, key))
            if first is not one:
                raise covered_by(first.certificate.number, key)
    taken = wanted.keys() - _cover(wanted)
    if not taken:
        return
    for row in CoveredGoods.objects.select_for_update().filter(key__in=taken).order_by("key"):
        one, key = wanted[row.key]
        if row.certificate_id != one.instead_of and not _has_ended(row.certificate_id, at=at):
            raise covered_by(row.certificate.number, key)
        row.certificate = one.certificate
        row.save(update_fields=["certificate"])


def cover_returned(certificate: Certificate, boxes: Boxes) -> None:
    """Note the goods of a certificate that came back from a log, where no other has them here."""
    one = Covering(certificate, goods_keys(boxes))
    _cover({key.whole: (one, key) for key in one.goods})


def find_taken(
    many: Mapping[UUID, Sequence[GoodsKey]], *, at: datetime
) -> dict[UUID, StandingError]:
    """Return of which applications certificates in force cover the goods: why they wait."""
    keys = {key.whole: (one, key) for one, goods in many.items() for key in goods}
    taken = CoveredGoods.objects.filter(key__in=list(keys)).select_related("certificate")
    found: dict[UUID, StandingError] = {}
    for row in taken.order_by("key"):
        one, key = keys[row.key]
        if one not in found and not _has_ended(row.certificate_id, at=at):
            found[one] = covered_by(row.certificate.number, key)
    return found


def _cover(wanted: Mapping[str, tuple[Covering, GoodsKey]]) -> set[str]:
    """Note goods by their keys; return the keys that nobody had."""
    rows = [
        CoveredGoods(key=whole, goods=key.goods, certificate=one.certificate)
        for whole, (one, key) in sorted(wanted.items(), key=lambda item: item[0])
    ]
    return {key for (key,) in _WRITTEN(rows)}


def covered_by(number: str, key: GoodsKey) -> StandingError:
    """Return what is said of goods that the certificate of this number covers."""
    facts = {"number": number, "item": str(key.sequence)}
    return StandingError("certification.consignment_covered", **facts)


def find_covered(boxes: Boxes, *, instead_of: str, at: datetime) -> Iterator[Finding]:
    """Yield what other certificates in force cover: an error, or a warning if it travels apart."""
    keys = goods_keys(boxes)
    found = CoveredGoods.objects.filter(goods__in=[key.goods for key in keys])
    for row in found.exclude(certificate=instead_of).select_related("certificate"):
        if _has_ended(row.certificate_id, at=at):
            continue
        key = next(one for one in keys if one.goods == row.goods)
        is_same = key.whole == row.key
        yield Finding(
            "certification.consignment_covered" if is_same else "certification.goods_alike",
            f"items[{key.sequence - 1}]",
            Grade.ERROR if is_same else Grade.WARNING,
            _CLAUSE,
            {"number": row.certificate.number, "item": str(key.sequence)},
        )


def _has_ended(subject: str, *, at: datetime) -> bool:
    """Say whether the register shows that a certificate was annulled or replaced."""
    return standing_of(subject, at=at).status in _ENDED
