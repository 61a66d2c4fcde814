"""How a person wants to be written to; what is asked about a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.desk.layout import Choice, Field, Flag, Group, Option
from certorigin_server.notices.kinds import KIND_LABELS, How, Kind

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout


def _ways() -> tuple[Option, ...]:
    return (
        Option(How.AT_ONCE, code="web.notice_at_once"),
        Option(How.DIGEST, code="web.notice_digest"),
        Option(How.NONE, code="web.notice_none"),
    )


CHOICES: Layout = (
    Field(
        name="address",
        label="web.notice_address",
        help="web.notice_address_help",
        width="medium",
        autocomplete="email",
    ),
    Group(
        name="kinds",
        title="web.notice_kinds",
        help="web.notice_kinds_help",
        parts=tuple(
            Choice(
                name=str(kind),
                label=KIND_LABELS[kind],
                help="web.notice_way_help",
                options=_ways,
                default=How.AT_ONCE,
            )
            for kind in Kind
        ),
    ),
)
WEBHOOK: Layout = (
    Field(name="url", label="web.webhook_url", help="web.webhook_url_help", autocomplete="url"),
    Group(
        name="kinds",
        title="web.webhook_kinds",
        parts=tuple(Flag(name=str(kind), label=KIND_LABELS[kind]) for kind in Kind),
    ),
)
