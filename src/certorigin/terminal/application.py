"""`certorigin apply`, `certorigin application`: an invoice becomes a draft; what does it lack?"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
import orjson

from certorigin.application.completeness import check_application
from certorigin.application.findings import find_box
from certorigin.application.invoice import read_ubl_invoice
from certorigin.application.xml_tree import MOST_BYTES
from certorigin.assessment.intake.check import check_file
from certorigin.errors import CertoriginError
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.code_names import LISTS, names_of
from certorigin.vocabulary.country import CODES
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.form import get_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certorigin.application.draft import Application, ApplicationItem
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.party import Party

LACKING, UNREADABLE = 1, 2

_PARTIES = ("exporter", "consignor", "importer", "consignee")
_LABELS = {
    "exporter": "apply.exporter",
    "consignor": "apply.consignor",
    "importer": "apply.importer",
    "consignee": "apply.consignee",
}
_HEADINGS = {
    Grade.ERROR: "apply.errors",
    Grade.WARNING: "apply.warnings",
    Grade.NOTE: "apply.notes",
}
_ITEM = re.compile(r"items\[([0-9]+)\]")
_MOST_ITEMS_SHOWN = 40


@click.command("apply")
@click.argument("invoice", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--form", "form_name", default="ST-1", show_default=True, help="Form asked for.")
@click.option("--state", default="", metavar="BY", help="State of the body that is asked.")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="Day of the check; today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the draft here."
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def apply_command(
    invoice: Path,
    form_name: str,
    state: str,
    at: datetime | None,
    as_json: bool,  # noqa: FBT001 - click's option
    out: Path | None,
    language: str,
) -> None:
    """Read the UBL 2 invoice INVOICE into a draft application.

    What the invoice lacks is listed, never invented. Exit status: 0 read, 2 unreadable.

    Example: certorigin apply invoice.xml --out application.json
    """
    if state and state not in CODES:
        raise click.BadParameter(state, param_hint="--state")
    try:
        form = get_form(form_name)
        with invoice.open("rb") as file:
            read = read_ubl_invoice(file.read(MOST_BYTES + 1))
    except CertoriginError as error:
        _fail(error, as_json=as_json, language=language)
    today = at.date() if at else datetime.now(UTC).date()
    application = read.application.asking_for(form.name)
    lacking = check_application(application, form=form, today=today, issuing_country=state)
    findings = (*read.findings, *lacking)
    if out is not None:
        out.write_bytes(_json(application.to_data()))
    if as_json:
        told = [_told(finding, language) for finding in findings]
        click.echo(_json({"application": application.to_data(), "findings": told}), nl=False)
    else:
        click.echo("\n".join(_page(application, findings, form, language)))


@click.group("application")
def application_command() -> None:
    """Check consignments as the exporter's desk does, with no server and no network."""


@application_command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--form", "form_name", default="ST-1", show_default=True, help="Form asked for.")
@click.option("--state", default="", metavar="BY", help="State of the body that is asked.")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="Day of the check; today by default.")
@click.option("--currency", default="", help="Currency where a table names none.")
@click.option("--packing", default="", help="Kind of packages where a table names none.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def check_command(
    file: Path,
    form_name: str,
    state: str,
    at: datetime | None,
    currency: str,
    packing: str,
    as_json: bool,  # noqa: FBT001 - click's option
    language: str,
) -> None:
    """Check FILE: an application as JSON, a UBL invoice, an XLSX or CSV file.

    Exit status: 0 ready to be submitted, 1 something lacks, 2 unreadable.

    Example: certorigin application check invoice.xml --state BY --json
    """
    if state and state not in CODES:
        raise click.BadParameter(state, param_hint="--state")
    today = at.date() if at else datetime.now(UTC).date()
    try:
        raw = file.read_bytes()
        given = {"state": state, "currency": currency, "packing": packing}
        checked = check_file(raw, today=today, form=form_name, **given)
        form = get_form(checked.application.form)
    except CertoriginError as error:
        _fail(error, as_json=as_json, language=language)
    if as_json:
        told = [_told(finding, language) for finding in checked.findings]
        whole = {"ready": checked.is_ready, "application": checked.application.to_data()}
        click.echo(_json(whole | {"findings": told}), nl=False)
    else:
        click.echo("\n".join(_page(checked.application, checked.findings, form, language)))
    raise SystemExit(0 if checked.is_ready else LACKING)


