"""One certificate for one consignment: which goods are covered, over all applications (R23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.certification.consignment import goods_keys
from certorigin.errors import StandingError
from certorigin.standing.standing import StandingStatus
from certorigin.vocabulary.finding import Finding, Grade
from certorigin_server.certification.models import Certificate, CoveredGoods
from certorigin_server.standing.queries import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certorigin.vocabulary.certificate import Certificate as Boxes

_CLAUSE = "R23; Rules 1, 6.4"
_ENDED = frozenset({StandingStatus.ANNULLED, StandingStatus.REPLACED})


def cover_goods(certificate: Certificate, boxes: Boxes, *, instead_of: str, at: datetime) -> None:
    """Note the goods that a certificate covers, in the transaction in which it comes into being.

    `instead_of` is the certificate in whose place it stands, if any. Whoever covers the same goods
    at the same moment waits for the first. Raises StandingError
    (`certification.consignment_covered`) for goods that another certificate in force covers.
    """
    for key in sorted(goods_keys(boxes), key=lambda one: one.whole):
        row, is_new = CoveredGoods.objects.get_or_create(
            key=key.whole, defaults={"goods": key.goods, "certificate": certificate}
        )
        if is_new or row.certificate_id == certificate.pk:
            continue
        row = CoveredGoods.objects.select_for_update().get(pk=row.pk)
        if row.certificate_id != instead_of and not _has_ended(row.certificate_id, at=at):
            facts = {"number": row.certificate.number, "item": str(key.sequence)}
            raise StandingError("certification.consignment_covered", **facts)
        row.certificate = certificate
        row.save(update_fields=["certificate"])


def cover_returned(certificate: Certificate, boxes: Boxes) -> None:
    """Note the goods of a certificate that came back from a log, where no other has them here."""
    for key in goods_keys(boxes):
        CoveredGoods.objects.get_or_create(
            key=key.whole, defaults={"goods": key.goods, "certificate": certificate}
        )


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
