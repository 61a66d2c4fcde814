"""`certorigin assess`: origin determined from a worksheet, rule by rule, with the figures."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Assessment, Decision, assess
from certorigin.assessment.decision import GENERAL, OPEN
from certorigin.assessment.reading import MAX_JSON_BYTES, read_worksheet
from certorigin.errors import CertoriginError, FaultsError, LimitError
from certorigin.terminal.figures import facts_in_words, figure_text
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import day_from_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from certorigin.assessment.assess import ItemDecision, PreferenceCondition
    from certorigin.assessment.rule_sets.decide import RuleSetDecision
    from certorigin.assessment.step import Step

EXITS = {Decision.ORIGINATING: 0, Decision.NOT_ORIGINATING: 1, Decision.UNDETERMINED: 3}
UNREADABLE, OPEN_EXIT = 2, 3


@click.command("assess")
@click.argument("worksheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--at", "day", metavar="DAY", help="The day whose rules apply (default: today).")
def assess_command(worksheet: Path, *, as_json: bool, language: str, day: str | None) -> None:
    """Decide whether the goods of a WORKSHEET (JSON, YAML, XLSX or CSV) originate.

    Exits 0 when all originate, 1 when one does not, 3 when one is undetermined, 2 when the
    worksheet can't be read.

    Example: certorigin assess tractors.json --language ru
    """
    try:
        at = day_from_text(day, place="--at") if day else datetime.now(UTC).date()
        assessment = _assess_file(worksheet, at)
    except CertoriginError as error:
        tell_error(error, language, as_json=as_json)
        sys.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps(assessment.to_data(), ensure_ascii=False, sort_keys=True))
    else:
        click.echo("\n".join(_lines(assessment, language)))
    sys.exit(EXITS[assessment.decision])


def tell_error(error: CertoriginError, language: str, *, as_json: bool) -> None:
    """Tell why a worksheet can't be read: every fault, one a line."""
    found = [Finding(error.code, error.facts.get("place", ""), facts=error.facts)]
    if isinstance(error, FaultsError):
        found = [one for one in error.findings if isinstance(one, Finding)]
    if as_json:
        told = {
            "error": error.code,
            "facts": error.facts,
            "findings": [one.to_data() for one in found],
        }
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
        return
    for one in found:
        click.echo(say(one.code, {"place": one.place, **one.facts}, language), err=True)


def _assess_file(path: Path, at: date) -> Assessment:
    if path.stat().st_size > MAX_JSON_BYTES:
        raise LimitError("worksheet.too_large", limit=str(MAX_JSON_BYTES))
    worksheet = read_worksheet(path.read_bytes())
    return assess(worksheet, agreement=get_agreement(worksheet.agreement), at=at)


def _lines(assessment: Assessment, language: str) -> Iterator[str]:
    for item in assessment.items:
        yield from item_lines(item, language)
        if item.general is not None:
            yield from _step_lines(item.general, language, 1)
    yield say("assessment.conditions", language=language)
    for condition in assessment.conditions:
        yield from _condition_lines(condition, language)
    kind = assessment.form if assessment.form in {GENERAL, OPEN} else "own"
    yield say(f"assessment.form.{kind}", {"form": assessment.form}, language)


def _condition_lines(condition: PreferenceCondition, language: str) -> Iterator[str]:
    held = say(f"assessment.held.{condition.outcome}", language=language)
    title = say(f"assessment.condition.{condition.code}", language=language)
    yield f"   {held}: {title} [{condition.clause}]"
    for name, value in condition.figures.items():
        label = say(f"assessment.figure.{name}", language=language)
        yield f"      {label}: {figure_text(name, value, language)}"
    for place in condition.missing:
        yield "      " + say("assessment.missing", {"place": place}, language)


def item_lines(item: ItemDecision | RuleSetDecision, language: str) -> Iterator[str]:
    """Yield the lines of a decided item, with its reasoning."""
    decided = say(f"assessment.decision.{item.decision}", language=language)
    criterion = f" · {item.criterion}" if item.criterion else ""
    yield f"{item.sequence}. {item.tariff_code}: {decided}{criterion}"
    for step in item.steps:
        yield from _step_lines(step, language, 1)
    for name in item.missing:
        yield "   " + say("assessment.missing", {"place": name}, language)
    for hint in item.hints:
        yield "   " + say(hint.code, facts_in_words(hint.code, hint.facts, language), language)


def _step_lines(step: Step, language: str, depth: int) -> Iterator[str]:
    held = say(f"assessment.held.{step.outcome}", language=language)
    title = say(f"assessment.rule.{step.rule}", language=language)
    clause = f" [{step.clause}]" if step.clause else ""
    yield f"{'   ' * depth}{held}: {title}{clause}"
    for name, value in step.figures.items():
        label = say(f"assessment.figure.{name}", language=language)
        yield f"{'   ' * (depth + 1)}{label}: {figure_text(name, value, language)}"
    for part in step.parts:
        yield from _step_lines(part, language, depth + 1)
