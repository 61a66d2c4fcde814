"""`certorigin tariff`: the code of goods found by the words that people use for them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from certorigin.application.tariff.find import find
from certorigin.application.tariff.index import make_index
from certorigin.application.tariff.nomenclature import MAX_BYTES, Nomenclature, read_nomenclature
from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.terminal.sentences import LANGUAGES, say

UNREADABLE = 2
MOST_TERMS_BYTES = 20_000_000


@click.group("tariff")
def tariff_command() -> None:
    """Find codes of the Harmonized System (docs/spec/tariff.md)."""


@tariff_command.command("find")
@click.argument("words", nargs=-1)
@click.option(
    "--nomenclature",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with the columns hscode and description.",
)
@click.option(
    "--terms",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one term a line.",
)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a term.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def find_codes(
    words: tuple[str, ...],
    *,
    nomenclature: Path,
    terms: Path | None,
    limit: int,
    as_json: bool,
    language: str,
) -> None:
    """Find the six digits that WORDS, or every line of a file, may mean: the best first.

    Example: certorigin tariff find --nomenclature harmonized-system.csv oven chips
    """
    try:
        codes = _read(nomenclature)
        asked = _terms(terms) if terms else []
    except CertoriginError as error:
        _refuse(error, as_json=as_json, language=language)
    index = make_index(codes)
    for term in [*asked, *([" ".join(words)] if words else [])]:
        hits = find(index, term, limit=limit)
        if as_json:
            told = [{"code": hit.code, "description": codes.descriptions[hit.code]} for hit in hits]
            click.echo(json.dumps({"term": term, "hits": told}, ensure_ascii=False))
            continue
        click.echo(term)
        if not hits:
            click.echo("   " + say("tariff.nothing_found", language=language))
        for hit in hits:
            click.echo(f"   {hit.code}  {codes.descriptions[hit.code]}")


def _read(path: Path) -> Nomenclature:
    if path.stat().st_size > MAX_BYTES:
        raise LimitError("nomenclature.too_large", limit=str(MAX_BYTES))
    return read_nomenclature(path.read_bytes())


def _terms(path: Path) -> list[str]:
    if path.stat().st_size > MOST_TERMS_BYTES:
        raise LimitError("tariff.terms_too_large", limit=str(MOST_TERMS_BYTES))
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise MalformedError("tariff.terms_unreadable", place=path.name) from None
    return [line.removesuffix("\r") for line in (lines if lines[-1] else lines[:-1])]


def _refuse(error: CertoriginError, *, as_json: bool, language: str) -> NoReturn:
    if as_json:
        told = {"error": error.code, "facts": error.facts}
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(say(error.code, error.facts, language), err=True)
    sys.exit(UNREADABLE)
