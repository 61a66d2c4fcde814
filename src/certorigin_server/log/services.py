"""Opening and closing terms, entering sealed acts, taking back the partner's countersignatures."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.crash import crash_point
from certorigin.errors import ConflictError, MalformedError
from certorigin.log.national import commitment_to
from certorigin.seal.prepared import Slot
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import TermClosing, TermOpening
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.record import Record
from certorigin_server.certification.returned import put_back_certificate
from certorigin_server.log.head import DatabaseHead
from certorigin_server.log.models import CosignedHead, Log, NationalEntry
from certorigin_server.loops.services import require_hold
from certorigin_server.seal.choice import installation_urn
from certorigin_server.seal.services import (
    mark_mirrored,
    mark_published,
    prepare_act,
    put_back_act,
    set_indexes,
)
from certorigin_server.standing.services import (
    NewEntry,
    register_entries,
    register_entry,
    set_legal_time,
)
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.log.append import Log as TermLog
    from certorigin.log.checkpoint import SignedHead
    from certorigin.seal.proof import Sealer
    from certorigin_server.loops.services import Hold
    from certorigin_server.seal.queries import SealedAct

_TERM = re.compile(r"\w{1,20}", re.ASCII)


@transaction.atomic
def open_term(
    *, origin: str, corridor: str, gateway: Sealer, at: datetime, predecessor: str = ""
) -> Log:
    """Open a term: its row, and its first entry with the closing head of the term before."""
    log, is_new = Log.objects.get_or_create(
        origin=origin,
        defaults={
            "corridor": corridor,
            "term": origin.rpartition("/")[2],
            "predecessor": predecessor,
        },
    )
    if is_new:
        before = Log.objects.filter(origin=predecessor).first() if predecessor else None
        head = before.head if before and before.head else ""
        body = TermOpening(origin, predecessor, head).to_data()
        _prepare_term_act(Kind.TERM_OPENED, log, body, gateway, at)
        record(by="", at=at, action="log.term_opened", subject=origin)
    return log


@transaction.atomic
def close_term(
    *, corridor: str, successor_term: str, gateway: Sealer, by: str, at: datetime
) -> str:
    """Prepare the last entry of the open term; return the origin of the successor.

    Raises ConflictError when no term is open or a closing is under way already
    (`log.no_open_term`), or when there is a log of that term (`log.term_taken`); MalformedError for
    what can't be the name of a term.
    """
    if not _TERM.fullmatch(successor_term):
        raise MalformedError("log.term_malformed", place="term", value=successor_term[:40])
    log = Log.objects.select_for_update().filter(corridor=corridor, status="open").first()
    if log is None or log.successor:
        raise ConflictError("log.no_open_term", corridor=corridor)
    successor = f"{log.origin.rpartition('/')[0]}/{successor_term}"
    if Log.objects.filter(origin=successor).exists():
        raise ConflictError("log.term_taken", origin=successor)
    log.successor = successor
    log.save()
    body = TermClosing(log.origin, successor).to_data()
    _prepare_term_act(Kind.TERM_CLOSED, log, body, gateway, at)
    record(by=by, at=at, action="log.term_closing", subject=log.origin, successor=successor)
    return successor


def enter(
    *,
    log: Log,
    term_log: TermLog,
    acts: Sequence[SealedAct],
    salts: Sequence[bytes],
    hold: Hold,
    at: datetime,
) -> int:
    """Enter sealed acts in the log: stage, swap the head with the register, publish.

    An act with a salt is entered as its salted hash, in a national log. Head, indexes and register
    move in one transaction; the files before and after it can be made again from what it leaves.
    Returns how many acts were entered.
    """
    raws = [str(act.sealed).encode() for act in acts]
    entries = [
        commitment_to(raw, salt) if salt else raw for raw, salt in zip(raws, salts, strict=True)
    ]
    staged = term_log.stage(entries, at=at)
    with transaction.atomic():
        require_hold(hold)
        DatabaseHead(log.origin).swap(staged.old_head, staged.new_head)
        set_indexes(acts=acts, origin=log.origin, first=staged.first_index, at=at)
        NationalEntry.objects.bulk_create(
            NationalEntry(act=act, salt=salt.hex())
            for act, salt in zip(acts, salts, strict=True)
            if salt
        )
        register_entries(
            publisher=settings.SYSTEM.installation,
            origin=log.origin,
            entries=[
                NewEntry(index, raw, None) for index, raw in enumerate(raws, staged.first_index)
            ],
            at=at,
        )
        if acts[-1].kind == Kind.TERM_CLOSED:
            Log.objects.filter(pk=log.pk).update(status=Log.Status.CLOSED)
        record(
            by="",
            at=at,
            action="log.entered",
            subject=log.origin,
            first=str(staged.first_index),
            count=str(len(acts)),
        )
        crash_point("log.before_commit")
        # A crash here rolls everything back: the stage is dropped, the acts are still "sealed".
    crash_point("log.committed")
    # A crash here leaves acts that are logged and not published: `recover` publishes the stage.
    term_log.publish(staged)
    note_published(log=log, size=staged.first_index + len(acts), at=at)
    return len(acts)


@transaction.atomic
def note_published(*, log: Log, size: int, at: datetime) -> int:
    """Note that the published checkpoint covers the acts below `size`: they may be released."""
    count = mark_published(origin=log.origin, size=size, at=at)
    if count:
        record(by="", at=at, action="log.published", subject=log.origin, size=str(size))
    return count


@transaction.atomic
def store_cosigned_head(
    *, origin: str, sequence: int, size: int, legal_time: datetime, note: bytes, at: datetime
) -> None:
    """Keep a countersigned head that the library verified, and give its acts their legal time.

    Keeping it again changes nothing; another head in its place raises ConflictError.
    """
    log = Log.objects.select_for_update().get(origin=origin)
    kept, is_new = CosignedHead.objects.get_or_create(
        log=log,
        sequence=sequence,
        defaults={"size": size, "legal_time": legal_time, "note": note.decode()},
    )
    if not is_new:
        if kept.note.encode() != note:
            raise ConflictError("log.cosigned_altered", origin=origin, number=str(sequence))
        return
    mark_mirrored(origin=origin, size=size, at=legal_time)
    set_legal_time(origin=origin, size=size, legal_time=legal_time)
    record(by="", at=at, action="log.cosigned", subject=origin, size=str(size))


@transaction.atomic
def put_back_entries(
    *,
    origin: str,
    corridor: str,
    old: bytes | None,
    head: SignedHead,
    acts: Sequence[tuple[Act | None, bytes]],
    at: datetime,
) -> None:
    """Put back, after a restore, what a log of ours holds beyond the head of this database.

    Head, acts, register and numbers come back in one transaction. `head` was verified, and every
    act leads to it. Raises ConflictError when something else stands in the place of one of them.
    """
    log, _ = Log.objects.get_or_create(
        origin=origin,
        defaults={"corridor": corridor, "term": origin.rpartition("/")[2]},
    )
    first = head.checkpoint.size - len(acts)
    for index, (act, raw) in enumerate(acts, first):
        if act is None:  # a salted hash: what it stands for is lost with its salt
            continue
        row = put_back_act(act=act, raw=raw, origin=origin, index=index, at=at)
        register_entry(
            publisher=settings.SYSTEM.installation,
            origin=origin,
            index=index,
            raw=raw,
            legal_time=None,
            at=at,
        )
        if act.kind is Kind.ISSUED:
            put_back_certificate(act=act, row=row, at=at)
        elif act.kind is Kind.TERM_OPENED:
            log.predecessor = TermOpening.from_record(_body(act, "termOpening")).predecessor
        elif act.kind is Kind.TERM_CLOSED:
            closing = TermClosing.from_record(_body(act, "termClosing"))
            log.status, log.successor = Log.Status.CLOSED, closing.successor
    log.save(update_fields=["predecessor", "status", "successor"])
    _date_again(log, first)
    DatabaseHead(origin).swap(old, head.data)
    facts = {"first": str(first), "count": str(len(acts))}
    record(by="", at=at, action="log.put_back", subject=origin, **facts)


def note_judged(*, origin: str, version: int, size: int) -> None:
    """Note that entries below `size` of a log of ours were judged by this version of our list."""
    Log.objects.filter(origin=origin).update(judged_by=version, judged_size=size)


@transaction.atomic
def note_fork(*, origin: str, reason: str, at: datetime) -> None:
    """Note that the partner countersigned a head that our log never had: the evidence is kept."""
    record(by="", at=at, action="log.forked", subject=origin, reason=reason)


def _date_again(log: Log, first: int) -> None:
    """Give acts that came back their legal times: those of the first heads that covered them.

    A database that went back to a point in time reads these heads from its folder before the acts
    are back; the next head, which is later, must not date them.
    """
    for kept in CosignedHead.objects.filter(log=log, size__gt=first).order_by("sequence"):
        mark_mirrored(origin=log.origin, size=kept.size, at=kept.legal_time)
        set_legal_time(origin=log.origin, size=kept.size, legal_time=kept.legal_time)


def _body(act: Act, place: str) -> Record:
    return Record(dict(act.body), place)


def _prepare_term_act(
    kind: Kind, log: Log, body: dict[str, object], gateway: Sealer, at: datetime
) -> None:
    installation = installation_urn()
    act = Act(
        id=f"urn:uuid:{uuid.uuid4()}",
        kind=kind,
        issuer=installation,
        at=at,
        corridor=Corridor.from_text(log.corridor),
        subject="urn:certorigin:log:" + log.origin.removeprefix("certorigin/").replace("/", ":"),
        body=body,
    )
    slot = Slot(installation, gateway.key, gateway.suite)
    prepare_act(act=act, slots=[slot], by="", at=at)
