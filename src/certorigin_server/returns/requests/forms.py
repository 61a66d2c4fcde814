"""What the desks ask for when something is asked of the other state, or answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.returns.asking import FINDINGS, REQUEST_GROUNDS, TOPICS
from certorigin.returns.restoration import BASES
from certorigin.vocabulary.requests import GRANTED, RESULTS, WITHHELD, Answer, Question
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
    from collections.abc import Iterable, Mapping

    from certorigin_server.desk.layout import Layout

MOST_QUESTIONS = 20
_NUMBER = Field(
    name="number",
    label="web.request_number",
    help="web.request_number_help",
    clause="Rules 9-1",
    width="medium",
)


def _coded(prefix: str, codes: Iterable[str]) -> list[Option]:
    return [Option(code, code=f"{prefix}.{code}") for code in codes]


def _document(name: str, title: str) -> Group:
    return Group(
        name=name,
        title=title,
        inline=True,
        parts=(
            Field(name="number", label="web.document_number", width="medium"),
            Day(name="date", label="web.document_date", help="web.day_help"),
        ),
    )


ASKING: Layout = (
    _NUMBER,
    Group(
        name="grounds",
        title="web.request_grounds",
        help="help.request_ground",
        clause="Rules 9-1",
        parts=tuple(Flag(name=code, label=f"request.ground.{code}") for code in REQUEST_GROUNDS),
    ),
    LongText(name="remark", label="web.request_reason", help="web.request_reason_help", lang="ru"),
    Rows(
        name="questions",
        title="web.questions_asked",
        row_title="web.question_title",
        remove="web.question_remove",
        help="web.questions_asked_help",
        least=1,
        most=MOST_QUESTIONS,
        parts=(
            Choice(
                name="topic",
                label="web.question_topic",
                options=lambda: _coded("request.topic", TOPICS),
            ),
            Field(name="item", label="web.question_item", width="short"),
            LongText(name="detail", label="web.question_detail", lang="ru", lines=2),
        ),
    ),
    Radio(
        name="preference",
        label="web.request_preference",
        clause="Rules 10.1",
        default=GRANTED,
        options=lambda: _coded("request.preference", (GRANTED, WITHHELD)),
    ),
    _document("declaration", "web.request_declaration"),
)
REPEATING: Layout = (
    _NUMBER,
    LongText(name="remark", label="web.request_remark", lang="ru"),
)
JUDGING: Layout = (
    LongText(name="remark", label="web.request_wanting", help="web.request_wanting_help"),
)
SENDING_BACK: Layout = (LongText(name="reason", label="web.reply_back_reason"),)
RESTORING: Layout = (
    Radio(
        name="basis",
        label="web.restore_basis",
        clause="Rules 9-2",
        options=lambda: _coded("restoration.basis", BASES),
    ),
    _document("document", "web.restore_document"),
    LongText(name="remark", label="web.request_remark", lang="ru"),
)
REVIEWING: Layout = (
    Day(name="ends", label="web.review_ends", help="web.review_ends_help"),
    LongText(name="remark", label="web.request_remark", lang="ru"),
)


def answering(count: int) -> Layout:
    """Return the layout of an answer to so many questions."""
    return (
        Rows(
            name="answers",
            title="web.answers_given",
            row_title="web.question_title",
            least=count,
            most=count,
            parts=(
                Radio(
                    name="result",
                    label="web.answer_result",
                    options=lambda: _coded("reply.result", RESULTS),
                ),
                LongText(name="facts", label="web.answer_facts", lang="ru"),
            ),
        ),
        Choice(
            name="finding",
            label="web.reply_finding",
            help="web.reply_finding_help",
            clause="Rules 9.2",
            options=lambda: _coded("reply.finding", FINDINGS),
        ),
        LongText(name="remark", label="web.request_remark", lang="ru"),
        Flag(name="attached", label="web.reply_attach", help="web.reply_attach_help"),
    )


def questions_in(data: Mapping[str, Any]) -> tuple[Question, ...]:
    """Return the questions that were typed; one without a topic is left to the check."""
    return tuple(
        Question(
            index + 1,
            str(row.get("topic", "")),
            int(item) if (item := str(row.get("item", ""))).isdecimal() else None,
            str(row.get("detail", ""))[:1000],
        )
        for index, row in enumerate(data.get("questions", ()))
    )


def answers_typed(data: Mapping[str, Any]) -> tuple[Answer, ...]:
    """Return the answers that were typed; one without a result is left to the check."""
    return tuple(
        Answer(index + 1, str(row["result"]), str(row.get("facts", ""))[:1000])
        for index, row in enumerate(data.get("answers", ()))
        if row.get("result") in RESULTS
    )
