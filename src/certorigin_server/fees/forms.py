"""What the desk of fees asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.fees.schedule import EVENTS, MOST_LINES, UNITS
from certorigin_server.application.queries import forms_offered
from certorigin_server.desk.layout import (
    Choice,
    Day,
    DecimalText,
    Field,
    Flag,
    Group,
    LongText,
    Option,
    Rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.fees.schedule import Schedule
    from certorigin_server.desk.layout import Layout

EVENT_LABELS = {
    "original": "fees.event.original",
    "duplicate": "fees.event.duplicate",
    "substitute": "fees.event.substitute",
    "correction": "fees.event.correction",
}
UNIT_LABELS = {
    "certificate": "fees.unit.certificate",
    "sheet": "fees.unit.sheet",
    "hour": "fees.unit.hour",
}


def _forms() -> Iterable[Option]:
    yield Option("", code="web.fee_any")
    yield from (Option(name, text=name) for name in forms_offered())


def _events() -> Iterable[Option]:
    yield Option("", code="web.fee_any")
    yield from (Option(name, code=EVENT_LABELS[name]) for name in EVENTS)


def _units() -> Iterable[Option]:
    return (Option(name, code=UNIT_LABELS[name]) for name in UNITS)


SCHEDULE: Layout = (
    Group(
        title="web.fee_schedule",
        inline=True,
        parts=(
            Day(name="valid_from", label="web.fee_valid_from", help="web.fee_valid_from_help"),
            Day(name="valid_until", label="web.fee_valid_until", help="web.fee_valid_until_help"),
            Field(name="currency", label="web.currency", width="short"),
            DecimalText(name="tax", label="web.fee_tax", help="web.fee_tax_help"),
        ),
    ),
    Field(name="act", label="web.fee_act", help="web.fee_act_help"),
    Rows(
        name="lines",
        title="web.fee_lines",
        row_title="web.fee_line",
        remove="web.fee_line_remove",
        help="web.fee_lines_help",
        least=1,
        most=MOST_LINES,
        parts=(
            Group(
                inline=True,
                parts=(
                    Field(
                        name="number",
                        label="web.fee_line_number",
                        help="web.fee_line_number_help",
                        width="short",
                    ),
                    DecimalText(name="amount", label="web.fee_amount", help="web.fee_amount_help"),
                    Choice(
                        name="unit",
                        label="web.fee_unit",
                        help="web.fee_unit_help",
                        options=_units,
                        default="certificate",
                    ),
                ),
            ),
            Field(name="name", label="web.fee_line_name", help="web.fee_line_name_help"),
            Group(
                inline=True,
                parts=(
                    Choice(
                        name="form", label="web.form", help="web.fee_form_help", options=_forms
                    ),
                    Choice(
                        name="event", label="web.fee_event", help="web.fee_event_help",
                        options=_events,
                    ),
                    Flag(name="urgent", label="web.fee_urgent", help="web.fee_urgent_help"),
                    Flag(name="taxed", label="web.fee_taxed", help="web.fee_taxed_help"),
                ),
            ),
        ),
    ),
    Rows(
        name="exemptions",
        title="web.fee_exemptions",
        row_title="web.fee_exemption_row",
        remove="web.fee_exemption_remove",
        help="web.fee_exemptions_help",
        most=MOST_LINES,
        parts=(
            Group(
                inline=True,
                parts=(
                    Field(
                        name="code",
                        label="web.fee_code",
                        help="web.fee_code_help",
                        width="short",
                    ),
                    DecimalText(
                        name="percent",
                        label="web.fee_percent",
                        help="web.fee_percent_help",
                        default="100",
                    ),
                ),
            ),
            Field(name="name", label="web.fee_exempt_name", help="web.fee_exempt_name_help"),
            Field(name="clause", label="web.fee_clause", help="web.fee_clause_help"),
        ),
    ),
)  # fmt: skip
RULES: Layout = (
    Flag(name="unpaid_stops", label="web.fee_unpaid_stops", help="web.fee_unpaid_stops_help"),
    Flag(name="late_refunds", label="web.fee_late_refunds", help="web.fee_late_refunds_help"),
)
WISH: Layout = (Flag(name="urgent", label="web.fee_ask_urgent", help="web.fee_ask_urgent_help"),)
MOVE: Layout = (
    DecimalText(name="amount", label="web.fee_sum", help="web.fee_sum_help"),
    Day(name="on", label="web.fee_on", help="web.fee_on_help"),
    Field(name="number", label="web.fee_paper", help="web.fee_paper_help", width="medium"),
    LongText(name="remark", label="web.remark", lines=2),
)
WAIVER: Layout = (
    Field(name="number", label="web.fee_decision", help="web.fee_decision_help", width="medium"),
    LongText(name="remark", label="web.fee_ground", help="web.fee_ground_help", lines=2),
)
RECALL: Layout = (
    Field(
        name="number", label="web.fee_decision", help="web.fee_recall_decision_help", width="medium"
    ),
    LongText(name="remark", label="web.fee_ground", help="web.fee_ground_help", lines=2),
)


def extent_of(schedule: Schedule) -> Layout:
    """Return the questions about what is paid for, with the exemptions of a schedule."""

    def exemptions() -> Iterable[Option]:
        yield Option("", code="web.fee_no_exemption")
        for one in schedule.exemptions:
            yield Option(one.code, text=f"{one.name} ({one.clause})")

    return (
        DecimalText(name="sheets", label="web.fee_sheets", help="web.fee_sheets_help"),
        DecimalText(name="hours", label="web.fee_hours", help="web.fee_hours_help"),
        Choice(
            name="exemption",
            label="web.fee_exemption",
            help="web.fee_exemption_help",
            options=exemptions,
        ),
    )
