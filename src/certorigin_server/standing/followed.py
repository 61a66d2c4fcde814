"""The register followed entry by entry, by rooms that count or publish: each log in its order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.vocabulary.acts import Kind
from certorigin_server.standing.models import RegisteredAct

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["RegisteredAct"]


def origins() -> list[str]:
    """Return every log of which the register holds entries, hopping along the index."""
    named = RegisteredAct.objects.order_by("origin", "index").values_list("origin", flat=True)
    found: list[str] = []
    following = named.first()
    while following is not None:
        found.append(following)
        following = named.filter(origin__gt=following).first()
    return found


def entries_from(origin: str, *, start: int, limit: int) -> list[RegisteredAct]:
    """Return the next entries of a log from a place on, as far as there is no gap."""
    rows = RegisteredAct.objects.filter(origin=origin, index__gte=start).order_by("index")
    found = []
    for expected, row in enumerate(rows[:limit], start):
        if row.index != expected:
            break
        found.append(row)
    return found


def count_void(origin: str, *, before: int) -> int:
    """Count the entries of a log before a place that count for nothing."""
    kinds = ["", *(str(kind) for kind in Kind)]
    void = RegisteredAct.objects.filter(kind__in=kinds, void__gt="")
    return void.filter(origin=origin, index__lt=before).count()


def earlier_of_kind(row: RegisteredAct) -> list[RegisteredAct]:
    """Return the valid entries of the same kind about the same certificate, before one of a log."""
    rows = RegisteredAct.objects.filter(subject=row.subject, kind=row.kind, void="")
    return list(rows.filter(origin=row.origin, index__lt=row.index).order_by("index"))


def entry_of_act(act: str) -> RegisteredAct | None:
    """Return the first valid entry of an act, or None."""
    return RegisteredAct.objects.filter(act=act, void="").order_by("origin", "index").first()


def raws_of(origin: str, start: int, end: int) -> list[bytes]:
    """Return the exact bytes of the entries [start, end) of one of our own logs."""
    rows = RegisteredAct.objects.filter(origin=origin, index__gte=start, index__lt=end)
    return [raw.encode() for raw in rows.order_by("index").values_list("raw", flat=True)]


def verdicts_on(origin: str, start: int = 0, end: int | None = None) -> list[tuple[int, str]]:
    """Return each registered entry of [start, end) with why it counts for nothing, or no text."""
    found = RegisteredAct.objects.filter(origin=origin, index__gte=start).order_by("index")
    if end is not None:
        found = found.filter(index__lt=end)
    return list(found.values_list("index", "void"))


def last_registered(origin: str) -> int:
    """Return how many entries of a log the register holds without a gap from the start."""
    last = RegisteredAct.objects.filter(origin=origin).order_by("-index").first()
    return last.index + 1 if last else 0


def entry_at(*, origin: str, index: int) -> RegisteredAct | None:
    """Return one entry of the register, or None."""
    return RegisteredAct.objects.filter(origin=origin, index=index).first()


@dataclass(frozen=True)
class RegisterRow:
    """What the register says of one entry of a log."""

    digest: str
    raw: str
    legal_time: datetime | None


def register_of(origin: str) -> dict[int, RegisterRow]:
    """Return what the register says of each entry of a log, by its index."""
    rows = RegisteredAct.objects.filter(origin=origin).order_by("index")
    found = rows.values_list("index", "digest", "raw", "legal_time")
    return {index: RegisterRow(digest, raw, time) for index, digest, raw, time in found}


def entries_within(origin: str, start: int, end: int) -> list[RegisteredAct]:
    """Return the entries of a log from one place until before another, in their order."""
    rows = RegisteredAct.objects.filter(origin=origin, index__gte=start, index__lt=end)
    return list(rows.order_by("index"))
