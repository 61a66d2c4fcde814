"""`certorigin trust`: read trust lists in plain words, verify them, sign the draft of a next one.

Nothing here needs a running system: whoever holds a root key signs on a machine of his own.
"""

from __future__ import annotations

import json
import secrets
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.errors import CertoriginError, FaultsError, MalformedError
from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.ceremony import (
    MAX_DRAFT,
    Ceremony,
    fingerprint_of_key,
    fingerprint_of_roots,
    sign,
)
from certorigin.seal.trust.difference import changes
from certorigin.seal.trust.expiry import expiries
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.terminal.verbs import Verbs
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import moment_from_text, moment_to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.period import Period
    from certorigin.seal.trust.trust_list import TrustDraft, TrustList

GOOD, REFUSED, UNREADABLE = 0, 1, 2
SHORTEST_PASSPHRASE = 16

FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("trust", cls=Verbs)
def trust_command() -> None:
    """Trust lists: who may seal what, since when, and who says so."""


@trust_command.command("show")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--state", help="Only the list of this state.")
@click.option("--at", "moment", help="Expiries as of this moment; now when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def show(
    folder: Path, *, state: str | None, moment: str | None, as_json: bool, language: str
) -> None:
    """Tell in plain words what the newest lists in FOLDER say, and what of it ends soon.

    Example: certorigin trust show var/by/trust --state AZ
    """
    with told(language):
        at = read_moment(moment)
        trust = read_trust_folder(folder)
        lists = [trust.newest(one) for one in trust.states if state in {None, one}]
        if as_json:
            shown = [_to_data(one, at) for one in lists]
            click.echo(json.dumps({"lists": shown}, ensure_ascii=False, sort_keys=True))
            return
        for one in lists:
            for line in _lines(one, at, language):
                click.echo(line)


@trust_command.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def verify(folder: Path, *, as_json: bool, language: str) -> None:
    """Verify every version of every list in FOLDER, from the pinned roots on.

    Exits 0 when all hold together, 1 when one is not to be believed, 2 when a file can't be read.

    Example: certorigin trust verify var/by/trust
    """
    try:
        trust = read_trust_folder(folder)
    except CertoriginError as fault:
        click.echo(f"{fault.code}: {say(fault.code, fault.facts, language)}", err=True)
        sys.exit(UNREADABLE if fault.code == "trust.file_missing" else REFUSED)
    found = [_verified(one) for state in trust.states for one in trust.versions(state)]
    if as_json:
        click.echo(json.dumps({"lists": found, "ok": True}, ensure_ascii=False, sort_keys=True))
        return
    for state in trust.states:
        digits = fingerprint_of_roots(trust.roots[state])
        click.echo(say("trust.pinned", {"state": state, "fingerprint": digits}, language))
    for one in found:
        click.echo(say("trust.verified", {name: str(one[name]) for name in one}, language))


