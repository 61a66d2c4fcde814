"""Recording what will be signed, and what was."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.db import connection, transaction

from certorigin.errors import ConflictError, StandingError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.prepared import Slot, prepare
from certorigin_server.prepared import Changed, Written
from certorigin_server.seal.models import HeldCorridor, SealedAct
from certorigin_server.seal.queries import require_not_held
from certorigin_server.trail.services import record, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from certorigin.vocabulary.acts import Act

_WRITTEN = Written(SealedAct, once="id", told=("id",))
_SEALING = Changed(
    SealedAct,
    """"sealed" = given."column2", "digest" = given."column3", "sealed_at" = %s,
    "stuck_at" = NULL, "stuck_reason" = NULL""",
    where='"sealed" IS NULL AND "set_aside_at" IS NULL',
    values=3,
)
_PLACING = Changed(
    SealedAct,
    '"log_index" = given."column2", "log_origin" = %s, "logged_at" = %s',
    where='"log_index" IS NULL',
    values=2,
)


def prepare_act(*, act: Act, slots: Sequence[Slot], by: str, at: datetime) -> SealedAct:
    """Store the exact bytes that will be signed. Runs in the transaction of the act itself.

    Preparing the same act again changes nothing and returns what is there; another document under
    the same id raises ConflictError (`act.id_taken`). Raises StandingError while the corridor is
    held.
    """
    require_not_held(settings.SYSTEM.log_for(str(act.corridor)))
    row = draw_up(act=act, slots=slots, by=by, at=at)
    with transaction.atomic(savepoint=False):
        is_new = bool(keep_drawn_up([row]))
    if is_new:
        return row
    stored = SealedAct.objects.get(pk=act.id)
    if stored.document != row.document:
        raise ConflictError("act.id_taken", act=act.id)
    return stored


def draw_up(*, act: Act, slots: Sequence[Slot], by: str, at: datetime) -> SealedAct:
    """Return what will be signed as a row that is not stored yet. Raises MalformedError."""
    prepared = prepare(act.to_document(), slots=slots, created=at)
    return SealedAct(
        id=act.id,
        kind=str(act.kind),
        subject=act.subject,
        corridor=str(act.corridor),
        document=prepared.document.decode(),
        options=prepared.options.decode(),
        prepared_at=at,
        prepared_by=by,
    )


def keep_drawn_up(rows: Sequence[SealedAct]) -> set[str]:
    """Store rows of `draw_up` in the caller's transaction; return the ids of those that are new."""
    new = {act for (act,) in _WRITTEN(rows)}
    for row in rows:
        if row.pk in new:
            record(
                by=row.prepared_by,
                at=row.prepared_at,
                action="seal.prepared",
                subject=row.subject,
                act=row.pk,
            )
    return new


@transaction.atomic
def store_seals(sealed: Mapping[str, bytes], *, at: datetime) -> int:
    """Store sealed bytes by their acts' ids unless some are there: the first stored seal wins.

    What was set aside while it was being signed stays without a seal. Returns how many were stored.
    """
    digests = {act: hashlib.sha256(raw).hexdigest() for act, raw in sealed.items()}
    rows = [(act, raw.decode(), digests[act]) for act, raw in sealed.items()]
    stored = set(_SEALING(rows, [connection.ops.adapt_datetimefield_value(at)]))
    with together():
        for act, digest in digests.items():
            if act in stored:
                record(by="", at=at, action="seal.sealed", subject=act, digest=digest)
    return len(stored)


@transaction.atomic
def note_stuck(*, act: SealedAct, reason: str, at: datetime) -> bool:
    """Note that the trust list keeps an act from being sealed. Says whether that is new."""
    waiting = SealedAct.objects.filter(pk=act.pk, sealed=None, set_aside_at=None)
    changed = waiting.exclude(stuck_reason=reason, stuck_at__isnull=False).update(
        stuck_at=at, stuck_reason=reason
    )
    if changed:
        record(by="", at=at, action="seal.stuck", subject=act.subject, act=act.pk, reason=reason)
    return bool(changed)


@transaction.atomic
def set_aside(*, act: SealedAct, by: str, at: datetime) -> None:
    """Take an act out of the way for good, because another takes its place.

    Raises StandingError (`act.not_stuck`) unless it is stuck: what can be sealed may be at any
    moment.
    """
    stuck = SealedAct.objects.filter(pk=act.pk, sealed=None, set_aside_at=None)
    changed = stuck.filter(stuck_at__isnull=False).update(set_aside_at=at)
    if not changed:
        raise StandingError("act.not_stuck", act=act.pk)
    record(by=by, at=at, action="seal.set_aside", subject=act.subject, act=act.pk)


