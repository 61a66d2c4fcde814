"""Making the files for posts and third parties; whoever asks, they are made in one way.

make_snapshot           the live certificates, and the delta from the snapshot before
publish_lists           one batch of status lists
make_credential         what the holder of a certificate may show
excerpt_of              a certificate of which a part is hidden, and what opens it
publish_now             what an administrator asks for, with a line in the trail
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.db import transaction

from certorigin.certification.excerpt import SALT_BYTES as EXCERPT_SALT
from certorigin.certification.excerpt import make_excerpt
from certorigin.durable import fsync_folder, make_folder, replace_file
from certorigin.errors import ConflictError, UnknownError
from certorigin.seal.foreign.proofs import add_proof
from certorigin.seal.foreign.status_list import list_credential
from certorigin.standing.live import SALT_BYTES, difference, seal_live, take_snapshot
from certorigin.standing.places import (
    CAPACITY,
    SECRET_BYTES,
    encoded_list,
    list_name,
    place_of,
    status_credential,
)
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.log.queries import bundle_of
from certorigin_server.published.queries import (
    BATCH,
    POST_FILE,
    lists_folder,
    newest_snapshot,
    posts_folder,
)
from certorigin_server.seal.choice import installation_sealer, installation_urn
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.standing.public import ENDED, live_subjects, rank_of, ranked
from certorigin_server.standing.queries import standing_of
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from certorigin.seal.proof import Sealer
    from certorigin.standing.live import Snapshot
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.users.queries import User

SECRET = "status.secret"  # noqa: S105 - the name of a file
EXCERPT_SECRET = "excerpt.secret"  # noqa: S105 - the name of a file
# Snapshots that stay for posts to come from; older ones and their deltas go.
KEPT = 48


def make_snapshot(
    out: Path, *, at: datetime, fresh: bool = False
) -> tuple[Snapshot, dict[str, int]]:
    """Write the next snapshot to a folder, and the delta from the one before; name their sizes.

    Raises ConflictError (`live.too_soon`) within one second, LimitError, MalformedError for a
    folder with a snapshot that is not ours.
    """
    system = settings.SYSTEM
    make_folder(out)
    base = newest_snapshot(system, out)
    at = at.replace(microsecond=0)
    if base is not None and base.at >= at:
        raise ConflictError("live.too_soon", number=str(base.number))
    keep = base is not None and not fresh
    snapshot = take_snapshot(
        live_subjects(at=at),
        installation=system.installation,
        number=base.number + 1 if base else 1,
        at=at,
        salt=base.salt if base and keep else secrets.token_hex(SALT_BYTES),
    )
    sealer = _sealer(at)
    written = {f"live-{snapshot.number}.json": seal_live(snapshot, sealer)}
    if base is not None and base.salt == snapshot.salt:
        name = f"live-{base.number}-{snapshot.number}.json"
        written[name] = seal_live(difference(base, snapshot), sealer)
    for name, raw in sorted(written.items(), reverse=True):
        replace_file(out / name, raw)
    return snapshot, {name: len(raw) for name, raw in written.items()}


def drop_old(folder: Path, *, newest: int) -> None:
    """Take away the snapshots and deltas that no post should start from any more."""
    for path in folder.iterdir():
        named = POST_FILE.fullmatch(path.name)
        if named is not None and int(named[1]) <= newest - KEPT:
            path.unlink(missing_ok=True)


def publish_lists(out: Path, *, url: str, days: int, at: datetime) -> tuple[str, list[str]]:
    """Write one batch of status lists to a folder; return issuer and names of the lists.

    Raises ConflictError (`status.secret_malformed`), UnknownError without a key.
    """
    secret, issuer = own_secret(), _sealer(at)
    make_folder(out)
    names = []
    for log in ranked(publisher=settings.SYSTEM.installation, at=at):
        batch = max(0, (at - log.began).days)
        for number in range((log.count + CAPACITY - 1) // CAPACITY):
            name = list_name(secret, log.origin, number)
            unsigned = list_credential(
                f"{url.rstrip('/')}/{name}",
                f"did:key:{issuer.key}",
                encoded_list(secret, log.origin, number, log.ended, batch=batch),
                moment_to_text(at),
                moment_to_text(at + timedelta(days=days)),
            )
            replace_file(out / name, _json(add_proof(unsigned, issuer, {}, created=at)))
            names.append(name)
    return f"did:key:{issuer.key}", names


def make_credential(subject: str, *, url: str, at: datetime) -> tuple[bytes, str, str]:
    """Return what a holder may show of a certificate, its issuer, and the name of its list.

    Raises UnknownError (`certificate.unknown`), ConflictError (`status.ended`).
    """
    secret, issuer = own_secret(), _sealer(at)
    row, rank = rank_of(subject, publisher=settings.SYSTEM.installation)
    standing = standing_of(subject, at=at)
    if standing.certificate is None or standing.status in ENDED or row.void:
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
    made = _json(add_proof(unsigned, issuer, {}, created=at))
    return made, f"did:key:{issuer.key}", place.name


def excerpt_of(
    certificate: Certificate, hide: Collection[str], *, at: datetime
) -> tuple[bytes, bytes]:
    """Return an excerpt of a released certificate, and the opening that its holder keeps.

    The same parts hidden twice have the same salts: an opening fits the excerpt of its moment.
    Raises UnknownError (`log.not_published`, `excerpt.part_unknown`), MalformedError.
    """
    secret, sealed = own_secret(EXCERPT_SECRET), bundle_of(certificate.act_id).act

    def salt_of(place: str) -> bytes:
        told = f"{hashlib.sha256(sealed).hexdigest()} {place}".encode()
        return hmac.digest(secret, told, "sha256")[:EXCERPT_SALT]

    return make_excerpt(
        sealed,
        hide,
        installation=settings.SYSTEM.installation,
        sealer=_sealer(at),
        salt_of=salt_of,
        at=at.replace(microsecond=0),
    )


def publish_posts(*, at: datetime) -> None:
    """Make the next snapshot in this system's own folder. Raises as `make_snapshot`."""
    snapshot, _ = make_snapshot(posts_folder(), at=at)
    drop_old(posts_folder(), newest=snapshot.number)


