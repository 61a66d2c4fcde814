"""The question to a partner, as a person types it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.application.forms import STATES
from certorigin_server.desk.layout import Day, Field, Group

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

SEARCHING: Layout = (
    Group(
        title="web.certificate_find",
        inline=True,
        parts=(
            Field(name="number", label="web.number", width="medium"),
            Field(name="state", label="web.issued_in", width="short", offer=STATES),
        ),
    ),
)
ASKING: Layout = (
    Group(
        title="web.inquiry_asked",
        inline=True,
        parts=(
            Field(name="form", label="web.form", width="short", default="ST-1"),
            Field(name="number", label="web.number", width="medium"),
            Day(name="date", label="web.date", help="web.day_help"),
            Field(name="state", label="web.issued_in", width="short", offer=STATES),
        ),
    ),
)
