"""How long a certificate gives a right to preference (R44; Rules 6.4)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from certorigin.vocabulary.moment import end_of_day

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import GoodsItem

# Marks of certificates that stand for another one, from whose day and uses they go on.
_CONTINUES = ("duplicate", "correction")
# Later days are cut off here: a sealed date may be absurd, and arithmetic with it must not fail.
_LAST_YEAR = 9998
_DAY = re.compile(r"(?<!\d)(\d\d)\.(\d\d)\.(\d{4})(?!\d)", re.ASCII)


def months_later(day: date, months: int) -> date:
    """Return the same day of the month, or that month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > _LAST_YEAR:
        return date(_LAST_YEAR, 12, 31)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(certificate: Certificate, form: Form) -> date:
    """Return the last day on which the certificate is valid (Rules 6.4).

    A duplicate or a corrected version runs from the day of the certificate for which it stands
    (Rules 8.2, 7.3).
    """
    original = original_day(certificate, form)
    return months_later(original or certificate.certification.date, form.validity_months)


def original_day(certificate: Certificate, form: Form) -> date | None:
    """Return the day of the certificate for which this one stands, as box 5 names it, if any.

    The first, where a duplicate was corrected or a corrected version was lost.
    """
    days = [day_of_mark(mark) for mark in continuing_marks(certificate, form)]
    return min((day for day in days if day is not None), default=None)


def continuing_marks(certificate: Certificate, form: Form) -> tuple[str, ...]:
    """Return the marks of a duplicate and of a corrected version (R32, R46)."""
    return tuple(
        mark
        for mark in certificate.marks
        if any(form.has_marker(name, mark) for name in _CONTINUES)
    )


def is_substitute(certificate: Certificate, form: Form) -> bool:
    """Say whether it was issued on the strength of another certificate (R48; Rules 8.4)."""
    return any(form.has_marker("substitute", mark) for mark in certificate.marks)


def is_for_sale(certificate: Certificate, form: Form) -> bool:
    """Say whether goods left without a contract, to be sold or exhibited (R49; Rules 8.5, 8.6)."""
    sale = form.consignee_marks.get("later_sale")
    if sale and certificate.consignee_mark == sale:
        return True
    return any(form.has_marker("exhibition", mark) for mark in certificate.marks)


def endless_items(certificate: Certificate, form: Form) -> frozenset[int]:
    """Return the items whose box 10 is empty by right: uses of them have no limit (R24)."""
    found = certificate.items
    return frozenset(one.sequence for one in found if is_uncounted(certificate, one, form))


def is_uncounted(certificate: Certificate, item: GoodsItem, form: Form) -> bool:
    """Say whether box 10 is empty by right: periodicals under a long-term contract (R24).

    An empty box of any other goods covers nothing.
    """
    if item.is_counted or not form.is_periodical(item.tariff_code):
        return False
    return any(form.has_marker("long_term", mark) for mark in certificate.marks)


def day_of_mark(mark: str) -> date | None:
    """Return the first day (`16.05.2026`) that a mark of box 5 names, if any."""
    for day, month, year in _DAY.findall(mark):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over, in UTC."""
    return end_of_day(day)
