"""What is asked for when a certificate is made from another one, or its goods are sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.certification.events import CORRECTION, REASONS, SUBSTITUTE
from certorigin_server.application.forms import (
    PACKINGS,
    SUBMISSION,
    destinations,
    document_part,
    party_part,
    quantity_part,
)
from certorigin_server.desk.layout import (
    Choice,
    Day,
    Field,
    Flag,
    Group,
    LongText,
    Option,
    Radio,
    Rows,
)

if TYPE_CHECKING:
    from typing import Any

    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.desk.layout import Layout

HELPS = {
    "duplicate": "web.event_duplicate_help",
    "substitute": "web.event_substitute_help",
    "correction": "web.event_correction_help",
}
REASON_CODES = {
    "lost": "web.event_reason_lost",
    "damaged": "web.event_reason_damaged",
    "stolen": "web.event_reason_stolen",
    "split_release": "web.event_reason_split",
    "re_export": "web.event_reason_re_export",
    "misprint": "web.event_reason_misprint",
    "data_changed": "web.event_reason_changed",
}
_CLAUSES = {"duplicate": "Rules 8.2", "substitute": "Rules 8.4", "correction": "Rules 7.3"}

_PACKAGES = Group(
    name="packages",
    title="web.packages",
    clause="Rules 7.4, box 7",
    inline=True,
    parts=(
        Field(name="count", label="web.packages_count", width="short"),
        Field(name="kind", label="web.packages_kind", width="short", offer=PACKINGS),
        Field(name="marks", label="web.packages_marks", width="medium", lang="ru"),
    ),
)
_TRANSPORT = Group(
    name="transport",
    title="web.transport",
    clause="Rules 7.4, box 3",
    parts=(
        Field(name="means", label="web.transport_means", lang="ru"),
        Field(name="route", label="web.transport_route", lang="ru"),
    ),
)
_IMPORTER = party_part("importer", "web.importer", "Rules 7.4, box 2")
_SEQUENCE = Field(name="sequence", label="web.event_item", width="short")
_INVOICE = document_part("invoice", "web.item_invoice", "Rules 7.4, box 11")

_SUBSTITUTE: Layout = (
    _IMPORTER,
    _TRANSPORT,
    Rows(
        name="items",
        title="web.goods",
        row_title="web.item_title",
        help="web.event_parts_help",
        least=1,
        parts=(
            _SEQUENCE,
            _PACKAGES,
            quantity_part("quantity", "web.quantity"),
            quantity_part("grossWeight", "web.gross_weight", "KGM"),
            quantity_part("netWeight", "web.net_weight", "KGM"),
            _INVOICE,
        ),
    ),
)
_CORRECTION: Layout = (
    party_part("exporter", "web.exporter", "Rules 7.4, box 1"),
    _IMPORTER,
    _TRANSPORT,
    Rows(
        name="items",
        title="web.goods",
        row_title="web.item_title",
        least=1,
        parts=(
            _SEQUENCE,
            LongText(name="description", label="web.item_description", lang="ru", lines=2),
            _PACKAGES,
            _INVOICE,
        ),
    ),
)
FINDING: Layout = (
    Field(name="number", label="web.number", clause="Rules 7.4, box 4", width="medium"),
    Day(name="date", label="web.date", help="web.day_help"),
    Choice(name="state", label="web.re_export_issued_in", width="medium", options=destinations),
)
SENDING_ON: Layout = (
    Choice(
        name="presentedIn",
        label="web.destination",
        clause="Rules 7.4, box 4",
        width="medium",
        options=destinations,
    ),
    *_SUBSTITUTE,
    LongText(name="remark", label="web.remark", lines=2),
    *SUBMISSION,
)
REFUSING: Layout = (LongText(name="reason", label="web.event_refuse_reason", lines=3),)
CONFIRMING: Layout = (Flag(name="confirmed", label="web.certify_confirm"),)
SELLING: Layout = (
    document_part("contract", "web.contract", "Rules 8.5, 8.6"),
    party_part("buyer", "web.event_buyer", "Rules 5.1"),
)


def asking(event: str) -> Layout:
    """Return what is asked for an event: why, and its terms."""
    reasons = [Option(code, code=REASON_CODES[code]) for code in REASONS[event]]
    why = (
        Radio(
            name="reason",
            label="web.event_reason",
            clause=_CLAUSES[event],
            options=lambda: reasons,
        ),
        LongText(name="remark", label="web.remark", lines=2),
    )
    terms = {SUBSTITUTE: _SUBSTITUTE, CORRECTION: _CORRECTION}.get(event, ())
    return (*why, *terms)


def stated(event: str, boxes: Boxes) -> dict[str, Any]:
    """Return with what the form is filled: the certificate as it stands."""
    data = boxes.to_data()
    members: tuple[str, ...]
    of_item: tuple[str, ...]
    if event == SUBSTITUTE:
        members, of_item = (
            ("importer", "transport"),
            (
                "sequence",
                "packages",
                "quantity",
                "grossWeight",
                "netWeight",
                "invoice",
            ),
        )
    else:
        members = ("exporter", "importer", "transport")
        of_item = ("sequence", "description", "packages", "invoice")
    filled = {name: data[name] for name in members if name in data}
    filled["items"] = [
        {name: item[name] for name in of_item if name in item} for item in data["items"]
    ]
    return filled


def parts_of(boxes: Boxes) -> dict[str, Any]:
    """Return with what the form for goods that go further is filled: all goods of the base.

    The invoice is another one, and so is the buyer.
    """
    names = ("sequence", "packages", "quantity", "grossWeight", "netWeight")
    items = boxes.to_data()["items"]
    return {"items": [{name: item[name] for name in names if name in item} for item in items]}
