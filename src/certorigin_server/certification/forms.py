"""What the certifying officer's desk asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.certification.journal import STATUSES
from certorigin_server.desk.layout import (
    Choice,
    Day,
    Field,
    Flag,
    Group,
    LongText,
    Option,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.queries import User

_EXPORTED = Group(
    name="exported",
    title="web.exported_already",
    help="web.exported_help",
    clause="Rules 8.1",
    folded=True,
    parts=(
        Field(name="number", label="web.document_number", width="medium"),
        Day(name="date", label="web.document_date", help="web.day_help"),
    ),
)
_STATUS_CODES = {
    "underway": "journal.status.underway",
    "stuck": "journal.status.stuck",
    "issued": "journal.status.issued",
    "handed_over": "journal.status.handed_over",
    "annulled": "journal.status.annulled",
    "replaced": "journal.status.replaced",
    "void": "journal.status.void",
    "reserved": "journal.status.reserved",
    "passed_over": "journal.status.passed_over",
}

SENDING_BACK: Layout = (
    LongText(name="reason", label="web.send_back_reason", help="web.send_back_reason_help"),
)
ANSWERING: Layout = (
    LongText(name="remark", label="web.draft_remark", help="web.draft_remark_help"),
)
HANDING_OVER: Layout = (
    Field(name="handed_to", label="web.handed_to", help="web.handed_to_help"),
    Field(name="authority", label="web.handed_authority", help="web.handed_authority_help"),
    Field(name="blank", label="web.blank_number", help="web.blank_number_help", width="medium"),
    LongText(name="remark", label="web.remark", lines=2),
)
VOIDING: Layout = (
    Field(name="form", label="web.form", width="short", default="ST-1"),
    Field(name="destination", label="web.destination", width="short"),
    LongText(name="reason", label="web.void_reason", lines=2),
)
RULES: Layout = (
    Flag(name="one_person", label="web.rule_one_person", help="web.rule_one_person_help"),
    Flag(name="asks_exporter", label="web.rule_asks_exporter", help="web.rule_asks_exporter_help"),
)


_SPECIAL_KINDS = {
    "later_sale": "web.special_later_sale",
    "exhibition": "web.special_exhibition",
    "before_1993": "web.special_before_1993",
}
_SPECIAL = Group(
    name="special",
    title="web.special_case",
    help="web.special_case_help",
    clause="Rules 8.5, 8.6",
    folded=True,
    parts=(
        Choice(
            name="kind",
            label="web.special_kind",
            options=lambda: [Option(kind, code=code) for kind, code in _SPECIAL_KINDS.items()],
        ),
        Field(name="name", label="web.special_name", help="web.special_name_help", lang="ru"),
        Field(name="year", label="web.special_year", width="short"),
    ),
)
RESERVING: Layout = (
    Field(name="form", label="web.form", width="short", default="ST-1"),
    Field(name="destination", label="web.destination", width="short"),
    Field(name="count", label="web.reserve_count", width="short", default="10"),
)


def _paper(reserved: Iterable[str]) -> Group:
    numbers = [Option(number, number) for number in reserved]
    return Group(
        name="paper",
        title="web.paper_outage",
        help="web.paper_outage_help",
        clause="R18",
        folded=True,
        parts=(
            Choice(name="number", label="web.paper_number", options=lambda: numbers),
            Day(name="date", label="web.paper_day", help="web.day_help"),
        ),
    )


def certifying(principals: Iterable[User] = (), reserved: Sequence[str] = ()) -> Layout:
    """Return what is asked before the seal; a deputy says for whom the act is done."""
    named = [Option(one.username, one.full_name) for one in principals]
    acting = (
        Choice(
            name="acted_for",
            label="web.acting_for",
            help="web.acting_for_help",
            options=lambda: named,
        ),
    )
    return (
        _EXPORTED,
        _SPECIAL,
        *((_paper(reserved),) if reserved else ()),
        *(acting if named else ()),
        Flag(name="confirmed", label="web.certify_confirm"),
    )


def naming(deputies: Iterable[User]) -> Layout:
    """Return what is asked when an officer names a deputy."""
    people = [Option(one.username, one.full_name) for one in deputies]
    return (
        Choice(
            name="deputy",
            label="web.deputy",
            help="web.deputy_help",
            options=lambda: people,
        ),
        Day(name="starts", label="web.deputy_starts", help="web.day_help"),
        Day(name="ends", label="web.deputy_ends"),
        Field(name="reason", label="web.deputy_reason", help="web.deputy_reason_help"),
    )


def filtering(officers: Iterable[str]) -> Layout:
    """Return by what the journal is asked for."""
    names = [Option(name, name) for name in officers]
    statuses = [Option(one, code=_STATUS_CODES[one]) for one in STATUSES]
    return (
        Day(name="from", label="web.journal_from"),
        Day(name="to", label="web.journal_to"),
        Choice(
            name="officer",
            label="web.officer",
            options=lambda: names,
        ),
        Choice(
            name="status",
            label="web.status",
            options=lambda: statuses,
        ),
        Field(name="text", label="web.number_or_name", width="medium"),
    )


def looking_back(bodies: Sequence[tuple[str, str]]) -> Layout:
    """Return by what the register of a moment is asked for; by body where there are several."""
    options = [Option("", code="web.stat_every_body"), *(Option(*one) for one in bodies)]
    body = Choice(
        name="body",
        label="web.body",
        help="web.stat_body_help",
        options=lambda: options,
        width="medium",
    )
    return (
        Group(
            title="web.filter",
            inline=True,
            parts=(
                Field(name="text", label="web.number_or_name", width="medium"),
                Day(name="day", label="web.register_day", help="web.day_help"),
                Field(
                    name="hour",
                    label="web.register_hour",
                    help="web.register_hour_help",
                    width="short",
                ),
                *((body,) if len(bodies) > 1 else ()),
            ),
        ),
    )
