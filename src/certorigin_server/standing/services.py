"""Entering verified log entries into the register, and their legal times when they are known."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import CertoriginError, ConflictError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.search import name_key, number_key
from certorigin_server.desk.search import words_of
from certorigin_server.standing.models import PartyWord, RegisteredAct

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
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
    """Enter one log entry; say whether it was new.

    Entering the same bytes again changes nothing. Other bytes at the same place raise ConflictError
    (`register.altered_entry`): a log never changes.
    """
    digest = hashlib.sha256(raw).hexdigest()
    known = RegisteredAct.objects.filter(origin=origin, index=index).first()
    if known is not None:
        if known.digest != digest:
            raise ConflictError("register.altered_entry", origin=origin, index=str(index))
        return False
    row = RegisteredAct.objects.create(
        publisher=publisher,
        origin=origin,
        index=index,
        digest=digest,
        raw=_text_of(raw),
        void=void,
        legal_time=legal_time,
        registered_at=at,
        **_columns(raw, digest),
    )
    words = sorted(words_of(row.parties_key))
    PartyWord.objects.bulk_create(PartyWord(act=row, word=word) for word in words)
    return True


def set_legal_time(*, origin: str, size: int, legal_time: datetime) -> int:
    """Give the entries below `size` their legal time where they have none yet; say how many."""
    waiting = RegisteredAct.objects.filter(origin=origin, index__lt=size, legal_time=None)
    return waiting.update(legal_time=legal_time)


def set_void(*, origin: str, index: int, void: str) -> None:
    """Judge an entry anew, after a newer trust list arrived: void for a reason, or not any more."""
    RegisteredAct.objects.filter(origin=origin, index=index).update(void=void)


def _text_of(raw: bytes) -> str:
    """Write bytes as a column of text takes them; an act that can be read comes out unchanged.

    Of what is no text only the digest is exact: a partner's stray byte must not stop its log here.
    """
    return raw.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _columns(raw: bytes, digest: str) -> dict[str, object]:
    try:
        act = Act.from_document(parse_strict(raw))
        return _columns_of(act)
    except CertoriginError:
        # No act that we can read: it is kept, and found by its digest only.
        return {"act": digest[:60], "kind": "", "subject": "", "corridor": ""}


def _columns_of(act: Act) -> dict[str, object]:
    columns: dict[str, object] = {
        "act": act.id,
        "kind": str(act.kind),
        "subject": act.subject,
        "corridor": str(act.corridor),
    }
    if act.kind is not Kind.ISSUED:
        return columns
    certificate = Certificate.from_record(Record(dict(act.body), "certificate"))
    parties = (certificate.exporter.name, certificate.importer.name)
    return columns | {
        "form": certificate.form,
        "number": certificate.number,
        "number_key": number_key(certificate.number),
        "issued_on": certificate.certification.date,
        "issued_in": certificate.issued_in,
        "parties_key": " | ".join(name_key(name) for name in parties)[:700],
    }
