"""What is asked about a condition of preference, and about a rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.recognition.preference import Condition, Found
from certorigin_server.application.forms import CURRENCIES
from certorigin_server.desk.layout import Day, DecimalText, Field, LongText, Option, Radio

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

CONDITIONS = {
    Condition.CONTRACT: "condition.contract",
    Condition.OWNERSHIP: "condition.ownership",
    Condition.TRANSIT: "condition.transit",
}
FINDINGS = {
    Found.MET: "condition.found.met",
    Found.NOT_MET: "condition.found.not_met",
    Found.NOT_SHOWN: "condition.found.not_shown",
}
NOTE: Layout = (
    Radio(
        name="condition",
        label="web.condition",
        clause="Rules 5.1",
        options=lambda: [Option(str(one), code=code) for one, code in CONDITIONS.items()],
    ),
    Radio(
        name="found",
        label="web.condition_found",
        options=lambda: [Option(str(one), code=code) for one, code in FINDINGS.items()],
    ),
    LongText(name="evidence", label="web.condition_evidence", help="web.condition_evidence_help"),
)
RATE: Layout = (
    Day(name="day", label="web.date", help="web.day_help"),
    DecimalText(name="units", label="web.rate_units"),
    Field(name="currency", label="web.currency", width="short", offer=CURRENCIES),
    DecimalText(name="price", label="web.rate_price"),
    Field(name="price_currency", label="web.rate_own", width="short", offer=CURRENCIES),
    Field(name="source", label="web.rate_source", help="web.rate_source_help"),
)