def set_aside_for_log(*, act: SealedAct, at: datetime) -> None:
    """Take an act out of the way whose place another one has in the log, as a restore shows.

    Raises ConflictError (`act.differs_from_log`) when it is sealed: both can't be true.
    """
    waiting = SealedAct.objects.filter(pk=act.pk, sealed=None, set_aside_at=None)
    if not waiting.update(set_aside_at=at):
        raise ConflictError("act.differs_from_log", act=act.pk, index="")
    record(by="", at=at, action="seal.set_aside", subject=act.subject, act=act.pk)


def set_indexes(*, acts: Sequence[SealedAct], origin: str, first: int, at: datetime) -> None:
    """Give acts their places in a log. Runs in the transaction that swaps the log's head."""
    rows = [(act.pk, first + offset) for offset, act in enumerate(acts)]
    placed = set(_PLACING(rows, [origin, connection.ops.adapt_datetimefield_value(at)]))
    for act in acts:
        if act.pk not in placed:
            raise ConflictError("act.already_logged", act=act.pk)


def mark_published(*, origin: str, size: int, at: datetime) -> int:
    """Note that the published head covers these acts. They may be released from now on."""
    waiting = SealedAct.objects.filter(log_origin=origin, log_index__lt=size, published_at=None)
    return waiting.update(published_at=at)


def mark_mirrored(*, origin: str, size: int, at: datetime) -> int:
    """Note the legal time of acts: that of the first cosigned head that covers them."""
    waiting = SealedAct.objects.filter(log_origin=origin, log_index__lt=size, mirrored_at=None)
    return waiting.update(mirrored_at=at)


@transaction.atomic
def hold_corridor(*, corridor: str, reason: str, at: datetime) -> bool:
    """Let nothing be done in a corridor until it caught up. Says whether that, or why, is new.

    A conflict outweighs whatever else there is: catching up does not end it.
    """
    held, is_new = HeldCorridor.objects.get_or_create(
        corridor=corridor, defaults={"reason": reason, "since": at}
    )
    if not is_new:
        if reason in {held.reason, "log.restored", "log.behind_its_copy"}:
            return False
        held.reason, held.since = reason, at
        held.save()
    record(by="", at=at, action="seal.corridor_held", subject=corridor, reason=reason)
    return True


@transaction.atomic
def release_corridor(*, corridor: str, by: str, at: datetime, remark: str = "") -> None:
    """Let a corridor go on. Nothing happens where it is not held."""
    found, _ = HeldCorridor.objects.filter(corridor=corridor).delete()
    if found:
        facts = {"remark": remark} if remark else {}
        record(by=by, at=at, action="seal.corridor_released", subject=corridor, **facts)


def put_back_act(*, act: Act, raw: bytes, origin: str, index: int, at: datetime) -> SealedAct:
    """Put an act back that a log of ours holds and this database does not know so.

    Runs in the transaction that puts the log's head back. Raises ConflictError
    (`act.differs_from_log`) when the act was sealed otherwise or set aside here since.
    """
    digest = hashlib.sha256(raw).hexdigest()
    document = parse_strict(raw)
    options = [
        {name: value for name, value in one.items() if name != "proofValue"}
        for one in document.pop("proof")
    ]
    prepared = strict_bytes(document).decode()
    row, _ = SealedAct.objects.get_or_create(
        pk=act.id,
        defaults={
            "kind": str(act.kind),
            "subject": act.subject,
            "corridor": str(act.corridor),
            "document": prepared,
            "options": orjson.dumps(options, option=orjson.OPT_SORT_KEYS).decode(),
            "prepared_at": act.at,
            "prepared_by": "",
        },
    )
    known = (row.document, row.digest, row.log_origin, row.log_index)
    logged = (prepared, digest, origin, index)
    if row.set_aside_at or any(
        one not in (None, other) for one, other in zip(known, logged, strict=True)
    ):
        raise ConflictError("act.differs_from_log", act=act.id, index=str(index))
    row.sealed, row.digest, row.sealed_at = raw.decode(), digest, row.sealed_at or at
    row.log_origin, row.log_index = origin, index
    row.stuck_at = row.stuck_reason = None
    row.logged_at, row.published_at = row.logged_at or at, row.published_at or at
    row.save()
    return row
