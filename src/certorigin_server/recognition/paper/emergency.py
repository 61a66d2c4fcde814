"""The emergency form: what was accepted on paper while service was disturbed (R18, R20).

enter · reconcile_one · close

While a notice of disturbed service holds, the paper rules apply by themselves (Annex 4, 4.3): the
officer accepts the original and writes it down. The act names the notice; when service is restored
each entry is compared with the mirror. What agrees is accepted in the officer's name, so that the
use counts; what differs, or is not found, is work.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from certorigin.errors import (
    CertoriginError,
    ConflictError,
    FindingsError,
    LimitError,
    StandingError,
    UnknownError,
)
from certorigin.recognition.report import Outcome
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.demands import PaperAnswer
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.search import number_key
from certorigin_server.mirror.notices import notices_now
from certorigin_server.recognition import services
from certorigin_server.recognition.examination import Examiner
from certorigin_server.recognition.models import EmergencyEntry
from certorigin_server.recognition.paper.queries import MOST_OPEN, of_posts
from certorigin_server.recognition.paper.services import require_reason
from certorigin_server.recognition.preference.queries import require_conditions
from certorigin_server.recognition.queries import (
    document_of,
    find_cited,
    lines_on,
    lock_visible,
)
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.services import prepare_act
from certorigin_server.seal.slots import officer_slot, seal_slot
from certorigin_server.trail.services import record
from certorigin_server.users.queries import central_customs_authority

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.mirror.service import Notice
    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.users.queries import User

ACCEPTED_ON_PAPER = "accepted"
MAX_TEXT = {"blank": 60, "remark": 1000}


def notice_for(state: str, *, at: datetime) -> Notice | None:
    """Return the notice by which the paper rules apply to a state's certificates, or None."""
    for one in settings.SYSTEM.corridors:
        if one.partner.partition("-")[0] == state:
            holding = [found for found in notices_now(str(one.corridor), at=at) if found.holds(at)]
            if holding:
                return holding[0]
    return None


@transaction.atomic
def enter(
    *,
    declaration: UUID,
    reference: CertificateReference,
    blank: str,
    remark: str,
    by: User,
    at: datetime,
) -> EmergencyEntry:
    """Write down that an original was accepted while service is disturbed; the act is prepared.

    Raises StandingError (`emergency.not_disturbed`, `recognition.not_cited`), ConflictError
    (`emergency.entered`), LimitError, UnknownError.
    """
    row = lock_visible(declaration, user=by)
    for name, text in (("blank", blank), ("remark", remark)):
        if len(text) > MAX_TEXT[name]:
            raise LimitError("web.text_too_long", place=name, limit=str(MAX_TEXT[name]))
    if not lines_on(document_of(row), reference):
        raise StandingError("recognition.not_cited", number=reference.number)
    notice = notice_for(reference.issued_in, at=at)
    if notice is None:
        raise StandingError("emergency.not_disturbed", state=reference.issued_in)
    try:
        with transaction.atomic():
            made = EmergencyEntry.objects.create(
                declaration=row,
                form=reference.form,
                number=reference.number,
                number_key=number_key(reference.number),
                issued_on=reference.date,
                issued_in=reference.issued_in,
                notice=notice.subject,
                blank=blank.strip(),
                remark=remark.strip(),
                entered_at=at,
                entered_by=by,
                act=_tell(row, reference, notice, remark.strip(), by, at),
            )
    except IntegrityError as error:
        raise ConflictError("emergency.entered", number=reference.number) from error
    facts = {"declaration": str(row.pk), "notice": notice.subject}
    record(by=by.username, at=at, action="recognition.emergency", subject=str(row.pk), **facts)
    return made


def reconcile_one(*, entry: EmergencyEntry, at: datetime) -> bool:
    """Compare an entry with the mirror, once service is restored; say whether anything changed.

    What agrees is accepted in the name of the officer who saw the original.
    """
    if notice_for(entry.issued_in, at=at) is not None:
        return False
    EmergencyEntry.objects.filter(pk=entry.pk, closed_at=None).update(judged_at=at)
    outcome, codes = _judge(entry, at=at)
    if outcome == EmergencyEntry.Outcome.AGREES:
        try:
            with transaction.atomic():
                _accept(entry, at=at)
                _set(entry, outcome, codes, at, closed_at=at, closed_by=entry.entered_by)
        except CertoriginError as fault:
            outcome, codes = EmergencyEntry.Outcome.DIFFERS, fault.code
        else:
            return True
    if (entry.outcome, entry.codes) == (outcome, codes):
        return False
    return _set(entry, outcome, codes, at)


