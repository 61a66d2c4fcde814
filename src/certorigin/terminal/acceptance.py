"""`certorigin acceptance`: would a certificate be accepted by a state's published rules?"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.application.draft import FORMAT as APPLICATION
from certorigin.application.draft import Application
from certorigin.assessment.reading import MAX_JSON_BYTES, read_json
from certorigin.certification.acceptance import (
    AcceptanceRules,
    Subject,
    Verdict,
    check_acceptance,
)
from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.terminal.assessment import OPEN_EXIT, UNREADABLE, tell_error
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.certification.acceptance import Answer, Check

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
_EXITS = {
    Verdict.ACCEPTED: 0,
    Verdict.REFUSED: 1,
    Verdict.ASKED: OPEN_EXIT,
    Verdict.OPEN: OPEN_EXIT,
}


@click.command("acceptance")
@click.argument("rules", type=_PATH)
@click.argument("document", type=_PATH)
@click.option("--from", "issued_in", metavar="STATE", help="The issuing state of an application.")
@click.option("--at", "day", metavar="DAY", help="The day whose rules apply (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def acceptance_command(
    rules: Path,
    document: Path,
    *,
    issued_in: str | None,
    day: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Check a DOCUMENT (certificate, act or application) by the RULES that a state publishes.

    Exits 0 when it would be accepted, 1 when refused, 3 when something would be asked or is not
    known yet, 2 when a file can't be read.

    Example: certorigin acceptance az-rules.json certificate.json
    """
    try:
        at = day_from_text(day, place="--at") if day else datetime.now(UTC).date()
        published = AcceptanceRules.from_data(_read(rules))
        check = check_acceptance(published, _subject(_read(document), issued_in), at=at)
    except CertoriginError as error:
        tell_error(error, language, as_json=as_json)
        sys.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps(check.to_data(), ensure_ascii=False, sort_keys=True))
    else:
        click.echo("\n".join(_lines(check, language)))
    sys.exit(_EXITS[check.verdict])


def _read(path: Path) -> object:
    if path.stat().st_size > MAX_JSON_BYTES:
        raise LimitError("worksheet.too_large", limit=str(MAX_JSON_BYTES))
    return read_json(path.read_bytes())


def _subject(data: object, issued_in: str | None) -> Subject:
    if not isinstance(data, dict):
        raise MalformedError("record.not_an_object", place=".")
    if "credentialSubject" in data:
        body: Any = dict(Act.from_document(data).body)
        return Subject.of_certificate(Certificate.from_record(Record(body, "certificate")))
    record = Record(data)
    if "applicantDeclaration" in data and data.get("format") != APPLICATION:
        certificate = Certificate.from_record(record)
        record.finish()
        return Subject.of_certificate(certificate)
    application = Application.from_record(record)
    record.finish()
    if issued_in is None:
        raise MalformedError("record.member_missing", place="--from")
    return Subject.of_application(
        application, issued_in=country_from_text(issued_in, place="--from")
    )


def _lines(check: Check, language: str) -> Iterator[str]:
    facts = {"state": check.rules.state, "version": str(check.rules.version)}
    yield say(f"acceptance.verdict.{check.verdict}", facts, language)
    for answer in check.worth_telling:
        yield f"   {answer_text(answer, language)}"


def answer_text(answer: Answer, language: str) -> str:
    """Write one answer with its clause and places."""
    held = say(f"assessment.held.{answer.outcome}", language=language)
    what = say(f"acceptance.rule.{answer.rule}", answer.facts, language)
    follows = say(f"acceptance.consequence.{answer.consequence}", language=language)
    places = f": {', '.join(answer.places)}" if answer.places else ""
    return f"{held} ({follows}): {what} [{answer.clause}]{places}"
