"""Reading our own logs: heads, legal times, and the bundle that a trader or customs takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce

from certorigin.errors import UnknownError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.directory import Directory
from certorigin.log.note import Note
from certorigin.log.proof import Proof
from certorigin.log.read import TileReader
from certorigin.mirror.cosigned import read_in_sequence
from certorigin.mirror.partner import Partner
from certorigin.recognition.bundle import Bundle
from certorigin_server.log.models import CosignedHead, Log, NationalEntry
from certorigin_server.seal.queries import get_act
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.seal.queries import SealedAct


@dataclass(frozen=True)
class LogView:
    """What an operator sees of a log."""

    origin: str
    corridor: str
    term: str
    status: str
    size: int
    cosigned_size: int
    cosigned_at: datetime | None
    path: str


def heads() -> dict[str, bytes]:
    """Return the signed head of every log of ours that has one."""
    rows = Log.objects.exclude(head=None).values_list("origin", "head")
    return {origin: (head or "").encode() for origin, head in rows}


def logs() -> list[LogView]:
    """Return every log of ours, the open terms first."""
    return [_view(log) for log in Log.objects.order_by("-status", "origin")]


def find_open_log(corridor: str) -> Log | None:
    """Return the log of a corridor that takes entries, or None."""
    return Log.objects.filter(corridor=corridor, status=Log.Status.OPEN).first()


def find_corridor_of(origin: str) -> str | None:
    """Return the corridor of one of our logs, or None."""
    return Log.objects.filter(origin=origin).values_list("corridor", flat=True).first()


def last_cosigned(log: Log) -> CosignedHead | None:
    """Return the newest cosigned head of a log, or None."""
    return log.cosigned_heads.order_by("-sequence").first()


def origins_to_collect(corridor: str) -> list[str]:
    """Return the terms of a corridor whose heads the partner may yet countersign, oldest first.

    A closed term is done once a countersigned head covers its last entry.
    """
    rows = Log.objects.filter(corridor=corridor).annotate(
        covered=Coalesce(Max("cosigned_heads__size"), -1)
    )
    is_done = Q(status=Log.Status.CLOSED, covered__gte=F("size"))
    return list(rows.exclude(is_done).order_by("pk").values_list("origin", flat=True))


def judged_of(origin: str) -> tuple[int, int]:
    """Return by which version of our list a log of ours was judged, and how far."""
    row = Log.objects.filter(origin=origin).values_list("judged_by", "judged_size").first()
    return row or (0, 0)


def cosigned_size(origin: str) -> int:
    """Return how many entries of a log have their legal time."""
    found = CosignedHead.objects.filter(log__origin=origin).aggregate(most=Max("size"))
    return found["most"] or 0


def origins_of(corridor: str) -> list[str]:
    """Return every term of a corridor that we keep or kept, oldest first."""
    rows = Log.objects.filter(corridor=corridor).order_by("pk")
    return list(rows.values_list("origin", flat=True))


def successor_of(origin: str) -> str:
    """Return the term that follows a closed one of ours, or an empty text."""
    rows = Log.objects.filter(origin=origin, status=Log.Status.CLOSED)
    return rows.values_list("successor", flat=True).first() or ""


def count_cosigned(origin: str) -> int:
    """Return how many cosigned heads of a log we took back so far: they are numbered from 0."""
    rows = CosignedHead.objects.filter(log__origin=origin).order_by("-sequence")
    last = rows.values_list("sequence", flat=True).first()
    return 0 if last is None else last + 1


def bundle_of(act_id: str) -> Bundle:
    """Return an act with its proof of registration.

    Not logged, not released: raises UnknownError (`log.not_published`) until a published head of
    ours covers the act. The proof leads to the first head that the partner cosigned, or, while
    there is none, to our own published head.
    """
    act = get_act(act_id)
    if act.published_at is None or act.sealed is None:
        raise UnknownError("log.not_published", act=act_id, status=act.status)
    head = _covering_head(act)
    directory = Directory(settings.SYSTEM.log_folder(str(act.log_origin)))
    reader = TileReader(Checkpoint.from_text(Note.from_bytes(head).text), directory.read)
    index = int(act.log_index or 0)
    proof = Proof(index, tuple(reader.inclusion_proof(index)), head)
    return Bundle(act.sealed.encode(), proof.to_bytes(), salt_of(act.pk))


def salt_of(act_id: str) -> bytes:
    """Return the salt of an act that a national log holds as a hash; nothing for any other."""
    rows = NationalEntry.objects.filter(act=act_id).values_list("salt", flat=True)
    return bytes.fromhex(rows.first() or "")


def _covering_head(act: SealedAct) -> bytes:
    """Return the first cosigned head that covers an act and still counts, or else our own."""
    origin = str(act.log_origin)
    partner = Partner.from_trust(get_trust(), origin)
    cosigned = CosignedHead.objects.filter(log__origin=origin, size__gt=act.log_index)
    for row in cosigned.order_by("sequence").iterator(chunk_size=10):
        note = row.note.encode()
        if read_in_sequence(note, row.sequence, partner).counts:
            return note
    return Directory(settings.SYSTEM.log_folder(origin)).read("checkpoint")


def _view(log: Log) -> LogView:
    cosigned = last_cosigned(log)
    return LogView(
        origin=log.origin,
        corridor=log.corridor,
        term=log.term,
        status=log.status,
        size=log.size,
        cosigned_size=cosigned.size if cosigned else 0,
        cosigned_at=cosigned.legal_time if cosigned else None,
        path=str(settings.SYSTEM.log_folder(log.origin).relative_to(settings.SYSTEM.folder)),
    )
