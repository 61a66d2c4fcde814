"""`certorigin retention`: which papers are due, and their destruction with four eyes (R16)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.durable import replace_file
from certorigin.errors import RightError
from certorigin.terminal.files import read_within
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin.terminal.verbs import Verbs
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, now, spoken, tell_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from certorigin_server.users.queries import User

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MOST_PASSWORD = 1024
# Tries at the terminal are counted together: they come from no address.
_TERMINAL = "terminal"
# Each kind has a protocol of its own (certorigin_server.audit.shelves; a test compares).
KINDS = ("applications", "batches", "suppliers", "customs")


@click.group("retention", cls=Verbs)
def retention_command() -> None:
    """Papers whose term of keeping is over: what is due, and destruction under a protocol."""


def _person(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options by which a person says who they are."""
    command = click.option(
        "--password-file", type=_FILE, help="A file with the password; else it is asked."
    )(command)
    command = click.option(
        "--code", help="The one-time code of who has a second factor; else it is asked."
    )(command)
    return click.option("--by", required=True, help="The administrator's user name.")(command)


@retention_command.command("list")
@click.argument("folder", type=SYSTEM_FOLDER)
@spoken
def list_command(folder: Path, *, as_json: bool, language: str) -> None:
    """Name the cases whose papers may be destroyed, and what waits for a second administrator.

    Example: certorigin retention list /var/lib/certorigin/by
    """
    with told(language):
        enter(folder)
        rooms = import_module("certorigin_server.audit.retention")
        years = {kind: rooms.SHELVES[kind].years for kind in KINDS}
        due = [(kind, one) for kind in KINDS for one in rooms.find_due(kind, at=now())]
        waiting = rooms.open_destructions()
    if as_json:
        cases = [
            {"certificates": list(one.certificates), "files": len(one.files), "id": one.name}
            | {"kept_until": one.kept_until(years[kind]).isoformat(), "kind": kind}
            for kind, one in due
        ]
        tell_json({"due": cases, "waiting": [str(one.pk) for one in waiting], "years": years})
        return
    for kind in KINDS:
        found = [one for of, one in due if of == kind]
        for one in found:
            facts = {"id": one.name, "day": one.kept_until(years[kind]).isoformat()}
            facts |= {"certificates": str(len(one.certificates)), "files": str(len(one.files))}
            click.echo("   " + say("retention.case", facts, language))
        facts = {"count": str(len(found)), "kind": kind, "years": str(years[kind])}
        click.echo(say("retention.due", facts, language))
    for one in waiting:
        facts = {"id": str(one.pk), "username": one.proposed_by.username}
        click.echo(say("retention.waits", facts, language))


@retention_command.command("propose")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--reason", required=True, help="Why: it stands in the protocol.")
@click.option(
    "--kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True, help="Which papers."
)
@_person
@spoken
def propose_command(
    folder: Path,
    *,
    reason: str,
    kind: str,
    by: str,
    code: str | None,
    password_file: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Propose to destroy the papers of all of a kind that is due; another administrator confirms.

    Example: certorigin retention propose /var/lib/certorigin/by --by admin-by --reason "term over"
    """
    with told(language):
        enter(folder)
        person = _signed_in(by, password_file, code, language)
        propose = import_module("certorigin_server.audit.retention").propose
        made = propose(kind, reason=reason, by=person, at=now())
    if as_json:
        tell_json({"digest": made.digest, "id": str(made.pk)})
    else:
        click.echo(say("retention.proposed", {"id": str(made.pk)}, language))


@retention_command.command("confirm")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("destruction", type=click.UUID)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the sealed protocol goes.",
)
@_person
@spoken
def confirm_command(
    folder: Path,
    destruction: Any,  # noqa: ANN401 - click's UUID
    *,
    out: Path,
    by: str,
    code: str | None,
    password_file: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Confirm DESTRUCTION as a second administrator: papers and files go, the protocol is sealed.

    After a crash call it again: what was confirmed is finished, and the protocol written.

    Example: certorigin retention confirm var/by ID --by admin-2-by --out protocol.json
    """
    with told(language):
        enter(folder)
        person = _signed_in(by, password_file, code, language)
        rooms = import_module("certorigin_server.audit.retention")
        done = rooms.confirm(destruction=destruction, by=person, at=now())
        files = rooms.destroy_files()
        replace_file(out, done.protocol.encode())
    if as_json:
        tell_json({"files": files, "id": str(done.pk), "protocol": str(out)})
    else:
        facts = {"files": str(files), "path": out.name}
        click.echo(say("retention.destroyed", facts, language))


def _signed_in(username: str, password_file: Path | None, code: str | None, language: str) -> User:
    """Let a person say who they are; tries are counted as at the desk. Raises RightError.

    Who has a second factor, or a role that demands one, needs a one-time code as well: a passkey
    answers no terminal.
    """
    asked = say("retention.type_password", {"name": username}, language)
    password = (
        read_within(password_file, _MOST_PASSWORD).decode("utf-8", "replace").strip()
        if password_file is not None
        else click.prompt(asked, hide_input=True)
    )
    trail = import_module("certorigin_server.trail.services")
    users = import_module("certorigin_server.users.queries")
    trail.count_try(account=username, address=_TERMINAL, at=now())
    user: User | None = users.find_user(username)
    if user is None or not user.is_active or not users.password_fits(user, password):
        raise RightError("session.refused")
    if import_module("certorigin_server.signin.queries").wants_code(user, at=now()):
        code = code or click.prompt(say("retention.type_code", {"name": username}, language))
        if not import_module("certorigin_server.signin.codes").may_open(
            user=user, code=code, at=now()
        ):
            raise RightError("session.refused")
    trail.note_success(account=username, address=_TERMINAL, at=now())
    return user
