"""What is asked around a case: questions, refusals, appeals, acts of examination, dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.assessment.refusal import GROUNDS, fits
from certorigin_server.assessment.parts import YesNo
from certorigin_server.desk.layout import (
    Choice,
    Day,
    DecimalText,
    Field,
    Flag,
    Group,
    LongText,
    Option,
    Radio,
    Rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.assessment.assess import Assessment
    from certorigin_server.application.evidence_queries import Evidence
    from certorigin_server.desk.layout import Layout

QUESTION: Layout = (
    Group(
        parts=(
            LongText(name="text", label="web.question_text", help="web.question_help"),
            Flag(name="suspends", label="web.question_suspends"),
        ),
    ),
)
APPEAL: Layout = (
    Group(parts=(LongText(name="text", label="web.appeal_text", help="web.appeal_help", lines=6),)),
)
RESOLUTION: Layout = (
    Group(
        parts=(
            Radio(
                name="outcome",
                label="web.appeal_outcome",
                options=lambda: [
                    Option("upheld", code="web.appeal_uphold"),
                    Option("rejected", code="web.appeal_reject"),
                ],
            ),
            LongText(name="text", label="web.appeal_reason", help="web.appeal_reason_help"),
        ),
    ),
)
BILL: Layout = (
    Radio(
        name="mode",
        label="web.bill_mode",
        options=lambda: [
            Option("replace", code="web.bill_replace"),
            Option("append", code="web.bill_append"),
        ],
    ),
)
DOSSIER: Layout = (Day(name="validUntil", label="web.dossier_until", help="web.day_help"),)
WHAT_IF: Layout = (
    DecimalText(name="more", label="web.dossier_more", help="web.dossier_more_help"),
)


def refusal_layout(reasons: Assessment | None) -> Layout:
    """Ask for a ground that the assessment bears out."""
    return (
        Group(
            parts=(
                Radio(
                    name="ground",
                    label="web.refuse_ground",
                    options=lambda: [
                        Option(code, code=f"assessment.ground.{code}")
                        for code in GROUNDS
                        if fits(code, reasons)
                    ],
                ),
                LongText(
                    name="remark",
                    label="web.refuse_remark",
                    help="web.refuse_remark_help",
                    lang="ru",
                ),
                Flag(name="confirmed", label="web.refuse_confirm"),
            ),
        ),
    )


def act_layout(evidence: Iterable[Evidence]) -> Layout:
    """Ask for an act of examination; its file is one of the application's."""
    files = [Option(str(one.pk), one.name) for one in evidence]
    return (
        Group(
            inline=True,
            parts=(
                Field(name="number", label="web.document_number", width="medium"),
                Day(name="date", label="web.document_date", help="web.day_help"),
            ),
        ),
        Field(name="expert", label="web.act_expert", lang="ru"),
        Field(name="issuer", label="web.act_issuer", lang="ru"),
        Group(
            inline=True,
            parts=(
                Day(name="validFrom", label="web.act_valid_from", help="web.day_help"),
                Day(name="validUntil", label="web.act_valid_until", help="web.day_help"),
            ),
        ),
        LongText(name="findings", label="web.act_findings", lang="ru"),
        YesNo(name="confirmsNecessaryComponents", label="web.expert_confirms", clause="Rules 2.6"),
        Rows(
            name="goods",
            title="web.act_goods",
            row_title="web.item_title",
            add="web.item_add",
            least=1,
            most=200,
            parts=(
                Field(name="tariffCode", label="web.tariff_code", width="medium"),
                Field(name="description", label="web.item_description", lang="ru"),
            ),
        ),
        Choice(name="evidence", label="web.act_file", options=lambda: files),
    )
