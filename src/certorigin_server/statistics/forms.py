"""What the room of figures asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.application.forms import CURRENCIES
from certorigin_server.desk.layout import Choice, Day, DecimalText, Field, Group, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin_server.desk.layout import Layout

TARGET: Layout = (
    Field(name="year", label="web.stat_year", help="web.stat_year_help", width="short"),
    DecimalText(name="amount", label="web.amount"),
    Field(name="currency", label="web.currency", width="short", offer=CURRENCIES, default="USD"),
)


def filtering(bodies: Mapping[str, str]) -> Layout:
    """Return what figures are filtered by; by body only where there are several."""
    options = [Option("", code="web.stat_every_body")]
    options += [Option(slug, name) for slug, name in bodies.items()]
    body = (
        Choice(
            name="body",
            label="web.body",
            help="web.stat_body_help",
            options=lambda: options,
            width="medium",
        ),
    )
    return (
        Group(
            title="web.filter",
            inline=True,
            parts=(
                Day(name="from", label="web.from_day", help="web.stat_months_help"),
                Day(name="to", label="web.until_day"),
                *(body if len(bodies) > 1 else ()),
                Field(
                    name="into",
                    label="web.stat_into",
                    help="web.stat_into_help",
                    width="short",
                    offer=CURRENCIES,
                ),
            ),
        ),
    )
