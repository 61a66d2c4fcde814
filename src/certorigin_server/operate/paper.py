"""`certorigin link paper`: the register of certificates on paper from before a corridor began."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from certorigin.errors import FindingsError
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import day_from_text
from certorigin_server.operate.tell import OPERATOR, SYSTEM_FOLDER, enter, now, spoken, tell_json

REFUSED = 1


@click.command("paper")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--from", "state", required=True, help="The state that issued them, such as AZ.")
@click.option("--until", help="The last day on which paper was issued: a later date is a fault.")
@click.option("--by", default=OPERATOR, show_default=True, help="Who imports, for the trail.")
@spoken
def paper_command(
    folder: Path,
    file: Path,
    *,
    state: str,
    until: str | None,
    by: str,
    as_json: bool,
    language: str,
) -> None:
    """Import a register of certificates that a partner issued on paper: all of FILE, or nothing.

    FILE is a table (CSV) with form, number, date, body, exporter; and importer, blank, remark where
    known. Exits 0; 1 when rows are wrong, with every fault; 2 when it is no such table.

    Example: certorigin link paper var/by az-2026.csv --from AZ --until 2026-12-31
    """
    with told(language):
        enter(folder)
        services = import_module("certorigin_server.inquiry.services")
        try:
            register = services.import_register(
                raw=file.read_bytes(),
                name=file.name,
                issued_in=state,
                by=by,
                at=now(),
                until=day_from_text(until, place="--until") if until else None,
            )
        except FindingsError as fault:
            _tell_faults(fault, as_json=as_json, language=language)
            raise SystemExit(REFUSED) from None
        facts = {"count": str(register.count), "sha256": register.sha256, "state": state}
        if as_json:
            tell_json(facts)
        else:
            click.echo(say("paper.imported", facts, language))


def _tell_faults(fault: FindingsError, *, as_json: bool, language: str) -> None:
    findings = [one for one in fault.findings if isinstance(one, Finding)]
    if as_json:
        tell_json({"findings": [one.to_data() for one in findings]})
        return
    for one in findings:
        click.echo(say(one.code, one.facts, language))
    click.echo(say(fault.code, fault.facts, language), err=True)
