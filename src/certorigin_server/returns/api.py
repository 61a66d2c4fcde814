"""What travels back, for the machine interface of the issuing side."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Body, Router, Schema, Status

from certorigin.vocabulary.bodies import Refusal
from certorigin.vocabulary.moment import moment_from_text, moment_to_text
from certorigin.vocabulary.record import Record
from certorigin_server.certification.api import (
    NOTHING_ELSE,
    CertificateOut,
    CertificationOrder,
    certificate_out,
    terms_of,
)
from certorigin_server.returns.queries import get_standing_for
from certorigin_server.returns.services import (
    annul,
    ask_replacement,
    certify_in_place,
    renew_end,
)
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.goods import GoodsItem

router = Router(tags=["returns"])


class AnnulIn(Schema):
    """Why a certificate is annulled: a ground of the closed list, and a remark.

    `effective` is the moment since which it is said to be wrong; empty means now.
    """

    ground: Text
    remark: Reason = ""
    effective: Text = ""


class ReplaceIn(Schema):
    """Why one is asked for in place of a certificate: a reason of the closed list."""

    reason: Text


class ReplaceOut(Schema):
    """The draft of the new application, and the certificate in whose place it asks for one."""

    application: str
    version: str
    in_place_of: str


class ActOut(Schema):
    """An act on its way."""

    act: str
    kind: str
    status: str


class ItemStanding(Schema):
    """How much of an item was used, in `unit`: the certificate's.

    Where box 10 is empty by right (periodicals under a long-term contract, R24) nothing is counted
    against the certificate: `remaining` is null, `quantity` is 0 as it is sealed, and `unit` is
    that of the first use.
    """

    sequence: str
    unit: str
    quantity: str
    used: str
    remaining: str | None


class UseOut(Schema):
    """One use at import."""

    declaration: str
    date: str
    post: str
    legal_time: str


class StandingOut(Schema):
    """What the certificate is worth now, as both logs say it."""

    subject: str
    status: str
    since: str
    expires: str
    items: list[ItemStanding]
    uses: list[UseOut]
    refusals: list[UseOut]


@router.post("/{subject}/annul", response={201: ActOut})
def annul_certificate(request: HttpRequest, subject: str, body: AnnulIn) -> Status[ActOut]:
    """Annul a certificate; the importing state learns it with the next head of the log."""
    caller = Caller.of(request, Right.RETURNS_ANNUL)
    act = annul(
        subject=subject,
        ground=body.ground,
        remark=body.remark,
        effective=moment_from_text(body.effective, place="effective") if body.effective else None,
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
    return Status(201, ActOut(act=act.pk, kind=act.kind, status=act.status))


@router.post("/{subject}/renew", response={201: ActOut})
def renew(request: HttpRequest, subject: str) -> Status[ActOut]:
    """Prepare anew an annulment or replacement that can't be sealed."""
    caller = Caller.of(request, Right.RETURNS_ANNUL)
    act = renew_end(subject=subject, by=caller.user, at=caller.at)
    return Status(201, ActOut(act=act.pk, kind=act.kind, status=act.status))


@router.post("/{subject}/replace", response={201: ReplaceOut})
def ask_for_replacement(request: HttpRequest, subject: str, body: ReplaceIn) -> Status[ReplaceOut]:
    """Begin an application for a certificate in place of this one."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row = ask_replacement(subject=subject, reason=body.reason, by=caller.user, at=caller.at)
    version = str(row.version)
    return Status(201, ReplaceOut(application=str(row.pk), version=version, in_place_of=subject))


@router.post("/{application}/certify", response={201: CertificateOut})
def certify(
    request: HttpRequest, application: UUID, order: Body[CertificationOrder] = NOTHING_ELSE
) -> Status[CertificateOut]:
    """Certify in place of another certificate, and end that one if it still holds."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    terms = terms_of(order, caller)
    made = certify_in_place(application=application, by=caller.user, at=caller.at, terms=terms)
    return Status(201, certificate_out(made, request))


@router.get("/{subject}", response=StandingOut)
def get_standing(request: HttpRequest, subject: str) -> StandingOut:
    """Show standing, use and refusals of a certificate."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    standing = get_standing_for(caller.user, subject, at=caller.at)
    items = standing.certificate.items if standing.certificate else ()
    return StandingOut(
        subject=subject,
        status=str(standing.status),
        since=moment_to_text(standing.since) if standing.since else "",
        expires=standing.expires.isoformat() if standing.expires else "",
        items=[_item_standing(item, standing) for item in items],
        uses=[
            UseOut(
                declaration=use.body.declaration.number,
                date=use.body.declaration.date.isoformat(),
                post=use.body.post,
                legal_time=moment_to_text(use.entry.legal_time) if use.entry.legal_time else "",
            )
            for use in standing.uses
        ],
        refusals=[_refusal(entry) for entry in standing.refusals],
    )


def _item_standing(item: GoodsItem, standing: Standing) -> ItemStanding:
    used, rest = standing.used_of(item.sequence), standing.remaining(item.sequence)
    return ItemStanding(
        sequence=str(item.sequence),
        unit=used.unit,
        quantity=item.quantity.to_data()["value"],
        used=used.to_data()["value"],
        remaining=rest.to_data()["value"] if standing.is_counted(item.sequence) else None,
    )


def _refusal(entry: LoggedAct) -> UseOut:
    refusal = Refusal.from_record(Record(dict(entry.act.body), "refusal"))
    return UseOut(
        declaration=refusal.declaration.number,
        date=refusal.declaration.date.isoformat(),
        post=refusal.post,
        legal_time=moment_to_text(entry.legal_time) if entry.legal_time else "",
    )
