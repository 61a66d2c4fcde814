"""Invoice, places and transport of a line against boxes 11, 7 and 3."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.search import name_key, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certorigin.vocabulary.certificate import Transport
    from certorigin.vocabulary.goods import DocumentReference, Packages

_BOX_3, _BOX_7, _BOX_11 = "Rules 7.4, box 3", "Rules 7.4, box 7", "Rules 7.4, box 11"
_MISPRINT = "Rules 9.3"
_PLACE = "transport"

# What people write before the number of an invoice, and what is no part of it.
_LEADING = re.compile(
    r"^(?:(?:invoice|inv|инвойс|инв|счет|счёт|фактура|hesab|faktura|рахунак)\W*)*(?:№|n[o0º°]?\b)?\W*",
    re.IGNORECASE,
)
_LIKE_FIGURES = str.maketrans("OIL", "011")


def compare_invoices(
    ours: DocumentReference | None, theirs: DocumentReference | None, place: str
) -> Iterator[Finding]:
    """The invoice is what ties the certificate to this consignment."""
    if ours is None or theirs is None:
        if ours is not theirs:
            yield Finding("match.invoice_absent", place, Grade.NOTE, _BOX_11)
        return
    facts = {"certified": ours.number, "declared": theirs.number}
    if ours.number != theirs.number:
        where = f"{place}.number"
        if _invoice_key(ours.number) != _invoice_key(theirs.number):
            yield Finding("match.invoice_differs", where, clause=_BOX_11, facts=facts)
            return
        yield Finding("match.invoice_similar", where, Grade.WARNING, _MISPRINT, facts)
    if ours.date != theirs.date:
        facts = {"certified": ours.date.isoformat(), "declared": theirs.date.isoformat()}
        where = f"{place}.date"
        yield Finding("match.invoice_date_differs", where, Grade.WARNING, _MISPRINT, facts)


def compare_packages(ours: Packages, theirs: Sequence[Packages], place: str) -> Iterator[Finding]:
    """Compare the places of all lines on one item together; the item's are there once."""
    if not theirs:
        return
    count = sum(one.count for one in theirs)
    if count > ours.count:
        facts = {"certified": str(ours.count), "declared": str(count)}
        yield Finding("match.packages_exceed", f"{place}.count", Grade.WARNING, _BOX_7, facts)
    other = sorted({one.kind for one in theirs} - {ours.kind})
    if other:
        facts = {"certified": ours.kind, "declared": ", ".join(other)}
        yield Finding("match.packages_kind_differs", f"{place}.kind", Grade.NOTE, _BOX_7, facts)


def compare_transport(ours: Transport | None, theirs: Transport | None) -> Iterator[Finding]:
    """Box 3 holds what was known on the day of issue, so another means or route is only told."""
    if ours is None or theirs is None:
        return
    if name_key(ours.means) != name_key(theirs.means):
        facts = {"certified": ours.means, "declared": theirs.means}
        yield Finding("match.means_differ", f"{_PLACE}.means", Grade.NOTE, _BOX_3, facts)
    if ours.route and theirs.route and name_key(ours.route) != name_key(theirs.route):
        facts = {"certified": ours.route, "declared": theirs.route}
        yield Finding("match.route_differs", f"{_PLACE}.route", Grade.NOTE, _BOX_3, facts)


def _invoice_key(number: str) -> str:
    """Return one spelling: without what stands before it, letters like figures as figures."""
    key = number_key(_LEADING.sub("", number.strip())) or number_key(number)
    figures = key.translate(_LIKE_FIGURES)
    return figures.lstrip("0") or figures
