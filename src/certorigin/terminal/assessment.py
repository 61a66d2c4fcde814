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
from certorigin.assessment.reading import MAX_JSON_BYTES, read_worksheet
from certorigin.errors import CertoriginError, LimitError
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.moment import day_from_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from certorigin.assessment.assess import ItemDecision
    from certorigin.assessment.step import Step

EXITS = {Decision.ORIGINATING: 0, Decision.NOT_ORIGINATING: 1, Decision.UNDETERMINED: 3}
UNREADABLE = 2


@click.command("assess")
@click.argument("worksheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--at", "day", metavar="DAY", help="The day whose rules apply (default: today).")
def assess_command(worksheet: Path, *, as_json: bool, language: str, day: str | None) -> None:
    """Decide whether the goods of a WORKSHEET (JSON or YAML) originate.

    Exits 0 when all originate, 1 when one does not, 3 when one is undetermined, 2 when the
    worksheet can't be read.

    Example: certorigin assess tractors.json --language ru
    """
    try:
        at = day_from_text(day, place="--at") if day else datetime.now(UTC).date()
        assessment = _assess_file(worksheet, at)
    except CertoriginError as error:
        if as_json:
            told = {"error": error.code, "facts": error.facts}
            click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
        else:
            click.echo(say(error.code, error.facts, language), err=True)
        sys.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps(assessment.to_data(), ensure_ascii=False, sort_keys=True))
    else:
        click.echo("\n".join(_lines(assessment, language)))
    sys.exit(EXITS[assessment.decision])


def _assess_file(path: Path, at: date) -> Assessment:
    if path.stat().st_size > MAX_JSON_BYTES:
        raise LimitError("worksheet.too_large", limit=str(MAX_JSON_BYTES))
    worksheet = read_worksheet(path.read_bytes())
    return assess(worksheet, agreement=get_agreement(worksheet.agreement), at=at)


def _lines(assessment: Assessment, language: str) -> Iterator[str]:
    for item in assessment.items:
        yield from _item_lines(item, language)


def _item_lines(item: ItemDecision, language: str) -> Iterator[str]:
    decided = say(f"assessment.decision.{item.decision}", language=language)
    criterion = f" · {item.criterion}" if item.criterion else ""
    yield f"{item.sequence}. {item.tariff_code}: {decided}{criterion}"
    for step in item.steps:
        yield from _step_lines(step, language, 1)
    for name in item.missing:
        yield "   " + say("assessment.missing", {"place": name}, language)
    for hint in item.hints:
        yield "   " + say(hint.code, hint.facts, language)


def _step_lines(step: Step, language: str, depth: int) -> Iterator[str]:
    held = say(f"assessment.held.{step.outcome}", language=language)
    title = say(f"assessment.rule.{step.rule}", language=language)
    clause = f" [{step.clause}]" if step.clause else ""
    yield f"{'   ' * depth}{held}: {title}{clause}"
    for name, value in step.figures.items():
        label = say(f"assessment.figure.{name}", language=language)
        yield f"{'   ' * (depth + 1)}{label}: {value}"
    for part in step.parts:
        yield from _step_lines(part, language, depth + 1)
