"""What the auditor's desk asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.desk.layout import (
    Choice,
    Day,
    Field,
    Group,
    LongText,
    Offer,
    Option,
    Radio,
)
from certorigin_server.trail.queries import actions
from certorigin_server.users.queries import authorities

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout


def _actions() -> list[Option]:
    told = (Option(action, code=f"trail.action.{action}") for action in actions())
    return [Option("", code="web.every_act"), *told]


def _bodies() -> list[Option]:
    return [Option(body.slug, body.name) for body in authorities()]


def _kinds() -> list[Option]:
    return [
        Option("certificates", code="web.certificates"),
        Option("decisions", code="web.decisions_of_customs"),
    ]


def _outcomes() -> list[Option]:
    return [
        Option("in_order", code="audit.outcome.in_order"),
        Option("remark", code="audit.outcome.remark"),
    ]


FILTERING: Layout = (
    Group(
        title="web.filter",
        inline=True,
        parts=(
            Field(name="actor", label="web.person", width="medium"),
            Choice(name="action", label="web.act", options=_actions, width="medium"),
            Field(name="subject", label="web.about", width="medium"),
            Day(name="start", label="web.from_day", help="web.day_help"),
            Day(name="end", label="web.until_day"),
        ),
    ),
)
EXPORTING: Layout = (
    Day(name="start", label="web.from_day", help="web.day_help"),
    Day(name="end", label="web.until_day"),
)
DRAWING: Layout = (
    Radio(name="kind", label="web.draw_of", options=_kinds, default="certificates"),
    Day(name="start", label="web.from_day", help="web.day_help"),
    Day(name="end", label="web.until_day"),
    Field(
        name="body",
        label="web.only_of_body",
        help="web.only_of_body_help",
        offer=Offer("bodies", _bodies),
    ),
    Field(name="size", label="web.sample_size", width="short", default="20"),
    Field(name="seed", label="web.seed", help="web.seed_help"),
)
FINDING: Layout = (
    Radio(name="outcome", label="web.finding", options=_outcomes),
    LongText(name="remark", label="web.remark", help="web.finding_help"),
)
