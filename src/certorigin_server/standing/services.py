"""Entering verified log entries into the register, and their legal times when they are known."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import CertoriginError, ConflictError
from certorigin.mirror.acts import find_plain
from certorigin.seal.canonical import parse_strict
from certorigin.standing.entry import check_body
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.search import name_key, number_key
from certorigin_server.desk.search import words_of
from certorigin_server.prepared import Written
from certorigin_server.standing.models import PartyWord, RegisteredAct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


_WRITTEN = Written(RegisteredAct, told=("index", "id"))


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One entry for the register. `void` is the code of why it counts for nothing, or empty."""

    index: int
    raw: bytes
    legal_time: datetime | None
    void: str = ""


def register_entry(
    *,
    publisher: str,
    origin: str,
    index: int,
    raw: bytes,
    legal_time: datetime | None,
    at: datetime,
    void: str = "",
) -> bool:
    """Enter one log entry; say whether it was new. Raises as `register_entries`."""
    entry = NewEntry(index, raw, legal_time, void)
    return bool(register_entries(publisher=publisher, origin=origin, entries=[entry], at=at))


@transaction.atomic
def register_entries(
    *, publisher: str, origin: str, entries: Sequence[NewEntry], at: datetime
) -> list[RegisteredAct]:
    """Enter entries of one log, in its order, all or none; return the rows that are new.

    Entering the same bytes again changes nothing. Other bytes at the same place raise ConflictError
    (`register.altered_entry`): a log never changes.
    """
    digests = {entry.index: hashlib.sha256(entry.raw).hexdigest() for entry in entries}
    known = dict(
        RegisteredAct.objects.filter(
            origin=origin, index__gte=min(digests, default=0), index__lte=max(digests, default=-1)
        ).values_list("index", "digest")
    )
    for index, digest in known.items():
        if digests.get(index, digest) != digest:
            raise ConflictError("register.altered_entry", origin=origin, index=str(index))
    rows = [
        RegisteredAct(
            publisher=publisher,
            origin=origin,
            index=entry.index,
            digest=digests[entry.index],
            raw=_text_of(entry.raw),
            void=entry.void,
            legal_time=entry.legal_time,
            registered_at=at,
            **_columns(entry.raw, digests[entry.index]),
        )
        for entry in entries
        if entry.index not in known
    ]
    names = dict(_WRITTEN(rows))
    for row in rows:
        row.pk = names[row.index]
    PartyWord.objects.bulk_create(
        PartyWord(act=row, word=word) for row in rows for word in sorted(words_of(row.parties_key))
    )
    return rows


def set_legal_time(*, origin: str, size: int, legal_time: datetime) -> int:
    """Give the entries below `size` their legal time where they have none yet; say how many."""
    waiting = RegisteredAct.objects.filter(origin=origin, index__lt=size, legal_time=None)
    return waiting.update(legal_time=legal_time)


def set_void(*, origin: str, index: int, void: str) -> None:
    """Judge an entry anew, after a newer trust list arrived: void for a reason, or not any more."""
    RegisteredAct.objects.filter(origin=origin, index=index).update(void=void)


def lock_endings(keys: Iterable[int]) -> None:
    """Lock annulments and replacements for the rest of the transaction, in their order."""
    found = RegisteredAct.objects.filter(pk__in=list(keys)).order_by("pk")
    list(found.select_for_update(no_key=True).values_list("pk", flat=True))


def settle_endings(keys: Iterable[int], *, at: datetime) -> int:
    """Say of some annulments and replacements that nobody has to look at them any more."""
    return RegisteredAct.objects.filter(pk__in=list(keys)).update(settled_at=at)


def unsettle_endings(subject: str) -> None:
    """Say that what ended a certificate has to be looked at, whatever was said of it before."""
    ends = [str(Kind.ANNULLED), str(Kind.REPLACED)]
    rows = RegisteredAct.objects.filter(subject=subject)
    # By their keys: with the kind SQLite would rather read every ending there is.
    keys = [pk for pk, kind in rows.values_list("pk", "kind") if kind in ends]
    RegisteredAct.objects.filter(pk__in=keys).update(settled_at=None)


def _text_of(raw: bytes) -> str:
    """Write bytes as a column of text takes them; an act that can be read comes out unchanged.

    Of what is no text only the digest is exact: a partner's stray byte must not stop its log here.
    """
    return raw.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _columns(raw: bytes, digest: str) -> dict[str, object]:
    plain = find_plain(raw)
    try:
        act = Act.from_document(parse_strict(raw) if plain is None else plain.document)
        if act.kind is Kind.ISSUED and not (plain and plain.is_read):
            check_body(act)
    except CertoriginError:
        # No act that we can read: it is kept, and found by its digest only.
        return {"act": digest[:60], "kind": "", "subject": "", "corridor": ""}
    return _columns_of(act)


def _columns_of(act: Act) -> dict[str, object]:
    columns: dict[str, object] = {
        "act": act.id,
        "kind": str(act.kind),
        "subject": act.subject,
        "corridor": str(act.corridor),
    }
    if act.kind is not Kind.ISSUED:
        return columns
    body = act.body  # it was read to the end: every member has its shape
    parties = (body["exporter"]["name"], body["importer"]["name"])
    return columns | {
        "form": body["form"],
        "number": body["number"],
        "number_key": number_key(body["number"]),
        "issued_on": day_from_text(body["certification"]["date"]),
        "issued_in": body["issuingCountry"],
        "parties_key": " | ".join(name_key(name) for name in parties)[:700],
    }
