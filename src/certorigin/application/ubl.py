"""Reach into a UBL 2 document by path, and take texts, figures, days and codes as they are meant.

Nothing is corrected silently: what can't be taken over is left out, and a finding says so.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.country import CODES
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.number import decimal_to_text
from certorigin.vocabulary.quantity import CURRENCY, UNIT, Money, Quantity
from certorigin.vocabulary.record import LONGEST_LIST, LONGEST_TEXT, UNSHOWN

if TYPE_CHECKING:
    from lxml.etree import _Element

_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {
    "cac": f"{_SCHEMA}CommonAggregateComponents-2",
    "cbc": f"{_SCHEMA}CommonBasicComponents-2",
}
ROOT = re.compile(re.escape("{" + _SCHEMA) + r"([A-Za-z]+)-([0-9.]+)\}([A-Za-z]+)")

# xs:decimal and xs:date, which may carry a sign and a time zone.
_FIGURE = re.compile(r"([+-]?)0*([0-9]*)(?:\.([0-9]*?)0*)?")
_PLACES = re.compile(r"[+-]?[0-9]*\.?([0-9]*)")
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})")
_LONGEST_FIGURE = 60


class UblReader:
    """A document of UBL 2, and the findings made while it is read."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def note(
        self, code: str, place: str, grade: Grade = Grade.WARNING, clause: str = "", **facts: str
    ) -> None:
        """Add a finding about what could not be taken over as it stands."""
        shown = {name: value[:80] for name, value in facts.items()}
        self.findings.append(Finding(code, place, grade, clause, shown))

    def find(self, element: _Element | None, path: str) -> _Element | None:
        """Return the first element at a path such as `cac:Party/cac:PostalAddress`."""
        return None if element is None else element.find(path, NAMESPACES)

    def find_all(self, element: _Element | None, path: str) -> list[_Element]:
        """Return all elements at a path. Raises LimitError when they are too many to be meant."""
        found = [] if element is None else element.findall(path, NAMESPACES)
        if len(found) > LONGEST_LIST:
            raise LimitError("invoice.too_many", place=path, limit=str(LONGEST_LIST))
        return found

    def text(self, element: _Element | None, path: str, place: str) -> str:
        """Return the first text at a path that is not empty, in one line, or an empty text."""
        for found in self.find_all(element, path):
            text = " ".join((found.text or "").split())
            if text:
                return self.shown(text, place)
        return ""

    def shown(self, text: str, place: str) -> str:
        """Return a text that fits into an application; what does not is cut, with a finding."""
        if UNSHOWN.search(text):
            self.note("invoice.text_not_shown", place)
            text = " ".join(UNSHOWN.sub(" ", text).split())
        if len(text) > LONGEST_TEXT:
            self.note("invoice.text_cut", place, limit=str(LONGEST_TEXT))
            text = text[:LONGEST_TEXT].rstrip()
        return text

    def country(self, element: _Element | None, path: str, place: str) -> str:
        """Return a country's code, or an empty text."""
        code = self.text(element, path, place)
        if code and code not in CODES:
            self.note("invoice.country_unknown", place, value=code)
            return ""
        return code

    def day(self, element: _Element | None, path: str, place: str) -> date | None:
        """Return a day; its time zone, if it has one, is left out."""
        text = self.text(element, path, place)
        if not text:
            return None
        try:
            return day_from_text(text[:10] if _ZONE.fullmatch(text[10:]) else text)
        except MalformedError:
            self.note("invoice.date_unreadable", place, value=text)
            return None

    def figure(self, text: str, place: str) -> Decimal | None:
        """Return a figure exactly as it is written, with its sign."""
        match = _FIGURE.fullmatch(text) if len(text) <= _LONGEST_FIGURE else None
        if match is None or not re.search("[0-9]", text):
            self.note("invoice.figure_unreadable", place, value=text)
            return None
        sign, whole, places = match[1], match[2] or "0", match[3] or ""
        written = _PLACES.fullmatch(text)
        kept = written[1][:6] if written else ""
        exact = places if len(places) > len(kept) else kept
        return Decimal(f"{sign}{whole}.{exact}" if exact else sign + whole)

    def amount(self, text: str, place: str) -> Decimal | None:
        """Return a figure that an application can hold: not negative, at most 15 and 6 digits."""
        figure = self.figure(text, place)
        if figure is None:
            return None
        if figure < 0:
            self.note("invoice.figure_negative", place, value=text)
            return None
        try:
            decimal_to_text(abs(figure))
        except MalformedError:
            self.note("invoice.figure_too_long", place, value=text)
            return None
        return abs(figure)

    def quantity(self, element: _Element | None, path: str, place: str) -> Quantity | None:
        """Return a quantity with its unit of Recommendation 20 as it is written."""
        found = self.find(element, path)
        text = self.text(element, path, place)
        if found is None or not text:
            return None
        value, unit = self.amount(text, place), found.get("unitCode", "").strip()
        if value is None:
            return None
        if not UNIT.fullmatch(unit):
            self.note("invoice.unit_unreadable", place, value=f"{text} {unit}".strip())
            return None
        return Quantity(value, unit)

    def money(self, element: _Element | None, path: str, place: str) -> Money | None:
        """Return an amount of money in the currency that it names, else in the invoice's."""
        found = self.find(element, path)
        text = self.text(element, path, place)
        if found is None or not text:
            return None
        amount, currency = self.amount(text, place), self.currency(found)
        if amount is None:
            return None
        if not CURRENCY.fullmatch(currency):
            self.note("invoice.currency_unreadable", place, value=f"{text} {currency}".strip())
            return None
        return Money(amount, currency)

    def currency(self, amount: _Element) -> str:
        """Return the currency that an amount names, else the document's, else an empty text."""
        own = amount.get("currencyID", "").strip()
        root = amount.getroottree().getroot()
        return own or (root.findtext("cbc:DocumentCurrencyCode", "", NAMESPACES) or "").strip()
