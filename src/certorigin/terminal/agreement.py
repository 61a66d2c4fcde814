"""`certorigin agreement`: rule sets of any agreement from a file: looked up, counted, executed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from certorigin.assessment.assess import Decision
from certorigin.assessment.reading import MAX_JSON_BYTES, read_worksheet
from certorigin.assessment.rule_sets.canonical import canonical_text
from certorigin.assessment.rule_sets.coverage import coverage_of
from certorigin.assessment.rule_sets.decide import RuleSetDecision, decide
from certorigin.assessment.rule_sets.rule_set import MAX_BYTES, RuleSet, RuleSets, read_rule_sets
from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.terminal.assessment import EXITS, UNREADABLE, item_lines
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = "certorigin-rule-set-decision/v1"
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True
)
_CODE = click.option("--code", required=True, metavar="SIX_DIGITS", help="The code of the goods.")


@click.group("agreement")
def agreement_command() -> None:
    """Work with the published rule sets of any agreement (docs/spec/agreement.md)."""


@agreement_command.command("coverage")
@_FILE
@_JSON
@_LANGUAGE
def coverage(file: Path, *, as_json: bool, language: str) -> None:
    """Count how many rules of FILE can be executed, by class, and where label and text disagree.

    Example: certorigin agreement coverage eu.json --json
    """
    try:
        counted = coverage_of(_read(file))
    except CertoriginError as error:
        _refuse(error, as_json=as_json, language=language)
    if as_json:
        _print(counted)
        return
    facts = {name: str(counted[name]) for name in ("rules", "executed", "undetermined")}
    facts["disagreements"] = str(len(counted["disagreements"]))
    click.echo(say("agreement.counted", facts, language))
    for name, one in counted["by_class"].items():
        click.echo(f"   {name}: {one['executed']} / {one['rules']}")


@agreement_command.command("show")
@_FILE
@_CODE
@_JSON
@_LANGUAGE
def show(file: Path, *, code: str, as_json: bool, language: str) -> None:
    """Show the rule sets of FILE that cover a code, and how each rule is read.

    Example: certorigin agreement show eu.json --code 870120
    """
    try:
        sets = _read(file).sets_for(_six_digits(code))
    except CertoriginError as error:
        _refuse(error, as_json=as_json, language=language)
    if as_json:
        _print({"code": code, "ruleSets": [_set_data(one) for one in sets]})
        return
    for one in sets:
        click.echo(f"{one.name}  {one.heading}  {one.subdivision.strip()}")
        for rule in one.rules:
            reading = say(f"agreement.reading.{rule.reading}", language=language)
            click.echo(f"   {rule.operator or '-'}  {rule.text}  [{reading}]")


@agreement_command.command("decide")
@_FILE
@_CODE
@click.option(
    "--worksheet",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The facts of production (docs/spec/worksheet.md).",
)
@_JSON
@_LANGUAGE
def decide_goods(file: Path, *, code: str, worksheet: Path, as_json: bool, language: str) -> None:
    """Decide by the rule sets of FILE whether the goods of a worksheet originate.

    Exits 0 when all originate, 1 when one does not, 3 when one is undetermined, 2 when something
    can't be read.

    Example: certorigin agreement decide eu.json --code 870120 --worksheet tractors.json
    """
    try:
        if worksheet.stat().st_size > MAX_JSON_BYTES:
            raise LimitError("worksheet.too_large", limit=str(MAX_JSON_BYTES))
        rule_sets, goods = _read(file), _six_digits(code)
        items = decide(rule_sets, read_worksheet(worksheet.read_bytes()), code=goods)
    except CertoriginError as error:
        _refuse(error, as_json=as_json, language=language)
    if as_json:
        _print(_decision_data(rule_sets.name, code, items))
    else:
        for item in items:
            click.echo("\n".join(item_lines(item, language)))
    sys.exit(EXITS[_worst(items)])


def _read(file: Path) -> RuleSets:
    if file.stat().st_size > MAX_BYTES:
        raise LimitError("agreement.too_large", limit=str(MAX_BYTES))
    return read_rule_sets(file.read_bytes(), name=file.stem)


def _six_digits(text: str) -> TariffCode:
    code = TariffCode.from_text(text, place="--code")
    if len(code.digits) < 6:
        raise MalformedError("tariff.malformed", place="--code", value=text[:20])
    return code


def _worst(items: Sequence[RuleSetDecision]) -> Decision:
    found = {item.decision for item in items}
    for decision in (Decision.NOT_ORIGINATING, Decision.UNDETERMINED):
        if decision in found:
            return decision
    return Decision.ORIGINATING


def _decision_data(name: str, code: str, items: Sequence[RuleSetDecision]) -> dict[str, Any]:
    """Write the decisions; the only item of a worksheet stands at the top as well."""
    told = [item.to_data() for item in items]
    top = told[0] if len(told) == 1 else {"outcome": str(_worst(items))}
    return top | {"format": FORMAT, "agreement": name, "code": code, "items": told}


def _set_data(one: RuleSet) -> dict[str, Any]:
    return {
        "name": one.name,
        "heading": one.heading,
        "subdivision": one.subdivision.strip(),
        "min": one.first,
        "max": one.last,
        "rules": [
            {
                "text": rule.text,
                "label": list(rule.label),
                "operator": rule.operator,
                "reading": str(rule.reading),
                "read": canonical_text(rule.rule) if rule.rule else "",
            }
            for rule in one.rules
        ],
    }


def _refuse(error: CertoriginError, *, as_json: bool, language: str) -> NoReturn:
    if as_json:
        _print({"error": error.code, "facts": error.facts})
    else:
        click.echo(say(error.code, error.facts, language), err=True)
    sys.exit(UNREADABLE)


def _print(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, sort_keys=True))
