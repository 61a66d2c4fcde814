"""The form of a turn: made from the questions, each with the shape of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.questions.question import Kind
from certorigin.terminal.operations import operation_name
from certorigin.terminal.sentences import say
from certorigin_server.application.forms import CURRENCIES, STATES
from certorigin_server.assessment.forms import YesNo
from certorigin_server.desk.layout import (
    Choice,
    Day,
    DecimalText,
    Field,
    Flag,
    Group,
    LongText,
    Option,
    Rows,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from certorigin.assessment.questions.question import Question
    from certorigin.vocabulary.finding import Finding
    from certorigin_server.desk.layout import Layout, Part

# Values of choices that have a name of their own; others are shown as they are.
_NAMES = {
    "customs_value": "web.value_basis_customs",
    "first_sale_price": "web.value_basis_first_sale",
    "business": "web.ask_business",
    "natural_person": "web.ask_natural_person",
    "certificate": "web.ask_certificate",
    "declaration": "web.ask_declaration",
}
_MONEY = (
    DecimalText(name="amount", label="web.amount"),
    Field(name="currency", label="web.currency", width="short", offer=CURRENCIES),
)
_MATERIAL = (
    Field(name="description", label="web.material_description"),
    Group(
        inline=True,
        parts=(
            Field(
                name="tariffCode", label="web.tariff_code", width="short", search="tariff-offers"
            ),
            Field(name="originCountry", label="web.material_origin", width="short", offer=STATES),
        ),
    ),
)
_CERTIFICATE = (
    Field(name="form", label="web.form", width="short", default="ST-1"),
    Field(name="number", label="web.document_number", width="medium"),
    Day(name="date", label="web.document_date", help="web.day_help"),
    Field(name="issuingCountry", label="web.issued_in", width="short", offer=STATES),
)
_EXPERT_ACT = (
    Field(name="number", label="web.document_number", width="medium"),
    Day(name="date", label="web.document_date", help="web.day_help"),
    Field(name="issuer", label="web.expert_issuer"),
    YesNo(name="confirmsNecessaryComponents", label="web.expert_confirms"),
)
_RATE = (
    DecimalText(name="rate", label="web.rate"),
    DecimalText(name="per", label="web.rate_per", default="1"),
    Field(name="source", label="web.rate_source", width="medium"),
    Day(name="date", label="web.document_date", help="web.day_help"),
)
_GROUPS = {
    Kind.MONEY: _MONEY,
    Kind.CERTIFICATE: _CERTIFICATE,
    Kind.EXPERT_ACT: _EXPERT_ACT,
    Kind.RATE: _RATE,
}


# What begins an inquiry: the goods, both states, the day.
BEGIN: Layout = (
    Group(
        title="web.ask_begin",
        parts=(
            Field(
                name="tariffCode",
                label="web.tariff_code",
                help="web.tariff_code_help",
                width="medium",
                search="tariff-offers",
            ),
            Field(name="productionCountry", label="web.ask_made_in", width="short", offer=STATES),
            Field(name="destination", label="web.destination", width="short", offer=STATES),
            Day(name="at", label="web.ask_day", help="web.ask_day_help"),
        ),
    ),
)
PUBLISH: Layout = (
    Group(
        title="web.acceptance_enter",
        parts=(
            LongText(
                name="document",
                label="web.acceptance_document",
                help="web.acceptance_document_help",
                lines=12,
            ),
        ),
    ),
)


def layout_of(questions: Iterable[Question], language: str) -> Layout:
    """Return the form of a turn; the answer to question n is the member `q<n>`."""
    return tuple(_part(f"q{at}", one, language) for at, one in enumerate(questions))


def question_label(question: Question, language: str) -> str:
    """Write a question in words."""
    facts = dict(question.facts)
    if question.code == "ask.operation":
        facts["what"] = operation_name(facts["what"], language)
    return say(question.code, facts, language)


def _part(name: str, question: Question, language: str) -> Part:
    label, clause = question_label(question, language), question.clause
    kind = question.kind
    if kind in _GROUPS:
        return Group(name=name, title=label, clause=clause, inline=True, parts=_GROUPS[kind])
    if kind is Kind.MATERIALS:
        return Rows(
            name=name,
            title=label,
            row_title="web.material_title",
            add="web.material_add",
            remove="web.material_remove",
            help="web.ask_materials_help",
            clause=clause,
            least=1,
            parts=_MATERIAL,
        )
    if kind is Kind.OPERATIONS:
        return _operations(name, label, question, language)
    if kind is Kind.YES_NO:
        return YesNo(name=name, label=label, clause=clause)
    if kind in {Kind.CHOICE, Kind.CATEGORY}:
        options = _options(question, language)
        return Choice(name=name, label=label, clause=clause, options=options)
    if kind is Kind.COUNTRY:
        return Field(name=name, label=label, clause=clause, width="short", offer=STATES)
    if kind is Kind.DAY:
        return Day(name=name, label=label, clause=clause, help="web.day_help")
    if kind is Kind.DECIMAL:
        return DecimalText(name=name, label=label, clause=clause)
    search = "tariff-offers" if kind is Kind.TARIFF_CODE else ""
    return Field(name=name, label=label, clause=clause, width="medium", search=search)


def _options(question: Question, language: str) -> Callable[[], list[Option]]:
    if question.kind is Kind.CATEGORY:
        clauses = get_agreement("CIS-2009").categories
        return lambda: [
            Option(one, f"{clauses[one].clause}: {say('category.' + one, {}, language)}")
            for one in question.options
        ]
    return lambda: [Option(one, one, _NAMES.get(one, "")) for one in question.options]


def _operations(name: str, label: str, question: Question, language: str) -> Group:
    """Boxes to tick: those that the rule names, the simple ones, and all others folded away."""
    named = int(question.facts.get("named", "0"))
    minimal = [one for one in question.options if one.startswith("minimal.")]
    first = list(question.options[:named])
    rest = [one for one in question.options if one not in first and one not in minimal]

    def boxes(codes: Iterable[str]) -> tuple[Flag, ...]:
        return tuple(Flag(name=_flag(code), label=operation_name(code, language)) for code in codes)

    groups = [
        Group(title="web.ask_operations_named", parts=boxes(first)),
        Group(title="web.ask_operations_simple", folded=bool(first), parts=boxes(minimal)),
        Group(title="web.ask_operations_other", folded=True, parts=boxes(rest)),
    ]
    parts = tuple(group for group in groups if group.parts)
    return Group(name=name, title=label, clause=question.clause, parts=parts)


def _flag(code: str) -> str:
    """Return a name for the box of an operation: a dot would begin a member."""
    return code.replace(".", "-")


def given_in(questions: Iterable[Question], data: dict[str, Any]) -> dict[str, object]:
    """Return the answers by place; what was left empty is passed over."""
    return {one.place: _answer(one, data.get(f"q{at}")) for at, one in enumerate(questions)}


def _answer(question: Question, value: Any) -> object:  # noqa: ANN401 - as the form has it
    if question.kind is Kind.OPERATIONS and value:
        return [code for code in question.options if value.get(_flag(code))]
    if question.kind is Kind.MATERIALS:
        return [one for one in value or [] if one] or None
    return value if value not in ("", None, {}, []) else None


def placed(questions: Iterable[Question], finding_place: str) -> str:
    """Return the field of a finding: the question within whose place it lies."""
    for at, one in enumerate(questions):
        inner = one.place.removesuffix(".category")
        if finding_place.startswith(inner):
            return f"q{at}{finding_place[len(inner) :]}".removesuffix(".category")
    return finding_place


def moved(questions: tuple[Question, ...], findings: Iterable[Finding]) -> list[Finding]:
    """Return findings at the fields of the questions."""
    return [
        type(one)(one.code, placed(questions, one.place), one.grade, one.clause, one.facts)
        for one in findings
    ]


# What a supplier declares.
DECLARE: Layout = (
    Group(
        title="web.supplier_declare",
        parts=(
            Field(
                name="customer",
                label="web.supplier_customer",
                help="web.supplier_customer_help",
                width="medium",
            ),
            Group(
                inline=True,
                parts=(
                    Day(name="validFrom", label="web.supplier_from", help="web.day_help"),
                    Day(name="validUntil", label="web.supplier_until", help="web.day_help"),
                ),
            ),
        ),
    ),
    Rows(
        name="goods",
        title="web.goods",
        row_title="web.item_title",
        add="web.item_add",
        least=1,
        most=100,
        parts=(
            Field(name="description", label="web.item_description"),
            Group(
                inline=True,
                parts=(
                    Field(
                        name="tariffCode",
                        label="web.tariff_code",
                        width="short",
                        search="tariff-offers",
                    ),
                    Field(
                        name="originCountry",
                        label="web.origin_country",
                        width="short",
                        offer=STATES,
                    ),
                    Field(name="criterion", label="web.supplier_criterion", width="short"),
                ),
            ),
        ),
    ),
)
WITHDRAW: Layout = (
    Group(
        title="web.supplier_withdraw",
        parts=(LongText(name="reason", label="web.supplier_reason", lines=3),),
    ),
)
