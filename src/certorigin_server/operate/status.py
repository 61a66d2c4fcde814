"""`certorigin status`: status lists for third parties, in batches, and what a holder shows them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from certorigin.durable import make_folder, replace_file
from certorigin.errors import ConflictError
from certorigin.seal.foreign.proofs import add_proof
from certorigin.seal.foreign.status_list import list_credential
from certorigin.standing.places import (
    CAPACITY,
    SECRET_BYTES,
    encoded_list,
    list_name,
    place_of,
    status_credential,
)
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.operate.tell import SYSTEM_FOLDER, enter, now, spoken, tell_json

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.proof import Sealer
    from certorigin_server.settings.system import SystemSettings

SECRET = "status.secret"  # noqa: S105 - the name of a file


@click.group()
def status_command() -> None:
    """Whether certificates have ended, for third parties who are told nothing else."""


@status_command.command("publish")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--url", required=True, help="Where the files of --out are published.")
@click.option("--days", default=2, show_default=True, help="How long the lists are good for.")
@spoken
def publish_command(
    folder: Path, *, out: Path, url: str, days: int, as_json: bool, language: str
) -> None:
    """Write one batch of the W3C status lists of the system FOLDER to --out.

    Run it at the same hour every day: then neither its moment nor its number of bits says how many
    certificates ended when. A web server gives the files to everybody.

    Example: certorigin status publish var/by --out public --url https://status.example/lists
    """
    with told(language):
        system = enter(folder)
        at = now()
        secret, issuer = _secret(system), _sealer(at)
        make_folder(out)
        names = []
        ranked = import_module("certorigin_server.standing.public").ranked
        for log in ranked(publisher=system.installation, at=at):
            batch = max(0, (at - log.began).days)
            for number in range((log.count + CAPACITY - 1) // CAPACITY):
                name = list_name(secret, log.origin, number)
                encoded = encoded_list(secret, log.origin, number, log.ended, batch=batch)
                unsigned = list_credential(
                    f"{url.rstrip('/')}/{name}",
                    f"did:key:{issuer.key}",
                    encoded,
                    moment_to_text(at),
                    moment_to_text(at + timedelta(days=days)),
                )
                replace_file(out / name, _json(add_proof(unsigned, issuer, {}, created=at)))
                names.append(name)
        if as_json:
            tell_json({"issuer": f"did:key:{issuer.key}", "lists": names})
            return
        facts = {"count": str(len(names)), "issuer": f"did:key:{issuer.key}"}
        click.echo(say("status.published", facts, language))


@status_command.command("credential")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("subject")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="Where the lists are published.")
@spoken
def credential_command(
    folder: Path, subject: str, *, out: Path, url: str, as_json: bool, language: str
) -> None:
    """Write what the holder of a certificate may show: number, day, digest, place in a list.

    It names no goods and no parties. Where it differs from the log, the log is right.

    Example: certorigin status credential var/by urn:certorigin:certificate:BY-1:x --out vc.json
    --url https://status.example/lists
    """
    with told(language):
        system = enter(folder)
        at = now()
        secret, issuer = _secret(system), _sealer(at)
        public = import_module("certorigin_server.standing.public")
        row, rank = public.rank_of(subject, publisher=system.installation)
        standing = import_module("certorigin_server.standing.queries").standing_of(subject, at=at)
        if standing.certificate is None or standing.status in public.ENDED or row.void:
            raise ConflictError("status.ended", subject=subject)
        place = place_of(secret, row.origin, rank)
        unsigned = status_credential(
            url=f"{url.rstrip('/')}/{place.name}",
            index=place.index,
            issuer=f"did:key:{issuer.key}",
            subject=subject,
            digest=row.digest,
            reference=standing.reference,
            valid_from=moment_to_text(at),
            valid_until=f"{standing.expires}T23:59:59Z",
        )
        replace_file(out, _json(add_proof(unsigned, issuer, {}, created=at)))
        if as_json:
            tell_json({"issuer": f"did:key:{issuer.key}", "list": place.name})
            return
        click.echo(say("status.credential_made", {"path": str(out)}, language))


def _secret(system: SystemSettings) -> bytes:
    """Read the secret that places follow from; it is made once, and belongs into the backup."""
    path = system.keys_folder / SECRET
    if not path.exists():
        replace_file(path, secrets.token_bytes(SECRET_BYTES))
        path.chmod(0o600)
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise ConflictError("status.secret_malformed", path=str(path))
    return secret


def _sealer(at: datetime) -> Sealer:
    keyring = import_module("certorigin_server.seal.keyring").get_keyring()
    choose = import_module("certorigin_server.seal.choice").installation_sealer
    sealer: Sealer = choose(keyring, "gateway", at=at)
    return sealer


def _json(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
