"""What the certifying officer's desk asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.desk.layout import Day, Field, Flag, Group

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

CERTIFYING: Layout = (
    Group(
        name="exported",
        title="web.exported_already",
        help="web.exported_help",
        clause="Rules 8.1",
        folded=True,
        parts=(
            Field(name="number", label="web.document_number", width="medium"),
            Day(name="date", label="web.document_date", help="web.day_help"),
        ),
    ),
    Flag(name="confirmed", label="web.certify_confirm"),
)
