"""How long a certificate gives a right to preference (R44; Rules 6.4)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from certorigin.vocabulary.moment import end_of_day

if TYPE_CHECKING:
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form

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
    """Return the last day on which the certificate is valid (Rules 6.4; for duplicates 8.2)."""
    original = original_day(certificate, form)
    return months_later(original or certificate.certification.date, form.validity_months)


def original_day(certificate: Certificate, form: Form) -> date | None:
    """Return the day of the original that the mark of a duplicate names in box 5, if any."""
    for mark in certificate.marks:
        if form.has_marker("duplicate", mark):
            return day_of_mark(mark)
    return None


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


def start_of(day: date) -> datetime:
    """Return the moment at which a day begins, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)
