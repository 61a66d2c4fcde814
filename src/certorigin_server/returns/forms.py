"""What the desk of the issuing side asks for when a certificate is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.returns.grounds import ANNULMENT_GROUNDS
from certorigin.returns.replacement import REASONS
from certorigin_server.desk.layout import Day, Flag, LongText, Option, Radio

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

_SAID = {
    "issued_unlawfully": "web.annul_ground_unlawful",
    "issued_on_false_documents": "web.annul_ground_false_documents",
    "criteria_not_met": "web.annul_ground_criteria",
    "error_in_certificate": "web.annul_ground_error",
    "returned_unused": "web.annul_ground_unused",
}


_REASONS = {
    "error_in_certificate": "web.replace_reason_error",
    "consignment_changed": "web.replace_reason_changed",
    "certificate_annulled": "web.replace_reason_annulled",
}


def _grounds() -> list[Option]:
    return [Option(code, code, _SAID.get(code, "")) for code in ANNULMENT_GROUNDS]


ANNULLING: Layout = (
    Radio(name="ground", label="web.annul_ground", clause="Rules 9.4", options=_grounds),
    Day(name="effective", label="web.annul_effective", help="web.annul_effective_help"),
    LongText(name="remark", label="web.annul_remark", help="web.annul_remark_help", lang="ru"),
)
CONFIRMING: Layout = (Flag(name="confirmed", label="web.annul_confirm"),)
REPLACING: Layout = (
    Radio(
        name="reason",
        label="web.replace_reason",
        clause="Rules 8.3",
        options=lambda: [Option(code, code, _REASONS[code]) for code in REASONS],
    ),
)
