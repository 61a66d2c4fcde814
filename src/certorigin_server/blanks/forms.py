"""What the desk of blanks asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.desk.layout import Day, Field, LongText

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

RECEIVING: Layout = (
    Field(name="blanks", label="web.blanks_range", help="web.blanks_range_help", width="medium"),
    Day(name="received_on", label="web.blanks_received_on", help="web.day_help"),
    Field(name="supplier", label="web.blanks_supplier"),
    Field(name="document", label="web.blanks_document", help="web.blanks_document_help"),
)
SPOILING: Layout = (
    Field(name="blank", label="web.blank_number", help="web.blank_number_help", width="medium"),
    LongText(name="reason", label="web.blanks_reason", help="web.blanks_reason_help", lines=2),
)
TAKING_BACK: Layout = (
    Field(name="blank", label="web.blank_number", help="web.blank_number_help", width="medium"),
    LongText(
        name="reason",
        label="web.blanks_back_reason",
        help="web.blanks_back_reason_help",
        lines=2,
    ),
)
TAKING_DELIVERY_BACK: Layout = (
    Field(name="blanks", label="web.blanks_range", help="web.blanks_range_help", width="medium"),
    LongText(
        name="reason",
        label="web.blanks_delivery_back_reason",
        help="web.blanks_delivery_back_reason_help",
        lines=2,
    ),
)
DESTROYING: Layout = (
    LongText(name="blanks", label="web.blanks_list", help="web.blanks_list_help", lines=6),
    Field(name="protocol", label="web.blanks_protocol", width="medium"),
    Day(name="destroyed_on", label="web.blanks_destroyed_on", help="web.day_help"),
    Field(name="witnesses", label="web.blanks_witnesses", help="web.blanks_witnesses_help"),
)
COUNTING: Layout = (
    LongText(name="found", label="web.blanks_found", help="web.blanks_found_help", lines=6),
    LongText(name="remark", label="web.remark", lines=2),
)
