"""What substitutes took of a certificate, as the acts in both logs and on their way say (R48)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.certification.events import parts_taken
from certorigin.standing.quantities import part_of
from certorigin_server.certification.queries import boxes_of, find_certificate
from certorigin_server.standing.queries import certificate_of, issued_act_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.certification.events import PartTaken
    from certorigin.standing.quantities import Part
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.certificate import Certificate as Boxes


def taken_before(standing: Standing) -> list[PartTaken]:
    """Return what earlier substitutes took, with places and masses.

    An act tells quantities; places and masses stand on the substitute, here or in the other log.
    So those are known too that came back from a log after a loss, and those of another body.
    """
    found = []
    for part in _parts_of(standing):
        boxes = _boxes_of(part.body.substitute_subject)
        if boxes is not None:
            found += parts_taken(part.body.items, boxes)
    return found


def _parts_of(standing: Standing) -> Iterator[Part]:
    yield from standing.parts
    for entry in (*standing.later, *standing.pending):
        part = part_of(entry)
        if part is not None:
            yield part


def _boxes_of(subject: str) -> Boxes | None:
    own = find_certificate(subject)
    if own is not None:
        return boxes_of(own)
    issued = issued_act_of(subject)
    return certificate_of(issued) if issued else None
