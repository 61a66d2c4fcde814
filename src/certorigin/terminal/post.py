"""`certorigin post`: customs at a post without any line, from one folder."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.durable import replace_file
from certorigin.errors import UnknownError
from certorigin.recognition.declaration import MAX_DECLARATION
from certorigin.recognition.intake import read_declaration
from certorigin.recognition.report import Outcome, names_in
from certorigin.returns.post_folder import KEY, Post
from certorigin.seal.sealer import FileSealer
from certorigin.terminal.files import read_within
from certorigin.terminal.recognition import EXITS, UNREADABLE, headline
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.terminal.trust import read_moment, told
from certorigin.terminal.verbs import Verbs
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from certorigin.returns.post_folder import Found

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
MAX_PASSPHRASE = 4096


def _spoken(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option(
        "--language", type=click.Choice(LANGUAGES), default="en", show_default=True
    )(command)
    command = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(
        command
    )
    return click.option("--at", "at_text", help="The moment; now when not given.")(command)


@click.group("post", cls=Verbs)
def post_command() -> None:
    """A customs post without a line: it verifies, decides, and tells the centre afterwards."""


@post_command.command("show")
@click.argument("folder", type=_FOLDER)
@_spoken
def show_command(folder: Path, *, at_text: str | None, as_json: bool, language: str) -> None:
    """Show whose post a folder is for, how old its data are, and what it accepted.

    Example: certorigin post show post-brest
    """
    with told(language):
        at, post = read_moment(at_text), Post(folder)
        ages = post.ages(at)
    if as_json:
        data = {"post": post.card.slug, "ages": {name: str(age) for name, age in ages.items()}}
        data |= {"made": moment_to_text(post.card.at), "uses": str(len(post.uses))}
        click.echo(json.dumps(data, ensure_ascii=False, sort_keys=True))
        return
    facts = {"name": post.card.name, "made": moment_to_text(post.card.at)}
    click.echo(say("post.shown", facts | {"count": str(len(post.uses))}, language))
    click.echo("\n".join(_age_lines(post, at, language)))


@post_command.command("check")
@click.argument("folder", type=_FOLDER)
@click.argument("declaration", type=_FILE)
@_spoken
def check_command(
    folder: Path, declaration: Path, *, at_text: str | None, as_json: bool, language: str
) -> None:
    """Verify and match every certificate that DECLARATION (JSON, XML, CSV) cites.

    Exits as `verify`: 0 recognised, 1 refused, 3 undetermined, 2 unreadable; of several, the worst.

    Example: certorigin post check post-brest declaration.json
    """
    with told(language):
        at, post = read_moment(at_text), Post(folder)
        document = read_declaration(read_within(declaration, MAX_DECLARATION))
        found = post.check(document, at=at)
    if as_json:
        ages = {name: str(age) for name, age in post.ages(at).items()}
        data = {"ages": ages, "certificates": [_to_data(one) for one in found]}
        click.echo(json.dumps(data, ensure_ascii=False, sort_keys=True))
    else:
        for one in found:
            click.echo("\n".join(_lines(one, language)))
        click.echo("\n".join(_age_lines(post, at, language)))
    sys.exit(_exit_of(found))


@post_command.command("accept")
@click.argument("folder", type=_FOLDER)
@click.argument("declaration", type=_FILE)
@click.option(
    "--number", required=True, help="The certificate's number, as the declaration has it."
)
@click.option("--officer", required=True, help="Who decides: the name in the trust list (URN).")
@click.option("--reason", default="", help="Why, when the answer is not `recognised` (R19).")
@click.option("--passphrase-file", required=True, type=_FILE, help="Passphrase of the post's key.")
@_spoken
def accept_command(
    folder: Path,
    declaration: Path,
    *,
    number: str,
    officer: str,
    reason: str,
    passphrase_file: Path,
    at_text: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Accept what DECLARATION takes of a certificate; the post seals and keeps it.

    Example: certorigin post accept post-brest declaration.json --number AZBY6001000001
    --officer urn:certorigin:officer:BY:customs --passphrase-file secret
    """
    with told(language):
        at, post = read_moment(at_text), Post(folder)
        document = read_declaration(read_within(declaration, MAX_DECLARATION))
        cited = {line.claim.certificate for line in document.items if line.claim}
        reference = next((one for one in cited if one.number == number), None)
        if reference is None:
            raise UnknownError("certificate.unknown", subject=number[:60])
        secret = read_within(passphrase_file, MAX_PASSPHRASE).strip()
        use = post.accept(
            document,
            reference,
            officer=officer,
            override=reason,
            act_id=f"urn:uuid:{uuid.uuid4()}",
            sealer=FileSealer.open(folder / KEY, secret),
            at=at.replace(microsecond=0),
        )
    if as_json:
        click.echo(json.dumps({"act": use.act["id"], "at": moment_to_text(use.at)}))
    else:
        click.echo(say("post.accepted", {"number": number}, language))


@post_command.command("export")
@click.argument("folder", type=_FOLDER)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_spoken
def export_command(
    folder: Path, *, out: Path, at_text: str | None, as_json: bool, language: str
) -> None:
    """Write one file with all that the post accepted, for the centre.

    Example: certorigin post export post-brest --out uses.ndjson
    """
    del at_text
    with told(language):
        post = Post(folder)
        replace_file(out, post.export())
    count = str(len(post.uses))
    text = (
        json.dumps({"uses": count}) if as_json else say("post.exported", {"count": count}, language)
    )
    click.echo(text)


def _age_lines(post: Post, at: datetime, language: str) -> Iterator[str]:
    for origin, age in sorted(post.ages(at).items()):
        yield say("post.age", {"origin": origin, "hours": f"{age / 3600:.1f}"}, language)


def _lines(found: Found, language: str) -> Iterator[str]:
    number = found.reference.number
    if found.report is None:
        yield f"{number}: {say(found.reason, {}, language)}"
        return
    report = found.report
    yield f"{number}: {headline(report, language)}"
    for name in names_in(report.parts):
        part, title = report.parts[name], say(f"verify.part.{name}", {}, language)
        yield f"   {title}: {say(part.code, part.facts, language)} [{part.code}]"


def _to_data(found: Found) -> dict[str, Any]:
    report = found.report.to_data() if found.report else {}
    line = report.get("bottom_line", "undetermined")
    return {
        "bottom_line": line,
        "certificate": found.reference.to_data(),
        "reason": found.reason,
        "report": report,
    }


def _exit_of(found: list[Found]) -> int:
    lines = [str(one.report.bottom_line) if one.report else "undetermined" for one in found]
    worst = (Outcome.REFUSED, Outcome.UNDETERMINED, Outcome.RECOGNISED)
    return next((EXITS[line] for line in worst if line in lines), UNREADABLE)
