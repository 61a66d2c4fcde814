"""`certorigin seal`: signatures of others checked one by one, and their envelopes."""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from certorigin.errors import CertoriginError
from certorigin.seal.foreign.cases import MAX_LINE, UNREADABLE, VALID, Judged, judge_line
from certorigin.seal.foreign.contexts import known_contexts
from certorigin.seal.foreign.envelopes import (
    CREDENTIAL_IN,
    PRESENTATION_IN,
    cose_from_text,
    sign_cose,
    sign_jose,
    verify_cose,
    verify_jose,
)
from certorigin.seal.foreign.keys import key_from_jwk, signer_from_jwk
from certorigin.seal.foreign.reading import read_object
from certorigin.terminal.sentences import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

JUDGED, NOT_VALID, UNREAD = 0, 1, 2
FEATURES = ("credential_jose", "presentation_jose", "credential_cose", "presentation_cose")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("seal")
def seal_command() -> None:
    """Seals and signatures, ours and those of others."""


@seal_command.command("check")
@click.option("--cases", "path", required=True, type=FILE, help="One JSON object a line.")
@click.option("--require-valid", is_flag=True, help="Exit 1 unless every line is valid.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def check_command(path: Path, *, require_valid: bool, as_json: bool, language: str) -> None:
    """Check signatures from a file: a key, an algorithm, a message and a signature a line.

    Prints for each line `valid`, `invalid` or `unreadable`, with the reason. Exits 0 when every
    line was judged, 2 when one could not be read; 1 with --require-valid when one is not valid.

    Example: certorigin seal check --cases cases.jsonl
    """
    counts: Counter[str] = Counter()
    with path.open("rb") as file:
        for number, raw in _lines(file):
            judged = judge_line(raw)
            counts[judged.verdict] += 1
            click.echo(_told(number, judged, as_json=as_json, language=language))
    told = {"total": str(counts.total()), "valid": str(counts[VALID])}
    click.echo(say("foreign.cases_judged", told, language), err=True)
    if counts[UNREADABLE] or not counts:
        sys.exit(UNREAD)
    sys.exit(NOT_VALID if require_valid and counts.total() != counts[VALID] else JUDGED)


@seal_command.command("envelope")
@click.argument("act", type=click.Choice(["issue", "verify"]))
@click.option("--input", "path", required=True, type=FILE, help="JSON, or what is to be opened.")
@click.option("--key", "key_path", required=True, type=FILE, help="A verification method: JWKs.")
@click.option("--feature", required=True, type=click.Choice(FEATURES))
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]), help="Judge its own time.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Else printed.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def envelope_command(
    act: str,
    path: Path,
    *,
    key_path: Path,
    feature: str,
    at: datetime | None,
    output: Path | None,
    language: str,
) -> None:
    """Put a credential or presentation into a JOSE or COSE envelope, or open one.

    Writes {"result": "success", "data": ...}, or "failure" with code and reason. Exits 0 or 1.

    Example: certorigin seal envelope verify --input vc.jwt --key vm.json --feature credential_jose
    """
    moment = at.replace(tzinfo=UTC) if at else None
    try:
        told = {"result": "success", "data": _envelope(act, path, key_path, feature, moment)}
    except CertoriginError as error:
        reason = say(error.code, error.facts, language)
        told = {"result": "failure", "code": error.code, "reason": reason}
    text = json.dumps(told, ensure_ascii=False)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text, "utf-8")
    sys.exit(JUDGED if told["result"] == "success" else NOT_VALID)


def _envelope(act: str, path: Path, key_path: Path, feature: str, at: datetime | None) -> str:
    kind, _, form = feature.partition("_")
    holding = CREDENTIAL_IN if kind == "credential" else PRESENTATION_IN
    contexts = known_contexts()
    method = read_object(key_path.read_bytes())
    key = key_from_jwk(method.get("publicKeyJwk"))
    raw = path.read_bytes()
    if act == "issue":
        sign = signer_from_jwk(method.get("secretKeyJwk"))
        asked = (read_object(raw), sign, key, str(method.get("id")), holding, contexts)
        if form == "jose":
            return sign_jose(*asked)
        return base64.b64encode(sign_cose(*asked)).decode()
    text = raw.decode("utf-8", "replace").strip()
    if form == "jose":
        opened = verify_jose(text, key, holding, contexts, at=at)
    else:
        opened = verify_cose(cose_from_text(text), key, holding, contexts)
    return json.dumps(opened, ensure_ascii=False)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Read lines of a bounded length; what is longer is cut, and then judged unreadable."""
    number = 0
    while line := file.readline(MAX_LINE + 2):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(MAX_LINE)):
            continue
        if line.strip():
            yield number, line


def _told(number: int, judged: Judged, *, as_json: bool, language: str) -> str:
    if as_json:
        told = {"line": str(number), "verdict": judged.verdict, "name": judged.name}
        if judged.code:
            told |= {"code": judged.code, "facts": dict(judged.facts or {})}  # type: ignore[dict-item]
        return json.dumps(told, ensure_ascii=False, sort_keys=True)
    text = " ".join(filter(None, (str(number), judged.verdict, judged.name)))
    if judged.code:
        text += f": {say(judged.code, judged.facts, language)} ({judged.code})"
    return "".join(character for character in text if character.isprintable())