@application_command.command("lists")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def lists_command(language: str) -> None:
    """Print the codes of states, currencies, units and packages that have names, as JSON.

    Example: certorigin application lists --language ru
    """
    click.echo(_json({kind: dict(names_of(kind, language)) for kind in LISTS}), nl=False)


def _fail(error: CertoriginError, *, as_json: bool, language: str) -> NoReturn:
    sentence = say(error.code, error.facts, language)
    if as_json:
        fault = {"code": error.code, "facts": error.facts, "sentence": sentence}
        click.echo(_json({"error": fault}), nl=False)
    else:
        click.echo(sentence, err=True)
    raise SystemExit(UNREADABLE)


def _json(data: object) -> bytes:
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(data, option=options)


def _told(finding: Finding, language: str) -> dict[str, Any]:
    return finding.to_data() | {"sentence": say(finding.code, finding.facts, language)}


def _page(
    application: Application, findings: tuple[Finding, ...], form: Form, language: str
) -> Iterator[str]:
    yield from _heading(application, language)
    yield ""
    for name in _PARTIES:
        party: Party | None = getattr(application, name)
        if party is not None:
            yield from _labelled(say(_LABELS[name], {}, language), _party(party))
    if application.invoice_total:
        total = application.invoice_total
        yield from _labelled(say("apply.total", {}, language), f"{total.amount:f} {total.currency}")
    yield ""
    shown = application.items[:_MOST_ITEMS_SHOWN]
    yield from (_item(item) for item in shown)
    if len(shown) < len(application.items):
        more = {"count": str(len(application.items) - len(shown))}
        yield "      " + say("apply.more_items", more, language)
    for grade in Grade:
        chosen = [finding for finding in findings if finding.grade is grade]
        if chosen:
            yield ""
            yield say(_HEADINGS[grade], {}, language)
            yield from _lines(chosen, form, language)


def _heading(application: Application, language: str) -> Iterator[str]:
    facts = {"form": application.form}
    if application.invoice is None:
        yield say("apply.read_unnumbered", facts, language)
    else:
        own = {"number": application.invoice.number, "date": str(application.invoice.date)}
        yield say("apply.read", facts | own, language)


def _labelled(label: str, value: str) -> Iterator[str]:
    yield f"  {label:<16} {value}"


def _party(party: Party) -> str:
    number = party.identifier
    known = f"{number.scheme} {number.value}" if number and number.scheme != "OTHER" else ""
    plain = number.value if number and not known else ""
    return "; ".join(filter(None, (party.name, party.address, party.country, known or plain)))


def _item(item: ApplicationItem) -> str:
    quantity = f"{item.quantity.value:f} {item.quantity.unit}" if item.quantity else "-"
    value = f"{item.value.amount:f} {item.value.currency}" if item.value else "-"
    description = item.description if len(item.description) <= 48 else item.description[:47] + "…"
    code = str(item.tariff_code or "-")
    columns = f"  {item.sequence:>4}  {description:<48}  {code:<10}  {quantity:>14}  {value:>16}"
    return f"{columns}  {item.origin_country}".rstrip()


def _lines(findings: list[Finding], form: Form, language: str) -> Iterator[str]:
    """Tell each thing once: what several goods have in common is one line with their numbers."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for finding in findings:
        number = find_box(form, finding.place)
        box = say("apply.box", {"box": str(number)}, language) if number else ""
        item = _ITEM.match(finding.place)
        subject = say(_LABELS.get(finding.place.split(".")[0], ""), {}, language)
        key = (box, subject, say(finding.code, finding.facts, language))
        groups.setdefault(key, []).extend([int(item[1]) + 1] if item else [])
    for (box, subject, sentence), numbers in groups.items():
        goods = say("apply.goods", {"numbers": _ranges(numbers)}, language) if numbers else ""
        where = ", ".join(filter(None, (box, subject, goods)))
        yield f"  - {where}: {sentence}" if where else f"  - {sentence}"


def _ranges(numbers: Iterable[int]) -> str:
    """Write numbers as people do: `1-4, 7`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
