"""What the desk of the issuing side asks for when a certificate is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.returns.grounds import ANNULMENT_GROUNDS
from certorigin_server.desk.layout import Flag, LongText, Option, Radio

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

_SAID = {
    "issued_unlawfully": "web.annul_ground_unlawful",
    "issued_on_false_documents": "web.annul_ground_false_documents",
    "criteria_not_met": "web.annul_ground_criteria",
    "error_in_certificate": "web.annul_ground_error",
    "returned_unused": "web.annul_ground_unused",
}


def _grounds() -> list[Option]:
    return [Option(code, code, _SAID.get(code, "")) for code in ANNULMENT_GROUNDS]


ANNULLING: Layout = (
    Radio(name="ground", label="web.annul_ground", clause="Rules 9.4", options=_grounds),
    LongText(name="remark", label="web.annul_remark", help="web.annul_remark_help", lang="ru"),
)
CONFIRMING: Layout = (Flag(name="confirmed", label="web.annul_confirm"),)
