"""The database beside the folders: which entry is the first of which the two say different things.

The folders are the truth (docs/spec/log.md); what the database says of them is an index. `fsck`
checks a folder by itself, this compares it with rows that somebody may have altered.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import CertoriginError
from certorigin.log import layout
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.directory import Directory
from certorigin.log.entry import MAX_OBJECT, find_reference
from certorigin.log.national import commitment_to, is_commitment
from certorigin.log.note import MAX_NOTE, Note
from certorigin.log.read import TileReader
from certorigin.mirror.cosigned import CosignedHeads
from certorigin.mirror.partner import Partner
from certorigin_server.log.queries import heads, salt_of
from certorigin_server.mirror.queries import followed_logs
from certorigin_server.seal.queries import logged_acts_of
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.followed import register_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from certorigin_server.seal.queries import LoggedBytes
    from certorigin_server.standing.followed import RegisterRow


@dataclass(frozen=True)
class Comparison:
    """One log or mirror: how many entries were compared, and the first that differs."""

    origin: str
    size: int
    code: str = ""
    index: int | None = None

    @property
    def agrees(self) -> bool:
        """Say whether database and folder say the same."""
        return not self.code


def compare_all() -> Iterator[Comparison]:
    """Compare every log of ours, and every mirror, with what the database says of it."""
    for origin, head in sorted(heads().items()):
        yield _compare(origin, settings.SYSTEM.log_folder(origin), head)
    for log in followed_logs():
        folder = settings.SYSTEM.mirror_folder(log.origin)
        if (folder / layout.CHECKPOINT).exists():
            yield _compare(log.origin, folder, None)


def _compare(origin: str, folder: Path, head: bytes | None) -> Comparison:
    """Compare one folder; `head` is the database's, for a log of ours."""
    directory = Directory(folder)
    size = 0
    try:
        published = _checkpoint(directory.read(layout.CHECKPOINT, limit=MAX_NOTE))
        size = published.size
        for index, code in _differences(origin, directory, published, is_ours=head is not None):
            return Comparison(origin, size, code, index)
    except CertoriginError as fault:
        named = fault.facts.get("index", "")
        return Comparison(origin, size, fault.code, int(named) if named.isdecimal() else None)
    if head is not None and _checkpoint(head) != published:
        least = min(size, _checkpoint(head).size)
        return Comparison(origin, size, "register.head_differs", least)
    return Comparison(origin, size)


def _differences(
    origin: str, directory: Directory, published: Checkpoint, *, is_ours: bool
) -> Iterator[tuple[int, str]]:
    """Yield the first entry of which database and folder say different things."""
    rows = register_of(origin)
    acts = logged_acts_of(origin) if is_ours else {}
    heads_there = CosignedHeads(directory, Partner.from_trust(get_trust(), origin))
    last = max(rows, default=-1)
    known = published.size if is_ours else min(published.size, last + 1)
    for index, entry in enumerate(TileReader(published, directory.read).entries(0, known)):
        reference = find_reference(entry)
        raw = directory.read(reference.path, limit=MAX_OBJECT) if reference else entry
        row = rows.get(index)
        if row is None:
            yield index, "register.row_missing"
        elif is_ours and is_commitment(raw):
            if not _stands_for(raw, row, acts.get(index)):
                yield index, "register.row_altered"
        elif not _is_same(row, raw):
            yield index, "register.row_altered"
        elif row.legal_time is not None and row.legal_time != _time(heads_there, index):
            yield index, "register.time_differs"
        elif is_ours and (index not in acts or acts[index].raw != raw):
            yield index, "register.act_differs"
    if last >= published.size:
        yield published.size, "register.row_beyond"


def _is_same(row: RegisterRow, raw: bytes) -> bool:
    """Compare digest and bytes; of what is no text the digest alone is exact."""
    if row.digest != sha256(raw).hexdigest():
        return False
    try:
        return row.raw == raw.decode()
    except UnicodeDecodeError:
        return True


def _stands_for(entry: bytes, row: RegisterRow, act: LoggedBytes | None) -> bool:
    """Compare the salted hash in a national log with what register and acts hold in clear."""
    if act is None or act.raw != row.raw.encode():
        return False
    salt = salt_of(act.pk)
    return bool(salt) and commitment_to(act.raw, salt) == entry


def _time(heads_there: CosignedHeads, index: int) -> datetime | None:
    covering = heads_there.find_covering(index)
    return covering.at if covering else None


def _checkpoint(data: bytes) -> Checkpoint:
    return Checkpoint.from_text(Note.from_bytes(data).text)
