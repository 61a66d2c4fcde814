"""`certorigin ask`: the rules that cover a code, and the guided questionnaire."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.questions.answers import Answers
from certorigin.assessment.questions.ask import next_questions
from certorigin.assessment.questions.question import Kind, question_at
from certorigin.assessment.questions.words import covering_rules, covering_sets
from certorigin.assessment.reading import MAX_JSON_BYTES, read_json, read_worksheet
from certorigin.assessment.rule_sets.rule_set import MAX_BYTES, RuleSets, read_rule_sets
from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.terminal.assessment import EXITS, OPEN_EXIT, UNREADABLE, tell_error
from certorigin.terminal.operations import with_operation_names
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.assessment.questions.ask import Turn
    from certorigin.assessment.questions.question import Question
    from certorigin.assessment.questions.words import CoveringRule

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
_FLAGS = {"yes": True, "no": False}
_OVER = "-"


@click.command("ask")
@click.argument("answers", required=False, type=_PATH)
@click.option("--code", help="The tariff code of the goods.")
@click.option("--from", "made_in", metavar="STATE", help="The state of production.")
@click.option("--to", "destination", metavar="STATE", help="The state of destination.")
@click.option("--at", "day", metavar="DAY", help="The day whose rules apply (default: today).")
@click.option(
    "--answer",
    "typed",
    multiple=True,
    metavar="PLACE=VALUE",
    help='One answer: yes, no, a code, "100.00 USD"; "-" passes the question over.',
)
@click.option("--given", type=_PATH, help="A JSON object of answers: place to value.")
@click.option("--rule-sets", type=_PATH, help="Judge by the published rule sets in this file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def ask_command(**given: Any) -> None:  # noqa: ANN401 - as click gives them
    """Show the rules that cover a code and ask only for the facts that matter.

    ANSWERS is what an earlier call printed as `answers`, or a worksheet. When nothing is left to
    ask, `answers.worksheet` is a worksheet for `certorigin assess`. Exits 0, 1 or 3 as that does;
    3 while questions are open, 2 when something can't be read.

    Example: certorigin ask --code 841810 --from BY --to AZ
    """
    language, as_json = given["language"], given["as_json"]
    try:
        answers = _answers(given)
        sets = _rule_sets(given["rule_sets"])
        turn = next_questions(answers, rule_sets=sets)
        rules = _rules(turn, sets)
    except CertoriginError as error:
        tell_error(error, language, as_json=as_json)
        sys.exit(UNREADABLE)
    if as_json:
        told = turn.to_data() | {"rules": [rule.to_data() for rule in rules]}
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        click.echo("\n".join(_lines(turn, rules, language)))
    decided = turn.decision if turn.is_finished else None
    sys.exit(EXITS[decided] if decided else OPEN_EXIT)


def _answers(given: dict[str, Any]) -> Answers:
    at = day_from_text(given["day"], place="--at") if given["day"] else datetime.now(UTC).date()
    answers = Answers.begin(at)
    if given["answers"]:
        raw = _read(given["answers"], MAX_JSON_BYTES)
        is_json = raw.lstrip().removeprefix(b"\xef\xbb\xbf").startswith(b"{")
        data = read_json(raw) if is_json else read_worksheet(raw).to_data()
        answers = Answers.from_data(data, at=at)
    first: dict[str, object] = {}
    if given["made_in"]:
        first["productionCountry"] = country_from_text(given["made_in"], place="--from")
    if given["destination"]:
        first["trade.importedInto"] = country_from_text(given["destination"], place="--to")
    if given["code"]:
        first["items[0].tariffCode"] = str(TariffCode.from_text(given["code"], place="--code"))
    for one in given["typed"]:
        place, mark, text = one.partition("=")
        if not mark:
            raise MalformedError("answers.not_an_answer", place="--answer", value=one[:60])
        first[place] = _value(place, text)
    if given["given"]:
        more = read_json(_read(given["given"], MAX_JSON_BYTES))
        if not isinstance(more, dict):
            raise MalformedError("record.not_an_object", place="--given")
        first |= more
    return answers.with_answers(first)


def _value(place: str, text: str) -> object:
    """Read an answer as one types it, by the shape of its question."""
    question = question_at(place)
    if text == _OVER:
        return None
    if question is None:
        return text
    if question.kind is Kind.YES_NO:
        return _FLAGS.get(text, text)
    if question.kind is Kind.MONEY:
        amount, _, currency = text.partition(" ")
        return {"amount": amount, "currency": currency}
    if question.kind is Kind.OPERATIONS:
        return [code.strip() for code in text.split(",") if code.strip()]
    return text


def _read(path: Path, limit: int) -> bytes:
    if path.stat().st_size > limit:
        raise LimitError("worksheet.too_large", limit=str(limit))
    return path.read_bytes()


def _rule_sets(path: Path | None) -> RuleSets | None:
    if path is None:
        return None
    if path.stat().st_size > MAX_BYTES:
        raise LimitError("agreement.too_large", limit=str(MAX_BYTES))
    return read_rule_sets(path.read_bytes(), name=path.stem)


def _rules(turn: Turn, sets: RuleSets | None) -> list[CoveringRule]:
    answers = turn.answers
    if not answers.has("items[0].tariffCode"):
        return []
    code = TariffCode.from_text(answers.sheet["items"][0]["tariffCode"], place="tariffCode")
    if sets is not None:
        return covering_sets(sets, code)
    named = answers.sheet.get("agreement")
    agreements = [get_agreement(name) for name in ([named] if named else turn.agreements)]
    return [rule for one in agreements for rule in covering_rules(one, code, at=answers.at)]


def _lines(turn: Turn, rules: list[CoveringRule], language: str) -> Iterator[str]:
    for rule in rules:
        yield from rule_text(rule, language)
    if turn.decision is not None:
        yield say(f"assessment.decision.{turn.decision}", language=language)
    for question in turn.questions:
        yield f"? {question_text(question, language)}"
        yield f"     {question.place}"
        if question.options:
            yield f"     {', '.join(question.options)}"
    for place in turn.left_open:
        yield say("ask.left_open", {"what": place}, language)
    if turn.is_finished:
        yield say("ask.finished", language=language)


def rule_text(rule: CoveringRule, language: str) -> Iterator[str]:
    """Yield the lines of a rule: clause, date, the part of the code, what it asks."""
    since = f" ({rule.since:%d.%m.%Y})" if rule.since else ""
    part = f" {rule.goods}" if rule.goods else ""
    yield f"[{rule.clause}]{since}{part}"
    for line in rule.lines:
        facts = with_operation_names(line.facts, language)
        yield f"{'   ' * (line.depth + 1)}{say(line.code, facts, language)}"


def question_text(question: Question, language: str) -> str:
    """Write a question with its clause."""
    clause = f" [{question.clause}]" if question.clause else ""
    facts = dict(question.facts)
    if question.code == "ask.operation":
        facts = dict(with_operation_names(facts, language, member="what"))
    return f"{say(question.code, facts, language)}{clause}"
