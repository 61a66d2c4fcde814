"""Certificates on the strength of another state's: what was asked for, and the certificate (R48).

reading   to_send_on · get_re_export · re_export_of · asked_among · made_from
writing   note_re_export · note_re_export_refused · certify_re_export
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.certification.consignment import goods_keys
from certorigin.certification.issue import issued
from certorigin.errors import UnknownError
from certorigin.fees.reckon import Order
from certorigin.standing.entry import certificate_subject
from certorigin_server.certification.covered import Covering, cover_goods
from certorigin_server.certification.events.models import ReExport, ReExportRefusal
from certorigin_server.certification.models import Certificate
from certorigin_server.certification.queries import certificate_for, columns_of
from certorigin_server.fees.services import charge
from certorigin_server.fees.settled import require_settled
from certorigin_server.seal.services import prepare_act
from certorigin_server.trail.services import record
from certorigin_server.users.queries import issuing_organisations_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.seal.prepared import Slot
    from certorigin.vocabulary.acts import Cause
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin.vocabulary.corridor import Corridor
    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import Organisation, User

__all__ = ["ReExport", "ReExportRefusal"]


def to_send_on(user: User) -> QuerySet[ReExport]:
    """Return what waits for the certifying officers of a person's bodies, longest first."""
    found = ReExport.objects.filter(body__in=issuing_organisations_of(user))
    found = found.filter(refusal=None, application__certificates=None)
    rows = found.select_related("application__organisation", "asked_by")
    return rows.defer("application__document").order_by("asked_at", "id")


def get_re_export(asked: int, *, user: User, lock: bool = False) -> ReExport:
    """Return one request to the person's bodies. Raises UnknownError (`event.unknown`)."""
    found = ReExport.objects.filter(body__in=issuing_organisations_of(user), pk=asked)
    if lock:
        list(ReExport.objects.select_for_update(no_key=True).filter(pk=asked))
    row = found.select_related("body", "application__body", "asked_by", "refusal").first()
    if row is None:
        raise UnknownError("event.unknown", request=str(asked))
    return row


def re_export_of(application: UUID) -> ReExport | None:
    """Return on the strength of what an application is certified, or None for all others."""
    return ReExport.objects.filter(application=application).select_related("refusal").first()


def asked_among(applications: Iterable[UUID]) -> set[UUID]:
    """Return which of these applications ask for one that was not refused."""
    found = ReExport.objects.filter(application__in=list(applications), refusal=None)
    return set(found.values_list("application", flat=True))


def made_from(base: str) -> list[Certificate]:
    """Return the certificates of ours that rest on another state's, oldest first."""
    found = Certificate.objects.filter(application__re_export__base=base)
    return list(
        found.select_related("act", "application__re_export").order_by("certified_at", "id")
    )


def is_answered(row: ReExport) -> bool:
    """Say whether the certificate was made, or refused."""
    return hasattr(row, "refusal") or certificate_for(row.application_id) is not None


def note_re_export(
    *,
    application: Application,
    body: Organisation,
    base: str,
    reference: CertificateReference,
    document: str,
    remark: str,
    by: User,
    at: datetime,
) -> ReExport:
    """Note on the strength of what an application asks, in the caller's transaction.

    It costs what a substitute costs: our body makes it from a certificate that was issued before.
    """
    row = ReExport.objects.create(
        application=application,
        body=body,
        base=base,
        base_number=reference.number,
        base_issued_on=reference.date,
        base_issued_in=reference.issued_in,
        remark=remark,
        document=document,
        asked_at=at,
        asked_by=by,
    )
    charge(application=application, order=Order(application.form, "substitute"), at=at)
    facts = {"event": "re_export", "application": str(application.pk), "request": str(row.pk)}
    record(by=by.username, at=at, action="certification.event_asked", subject=base, **facts)
    return row


def note_re_export_refused(
    *, asked: ReExport, reason: str, by: User, at: datetime
) -> ReExportRefusal:
    """Note that the certificate is not made, and why, in the caller's transaction."""
    made = ReExportRefusal.objects.create(
        request=asked, reason=reason, refused_at=at, refused_by=by
    )
    facts = {"event": "re_export", "request": str(asked.pk)}
    record(by=by.username, at=at, action="certification.event_refused", subject=asked.base, **facts)
    return made


def certify_re_export(
    *,
    asked: ReExport,
    body: Organisation,
    boxes: Boxes,
    corridor: Corridor,
    year: int,
    serial: int,
    causes: Sequence[Cause],
    slots: list[Slot],
    by: User,
    at: datetime,
) -> Certificate:
    """Prepare the act and keep the certificate, in the caller's transaction.

    It is the certificate of its own application. Raises StandingError
    (`fees.unpaid`, `certification.consignment_covered`) for goods that another certificate covers
    (R23).
    """
    row = asked.application
    require_settled(application=row)
    act = issued(
        boxes,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        subject=certificate_subject(settings.SYSTEM.installation, str(uuid.uuid4())),
        corridor=corridor,
        at=at,
        causes=causes,
    )
    made = Certificate.objects.create(
        id=act.subject,
        application=row,
        act=prepare_act(act=act, slots=slots, by=by.username, at=at),
        body=body,
        year=year,
        serial=serial,
        **columns_of(boxes),
        certified_at=at,
        certified_by=by,
    )
    cover_goods(Covering(made, goods_keys(boxes)), at=at)
    facts = {"application": str(row.pk), "number": boxes.number, "event": "re_export"}
    record(by=by.username, at=at, action="certification.certified", subject=act.subject, **facts)
    return made
