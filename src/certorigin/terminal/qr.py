"""`certorigin qr`: what is in the QR codes of a picture; nothing of it is believed yet."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.certification.record import RecordPart, is_part, join_parts
from certorigin.certification.slip import is_address, read_address
from certorigin.errors import CertoriginError
from certorigin.recognition.foreign_code import is_foreign, read_foreign
from certorigin.recognition.picture import MAX_PICTURE, read_codes
from certorigin.terminal.sentences import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterable

UNREADABLE = 2

_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("qr")
def qr_command() -> None:
    """Read the QR codes of certificates on paper."""


@qr_command.command("read")
@click.argument("pictures", nargs=-1, required=True, type=_File, metavar="PICTURE...")
@click.option("--bundle", "out", type=click.Path(path_type=Path), help="Write the joined bundle.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def read_command(
    pictures: tuple[Path, ...], *, out: Path | None, as_json: bool, language: str
) -> None:
    """Print what the codes of pictures (PNG, JPEG) say, without judging it.

    Parts of one record may lie in several pictures. `certorigin verify` judges. Exits 2 when a
    picture has no code that can be read.

    Example: certorigin qr read photo.jpg --json
    """
    try:
        texts = [code.text for path in pictures for code in read_codes(_read(path))]
        told = _told(texts)
        if out is not None:
            out.write_bytes(join_parts(_parts(texts)))
    except CertoriginError as fault:
        if as_json:
            click.echo(json.dumps({"error": {"code": fault.code, "facts": fault.facts}}))
        else:
            click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        for code in told["codes"]:
            click.echo(f"{code['kind']}: {code['text'][:100]}")
            for name, value in code.get("slip", {}).items():
                click.echo(f"   {name}: {value}")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_PICTURE + 1)


def _parts(texts: Iterable[str]) -> list[RecordPart]:
    return [RecordPart.from_text(text) for text in texts if is_part(text)]


def _told(texts: Iterable[str]) -> dict[str, Any]:
    known = list(dict.fromkeys(texts))
    told: dict[str, Any] = {"codes": [_told_of(text) for text in known]}
    parts = _parts(known)
    if parts:
        there = sorted({one.number for one in parts})
        told["record"] = {"count": str(parts[0].count), "here": [str(one) for one in there]}
    return told


def _told_of(text: str) -> dict[str, Any]:
    """Say of what kind a text is, and what is in it; a fault of one code hides no other."""
    try:
        if is_address(text):
            signed = read_address(text)
            return {
                "kind": "slip",
                "text": text,
                "slip": signed.slip.to_data(),
                "keyId": signed.key_id.hex(),
                "algorithm": str(signed.message.algorithm),
            }
        if is_part(text):
            part = RecordPart.from_text(text)
            facts = {"name": part.name, "number": str(part.number), "count": str(part.count)}
            return {"kind": "record", "text": text, "part": facts}
        if is_foreign(text):
            message = read_foreign(text)
            return {"kind": "foreign", "text": text, "payload": message.payload.hex()}
    except CertoriginError as fault:
        error = {"code": fault.code, "facts": fault.facts}
        return {"kind": "unreadable", "text": text, "error": error}
    return {"kind": "other", "text": text}