def publish_batch(*, at: datetime) -> None:
    """Make the next batch of status lists in this system's own folder. Raises UnknownError."""
    publish, out = settings.SYSTEM.publish, lists_folder()
    if not publish.status_url:
        raise UnknownError("status.no_address")
    _, names = publish_lists(out, url=publish.status_url, days=publish.status_days, at=at)
    told = {"at": moment_to_text(at.replace(microsecond=0)), "count": str(len(names))}
    replace_file(out / BATCH, _json(told))


def publish_now(kind: str, *, by: User, at: datetime) -> None:
    """Make what an administrator asks for, `posts` or `status`. Raises as the two before."""
    is_posts = kind == "posts"
    (publish_posts if is_posts else publish_batch)(at=at)
    action = "published.posts" if is_posts else "published.status"
    with transaction.atomic():
        record(by=by.username, at=at, action=action, subject=installation_urn())


def own_secret(name: str = SECRET) -> bytes:
    """Read a secret of ours; it is made once, and belongs into the backup."""
    path = settings.SYSTEM.keys_folder / name
    if not path.exists():
        _make_secret(path)
    secret: bytes = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise ConflictError("status.secret_malformed", path=str(path))
    return secret


def _make_secret(path: Path) -> None:
    """Put a new secret in its place, whole and for us alone; of two at once the first stays."""
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        Path(fresh).unlink()
    fsync_folder(path.parent)


def _sealer(at: datetime) -> Sealer:
    return installation_sealer(get_keyring(), "gateway", at=at)


def _json(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