@transaction.atomic
def close(*, entry: int, remark: str, by: User, at: datetime) -> None:
    """Note what was done about an entry that differs or was not found.

    Raises UnknownError (`emergency.unknown`), FindingsError without a remark, ConflictError
    (`emergency.closed`), StandingError (`emergency.not_judged`).
    """
    row = entries_of(by).filter(pk=entry).first()
    if row is None:
        raise UnknownError("emergency.unknown", entry=str(entry))
    if not row.outcome:
        raise StandingError("emergency.not_judged", number=row.number)
    if not remark.strip():
        raise FindingsError("recheck.remark_needed", [Finding("recheck.remark_needed", "remark")])
    if len(remark) > MAX_TEXT["remark"]:
        raise LimitError("web.text_too_long", place="remark", limit=str(MAX_TEXT["remark"]))
    open_one = EmergencyEntry.objects.filter(pk=row.pk, closed_at=None)
    if not open_one.update(closed_at=at, closed_by=by, closing_remark=remark.strip()):
        raise ConflictError("emergency.closed", number=row.number)
    record(by=by.username, at=at, action="recognition.emergency_closed", subject=str(row.pk))


def entries_of(user: User) -> QuerySet[EmergencyEntry]:
    """Return the entries of the posts whose papers a person may see, oldest first."""
    found = EmergencyEntry.objects.filter(of_posts(user))
    return found.select_related("declaration__post", "entered_by", "closed_by")


def entry_on(row: GoodsDeclaration, reference: CertificateReference) -> EmergencyEntry | None:
    """Return the entry of a certificate under a declaration, or None."""
    found = EmergencyEntry.objects.filter(
        declaration__number=row.number,
        declaration__date=row.date,
        number_key=number_key(reference.number),
        form=reference.form,
    )
    return found.select_related("entered_by", "closed_by").first()


def entries_to_reconcile(limit: int = 100) -> list[EmergencyEntry]:
    """Return open entries, those first that were not compared for longest: all have their turn."""
    found = EmergencyEntry.objects.filter(closed_at=None).select_related(
        "declaration__post", "entered_by__organisation"
    )
    longest = F("judged_at").asc(nulls_first=True)
    return list(found.order_by(longest, "entered_at", "pk")[:limit])


def entries_to_look_at(user: User) -> QuerySet[EmergencyEntry]:
    """Return entries that differ or were not found, and that nobody closed."""
    # What is open is little, and found before whose it is.
    waiting = EmergencyEntry.objects.filter(closed_at=None).order_by("entered_at", "pk")
    few = list(waiting.exclude(outcome="").values_list("pk", flat=True)[:MOST_OPEN])
    return entries_of(user).filter(pk__in=few)


def reference_in(entry: EmergencyEntry) -> CertificateReference:
    """Return the certificate that an entry names."""
    return CertificateReference(entry.form, entry.number, entry.issued_on, entry.issued_in)


def _judge(entry: EmergencyEntry, *, at: datetime) -> tuple[str, str]:
    document = document_of(entry.declaration)
    (found, *others) = Examiner(at=at).examine(document, [reference_in(entry)])
    if found.report is None:
        missing = not found.subject
        outcome = EmergencyEntry.Outcome.NOT_FOUND if missing else EmergencyEntry.Outcome.DIFFERS
        return outcome, found.reason
    if others or found.report.bottom_line is not Outcome.RECOGNISED:
        bad = {Outcome.REFUSED, Outcome.UNDETERMINED}
        codes = [part.code for part in found.report.parts.values() if part.outcome in bad]
        return EmergencyEntry.Outcome.DIFFERS, ", ".join(codes)[:500]
    return EmergencyEntry.Outcome.AGREES, ""


def _accept(entry: EmergencyEntry, *, at: datetime) -> None:
    """Accept in the officer's name, for whom nobody gives a reason but the officer (R19, R42)."""
    reference = reference_in(entry)
    require_reason(entry.declaration, reference, "")
    require_conditions(entry.declaration, "")
    (issued,) = find_cited(reference)
    services.accept(
        declaration=entry.declaration_id,
        subject=issued.subject,
        override=f"{entry.notice} · {entry.act}",
        by=entry.entered_by,
        at=at,
    )


def _set(entry: EmergencyEntry, outcome: str, codes: str, at: datetime, **closed: object) -> bool:
    waiting = EmergencyEntry.objects.filter(pk=entry.pk, closed_at=None)
    return bool(waiting.update(outcome=outcome, codes=codes, judged_at=at, **closed))


def _tell(
    row: GoodsDeclaration,
    reference: CertificateReference,
    notice: Notice,
    remark: str,
    by: User,
    at: datetime,
) -> str:
    """Prepare the act; the officer's own key seals beside the authority's where there is one."""
    keyring, authority = get_keyring(), central_customs_authority().urn
    declared = DocumentReference(row.number, row.date)
    body = PaperAnswer(
        reference, declared, row.post.name, ACCEPTED_ON_PAPER, remark, by.officer_urn
    )
    act = Act(
        id=f"urn:uuid:{uuid.uuid4()}",
        kind=Kind.PAPER_ANSWERED,
        issuer=authority,
        at=at.replace(microsecond=0),
        corridor=settings.SYSTEM.corridor_of(notice.corridor).corridor,
        subject=notice.subject,
        body=body.to_data(),
    )
    slots = []
    with suppress(UnknownError):
        slots.append(officer_slot(keyring, officer=by, at=at))
    slots.append(seal_slot(keyring, controller=authority, at=at))
    return prepare_act(act=act, slots=slots, by=by.username, at=at).pk
