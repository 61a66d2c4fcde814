"""Collecting the evidence of a decision out of the logs at rest and the trust lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.log.checkpoint import Checkpoint
from certorigin.log.note import Note
from certorigin.log.proof import Proof
from certorigin.log.read import TileReader
from certorigin.mirror.evidence import Consistency, EnteredBytes, entered_in
from certorigin.recognition.court.file import CourtFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.mirror.view import LogView
    from certorigin.recognition.court.file import Decided
    from certorigin.seal.trust.trust import Trust


def collect(
    decided: Decided,
    places: Sequence[tuple[LogView, int]],
    *,
    used: tuple[LogView, int],
    states: Sequence[str],
    trust: Trust,
    installation: str,
    at: datetime,
) -> CourtFile:
    """Collect the acts at their places, the certificate's own first, and the head that was used.

    That head is named by its log and size; a later term than the certificate's may say how fresh
    one was. Trust lists are those of the two states, every version: later ones say what became of
    a key. Raises as `LogView.data` does.
    """
    acts = tuple(entered_in(log, index) for log, index in places)
    view, size = used
    covering = view.cosigned.find_covering(size - 1)
    head = covering.head if covering else view.head
    small, large = _checkpoint_of(acts[0]), head.checkpoint
    way = None
    if small.origin == large.origin and small.size < large.size:
        way = Consistency.from_reader(TileReader(large, view.directory.read), small.size)
    return CourtFile(
        issuer=f"urn:certorigin:installation:{installation}",
        at=at,
        decided=decided,
        acts=acts,
        head=head.data,
        consistency=way,
        roots={state: trust.roots[state] for state in states},
        lists=tuple(one.raw for state in states for one in trust.versions(state)),
    )


def _checkpoint_of(entered: EnteredBytes) -> Checkpoint:
    """Return the head to which a proof leads."""
    note = Note.from_bytes(Proof.from_bytes(entered.proof).head)
    return Checkpoint.from_text(note.text)
