"""`certorigin post make` and `post import`: the centre's side of a post without a line."""

from __future__ import annotations

import secrets
import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from certorigin.durable import make_folder, replace_file
from certorigin.errors import ConflictError
from certorigin.log import layout
from certorigin.mirror.view import find_log_folders
from certorigin.returns.post import MAX_EXPORT, PostCard, seal_card
from certorigin.returns.post_folder import CARD, KEY, Post
from certorigin.seal.sealer import FileSealer
from certorigin.terminal.files import read_within
from certorigin.terminal.post import MAX_PASSPHRASE
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, now, spoken, tell_json

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.settings.system import SystemSettings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("make")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--post", "slug", required=True, help="Which post, by its short name.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--passphrase-file", required=True, type=_FILE, help="For the post's own key.")
@spoken
def make_command(
    folder: Path, *, slug: str, out: Path, passphrase_file: Path, as_json: bool, language: str
) -> None:
    """Make the folder of a post out of the system in FOLDER: mirrors, logs, lists, card and key.

    Made again, the data are renewed; the post's key and what it accepted stay as they are.

    Example: certorigin post make var/by --post brest --out post-brest --passphrase-file secret
    """
    with told(language):
        system, at = enter(folder), now()
        secret = read_within(passphrase_file, MAX_PASSPHRASE).strip()
        post = make_post(system, slug=slug, out=out, secret=secret, at=at)
        ages = {origin: str(age) for origin, age in post.ages(at).items()}
    if as_json:
        tell_json({"ages": ages, "officers": list(post.card.officers), "post": slug})
        return
    officers = str(len(post.card.officers))
    facts = {"name": post.card.name, "count": str(len(ages)), "officers": officers}
    click.echo(say("post.made", facts, language))


@click.command("import")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("file", type=_FILE)
@click.option("--by", "username", required=True, help="Who brings it: an officer of that post.")
@spoken
def import_command(
    folder: Path, file: Path, *, username: str, as_json: bool, language: str
) -> None:
    """Take a post's uses into the system in FOLDER; goods that were used twice are told.

    Exit 0 when every use was recorded or known, 1 when one was refused, 2 when unreadable.

    Example: certorigin post import var/by uses.ndjson --by customs
    """
    with told(language):
        enter(folder)
        take = import_module("certorigin_server.recognition.uses.posts").take_export
        person = import_module("certorigin_server.users.queries").get_user(username)
        found = take(raw=read_within(file, MAX_EXPORT), by=person, at=now())
    states = [one.state for one in found.outcomes]
    counts = {state: str(states.count(state)) for state in ("recorded", "known", "refused")}
    if as_json:
        refused = {one.act: one.code for one in found.outcomes if one.code}
        tell_json({"counts": counts, "overused": sorted(found.overused), "refused": refused})
    else:
        click.echo(say("post.imported", counts | {"twice": str(len(found.overused))}, language))
    raise SystemExit(1 if "refused" in states else 0)


def make_post(system: SystemSettings, *, slug: str, out: Path, secret: bytes, at: datetime) -> Post:
    """Make the folder of a post, or renew its data, and open it. Raises UnknownError."""
    make_folder(out, 0o700)
    card = _card(system, slug, _key(out / KEY, secret), at)
    keyring = import_module("certorigin_server.seal.keyring").get_keyring()
    choose = import_module("certorigin_server.seal.choice").installation_sealer
    raw = seal_card(card, choose(keyring, "gateway", at=at))
    _copy(system.trust_folder, out / "trust")
    for name in ("mirror", "log"):
        source = system.folder / name
        for found in find_log_folders(source):
            _copy_log(found, out / name / found.relative_to(source))
    replace_file(out / CARD, raw)
    return Post(out)


def _card(system: SystemSettings, slug: str, key: str, at: datetime) -> PostCard:
    queries = import_module("certorigin_server.users.queries")
    post = queries.get_organisation(slug)
    role = import_module("certorigin_server.users.rights").Role.CUSTOMS_OFFICER
    people = [one for one in queries.people_of(post) if role in queries.roles_of(one, at=at)]
    return PostCard(
        installation=system.installation,
        slug=post.slug,
        name=post.name,
        authority=queries.central_customs_authority().urn,
        officers=tuple(sorted(one.officer_urn for one in people)),
        key=key,
        at=at,
    )


def _key(place: Path, secret: bytes) -> str:
    """Return the post's public key; it is made once and stays."""
    if place.exists():
        return FileSealer.open(place, secret).key
    return FileSealer.create(place, secret, secrets.token_bytes).key


def _copy(source: Path, target: Path) -> None:
    """Copy a folder; files that are there already are written anew, none is taken away."""
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("private"))


def _copy_log(source: Path, target: Path) -> None:
    """Copy a log so that its head comes last: all that it covers is there before it."""
    head = (
        (source / layout.CHECKPOINT).read_bytes() if (source / layout.CHECKPOINT).is_file() else b""
    )
    if not head:
        return
    if target.is_symlink():
        raise ConflictError("post.folder_linked", path=target.name)
    _copy(source, target)
    replace_file(target / layout.CHECKPOINT, head)
