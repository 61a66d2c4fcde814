"""A preference that was refused is given back (R58; Rules 9-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import StandingError, UnknownError
from certorigin.returns.about import act_about, issued_of
from certorigin.returns.terms import last_day_to_restore
from certorigin.returns.utilisation import check_items
from certorigin.returns.verification import OPEN
from certorigin.standing.entry import read_body
from certorigin.standing.fold import StandingStatus
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.afterwards import PreferenceRestoration
from certorigin.vocabulary.bodies import Refusal
from certorigin.vocabulary.calendar import local_day
from certorigin.vocabulary.requests import ADEQUATE, CONFIRMED, CORRECTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from certorigin.returns.verification import Reply, Thread
    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.bodies import ItemUse
    from certorigin.vocabulary.goods import DocumentReference

# On what a preference is restored. A certificate in place of the refused one is cited in the
# amended declaration instead, and accepted there.
BY_REPLY = "verification_reply"
BASES = ("confirmation_letter", BY_REPLY, "conditions_proved")
WITH_DOCUMENT = frozenset({"confirmation_letter", "conditions_proved"})
# After forgery nothing is restored.
FORGED = frozenset({"not_issued", "issued_on_false_documents"})
_ENDED = frozenset({StandingStatus.ANNULLED, StandingStatus.REPLACED})


def restored(
    standing: Standing,
    refusal: Act,
    threads: Iterable[Thread],
    *,
    basis: str,
    document: DocumentReference | None,
    items: Sequence[ItemUse],
    head_size: int,
    officer: str,
    issuer: str,
    act_id: str,
    at: datetime,
    remark: str = "",
) -> Act:
    """Return the act that gives a refused preference back, on the day of `at` at customs.

    `items` is what it takes of the certificate, nothing where that was counted before. Raises
    UnknownError for another basis; StandingError after twelve months (`restoration.too_late`),
    after forgery, which the refusal or any reply may tell, while a request is open, for a
    certificate that has ended, or without the document or the reply that the basis names; and as
    `utilised` where the items exceed what is left.
    """
    entry = issued_of(standing)
    refused = read_body(refusal, Refusal.from_record)
    if basis not in BASES:
        raise UnknownError("restoration.basis_unknown", basis=basis[:80], choices=", ".join(BASES))
    last = last_day_to_restore(refused.declaration.date)
    customs = entry.act.corridor.partner_of(standing.reference.issued_in)
    facts = {"number": standing.reference.number}
    if local_day(at, customs) > last:
        raise StandingError("restoration.too_late", last=last.isoformat(), **facts)
    asked = [*threads]
    replies = [reply for one in asked for reply in one.replies]
    for ground in (refused.ground, *(one.body.finding for one in replies)):
        if ground in FORGED:
            raise StandingError("restoration.after_forgery", ground=ground, **facts)
    if any(one.stage in OPEN for one in asked):
        raise StandingError("restoration.request_open", **facts)
    if basis == BY_REPLY and not any(_bears_out(one) for one in replies):
        raise StandingError("restoration.reply_missing", **facts)
    if standing.status in _ENDED:
        raise StandingError("restoration.certificate_ended", status=str(standing.status), **facts)
    if basis in WITH_DOCUMENT and document is None:
        raise StandingError("restoration.document_missing", basis=basis)
    if items:
        check_items(standing, items)
    body = PreferenceRestoration(
        certificate=standing.reference,
        declaration=refused.declaration,
        post=refused.post,
        refusal=refusal.id,
        basis=basis,
        uses=tuple(items),
        head_size=head_size,
        officer=officer,
        document=document,
        remark=remark,
    )
    kind = Kind.PREFERENCE_RESTORED
    return act_about(standing, kind, body.to_data(), issuer=issuer, act_id=act_id, at=at)


def _bears_out(reply: Reply) -> bool:
    """Say whether a reply suffices, and leaves the origin as it was declared."""
    judgement = reply.judgement
    is_enough = judgement is not None and judgement.outcome == ADEQUATE
    return is_enough and reply.body.result in {CONFIRMED, CORRECTED}
