"""Recording what will be signed, and what was."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import ConflictError
from certorigin.seal.prepared import Slot, prepare
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.vocabulary.acts import Act


@transaction.atomic
def prepare_act(*, act: Act, slots: Sequence[Slot], by: str, at: datetime) -> SealedAct:
    """Store the exact bytes that will be signed. Runs in the transaction of the act itself.

    Preparing the same act again changes nothing and returns what is there; another document under
    the same id raises ConflictError (`act.id_taken`).
    """
    prepared = prepare(act.to_document(), slots=slots, created=at)
    stored, is_new = SealedAct.objects.get_or_create(
        pk=act.id,
        defaults={
            "kind": str(act.kind),
            "subject": act.subject,
            "corridor": str(act.corridor),
            "document": prepared.document.decode(),
            "options": prepared.options.decode(),
            "prepared_at": at,
            "prepared_by": by,
        },
    )
    if not is_new and stored.document != prepared.document.decode():
        raise ConflictError("act.id_taken", act=act.id)
    if is_new:
        record(by=by, at=at, action="seal.prepared", subject=act.subject, act=act.id)
    return stored


@transaction.atomic
def store_seal(*, act_id: str, sealed: bytes, at: datetime) -> bool:
    """Store sealed bytes unless some are there: the first stored seal wins. Says whether it did."""
    digest = hashlib.sha256(sealed).hexdigest()
    changed = SealedAct.objects.filter(pk=act_id, sealed=None).update(
        sealed=sealed.decode(), digest=digest, sealed_at=at
    )
    if changed:
        record(by="", at=at, action="seal.sealed", subject=act_id, digest=digest)
    return bool(changed)


def set_indexes(*, acts: Sequence[SealedAct], origin: str, first: int, at: datetime) -> None:
    """Give acts their places in a log. Runs in the transaction that swaps the log's head."""
    for offset, act in enumerate(acts):
        changed = SealedAct.objects.filter(pk=act.pk, log_index=None).update(
            log_origin=origin, log_index=first + offset, logged_at=at
        )
        if not changed:
            raise ConflictError("act.already_logged", act=act.pk)


def mark_published(*, origin: str, size: int, at: datetime) -> int:
    """Note that the published head covers these acts. They may be released from now on."""
    waiting = SealedAct.objects.filter(log_origin=origin, log_index__lt=size, published_at=None)
    return waiting.update(published_at=at)


def mark_mirrored(*, origin: str, size: int, at: datetime) -> int:
    """Note the legal time of acts: that of the first cosigned head that covers them."""
    waiting = SealedAct.objects.filter(log_origin=origin, log_index__lt=size, mirrored_at=None)
    return waiting.update(mirrored_at=at)