@trust_command.command("make-root")
@click.argument("out", type=NEW_FILE)
@click.option("--passphrase-file", type=FILE, help="A file with the passphrase; else it is asked.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def make_root(out: Path, *, passphrase_file: Path | None, language: str) -> None:
    """Make a root key in the encrypted file OUT, on the machine of the one who will hold it.

    Example: certorigin trust make-root root-ivanova.pem
    """
    with told(language):
        passphrase = _passphrase(passphrase_file, language, is_new=True)
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise MalformedError(
                "trust.passphrase_short", place="passphrase", least=str(SHORTEST_PASSPHRASE)
            )
        sealer = FileSealer.create(out, passphrase, secrets.token_bytes)
        _tell_key(sealer.key, language)


@trust_command.command("sign")
@click.argument("draft", type=FILE)
@click.option("--key", "key_file", type=FILE, required=True, help="The root key's encrypted file.")
@click.option("--passphrase-file", type=FILE, help="A file with the passphrase; else it is asked.")
@click.option("--fingerprint", help="The draft's fingerprint as it was told to you; else asked.")
@click.option("--out", type=NEW_FILE, required=True, help="Where the signature goes.")
@click.option("--at", "moment", help="The time that the signature claims; now when not given.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def sign_command(
    draft: Path,
    *,
    key_file: Path,
    passphrase_file: Path | None,
    fingerprint: str | None,
    out: Path,
    moment: str | None,
    language: str,
) -> None:
    """Sign the DRAFT of a trust list with one root key, after reading what it changes.

    The fingerprint is compared with the one that the others read out: it is given, or typed.

    Example: certorigin trust sign BY-2.draft --key root-1.pem --out BY-2.root-1.sig
    """
    with told(language):
        ceremony = read_draft(draft)
        tell_ceremony(ceremony, language)
        compare(fingerprint, ceremony.fingerprint, language)
        passphrase = _passphrase(passphrase_file, language, is_new=False)
        sealer = FileSealer.open(key_file, passphrase)
        signature = sign(ceremony, sealer, created=read_moment(moment))
        out.write_bytes(signature.to_bytes())
        _tell_key(sealer.key, language)
        click.echo(say("trust.signed", {"path": out.name}, language))


@contextmanager
def told(language: str) -> Iterator[None]:
    """Turn an error of the library into a sentence, or one for each fault, and exit status 2."""
    try:
        yield
    except CertoriginError as fault:
        found = fault.findings if isinstance(fault, FaultsError) else ()
        every = [(one.code, one.facts) for one in found if isinstance(one, Finding)]
        for code, facts in every or [(fault.code, fault.facts)]:
            click.echo(f"{code}: {say(code, facts, language)}", err=True)
        sys.exit(UNREADABLE)


def read_moment(text: str | None) -> datetime:
    """Read a moment that was typed; now when none was. Raises MalformedError."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    return moment_from_text(text, place="--at")


def read_draft(path: Path) -> Ceremony:
    """Read the file of a draft. Raises as `Ceremony.from_bytes`."""
    with path.open("rb") as file:
        return Ceremony.from_bytes(file.read(MAX_DRAFT + 1))


def compare(given: str | None, ours: str, language: str, *, reveal: bool = True) -> None:
    """Compare a fingerprint that came by another way with ours; ask for it when it was not given.

    Without `reveal` ours is not shown, so that nobody types off what should have been heard.
    Raises MalformedError (`trust.fingerprint_differs`).
    """
    heard = (
        given if given is not None else click.prompt(say("trust.type_fingerprint", {}, language))
    )
    if "".join(heard.split()).lower() != ours.replace(" ", ""):
        shown = ours if reveal else "…"
        raise MalformedError("trust.fingerprint_differs", place="--fingerprint", ours=shown)


def tell_ceremony(ceremony: Ceremony, language: str) -> None:
    """Print a draft: which list it is, its fingerprint, every change, how many must sign."""
    facts = {"state": ceremony.draft.state, "version": str(ceremony.draft.version)}
    click.echo(say("trust.draft_of", facts, language))
    for change in changes(ceremony.old, ceremony.draft):
        click.echo("   " + say(change.code, change.facts, language))
    click.echo(say("trust.draft_fingerprint", {"fingerprint": ceremony.fingerprint}, language))
    for roots in ceremony.roots:
        facts = {"threshold": str(roots.threshold), "count": str(len(roots.keys))}
        click.echo(say("trust.draft_needs", facts, language))


def _tell_key(key: str, language: str) -> None:
    facts = {"key": key, "fingerprint": fingerprint_of_key(key)}
    click.echo(say("trust.root_key", facts, language))


def _passphrase(path: Path | None, language: str, *, is_new: bool) -> bytes:
    if path is not None:
        return path.read_bytes().strip()
    asked = say("trust.type_passphrase", {}, language)
    typed: str = click.prompt(asked, hide_input=True, confirmation_prompt=is_new)
    return typed.encode()


def _verified(one: TrustList) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint_of_roots(one.contents.roots),
        "signers": str(len(one.signers)),
        "state": one.state,
        "threshold": str(one.contents.roots.threshold),
        "until": one.contents.next_update.isoformat(),
        "version": str(one.version),
    }


def _to_data(one: TrustList, at: datetime) -> dict[str, Any]:
    contents = one.contents.to_data()
    soon = [expiry.to_data() for expiry in expiries(one.contents, at=at)]
    return contents | {"expiries": soon, "fingerprint": fingerprint_of_roots(one.contents.roots)}


def _lines(one: TrustList, at: datetime, language: str) -> Iterator[str]:
    facts = {name: str(value) for name, value in _verified(one).items()}
    yield say("trust.shown", facts, language)
    yield from _entries(one.contents, language)
    for key in one.contents.keys:
        yield "   " + _key_line(key, language)
    for specimen in one.contents.specimens:
        facts = {"name": specimen.of, "kind": specimen.kind, "text": specimen.text or "-"}
        yield "   " + say("trust.shown_specimen", facts | _period(specimen.period), language)
    for expiry in expiries(one.contents, at=at):
        facts = {"name": expiry.label or expiry.name, "ends": moment_to_text(expiry.ends)}
        code = "trust.ends_soon" if expiry.stage else "trust.ended"
        yield say(code, facts | {"days": str(expiry.stage)}, language)


def _entries(contents: TrustDraft, language: str) -> Iterator[str]:
    for installation in contents.installations:
        facts = {"name": installation.name, "id": installation.id}
        yield "   " + say(
            "trust.shown_installation", facts | _period(installation.period), language
        )
    for body in contents.bodies:
        facts = {"name": body.name, "address": body.address, "forms": _list(body.forms)}
        yield "   " + say("trust.shown_body", facts | _period(body.period), language)
    for officer in contents.officers:
        facts = {"name": officer.name, "position": officer.position, "body": officer.body}
        facts |= {"forms": _list(officer.forms), "rights": _list(officer.rights)}
        yield "   " + say("trust.shown_officer", facts | _period(officer.period), language)


def _key_line(key: Key, language: str) -> str:
    facts = {"key": key.key, "controller": key.controller, "roles": _list(key.roles)}
    if key.withdrawn is not None:
        facts |= {"moment": moment_to_text(key.withdrawn.at), "reason": key.withdrawn.reason}
        return say("trust.shown_key_withdrawn", facts, language)
    return say("trust.shown_key", facts | _period(key.period), language)


def _period(period: Period) -> dict[str, str]:
    end = moment_to_text(period.end) if period.end else "-"
    return {"start": moment_to_text(period.start), "end": end}


def _list(texts: tuple[str, ...]) -> str:
    return ", ".join(texts) or "-"
