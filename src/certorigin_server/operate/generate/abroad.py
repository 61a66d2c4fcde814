"""What the played partner does in a case: it issues a certificate, or uses one of ours."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.application.draft import Application
from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import assess
from certorigin.assessment.worksheet import Worksheet
from certorigin.certification.draft import draft_certificate
from certorigin.certification.issue import issued
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.acts import Act, Cause, Kind
from certorigin.vocabulary.bodies import CertificateReference, ItemUse, Refusal, Utilisation
from certorigin.vocabulary.certificate import ApplicantDeclaration
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.record import Record
from certorigin_server.operate.generate.papers import application_of, taken, worksheet_of
from certorigin_server.operate.generate.trade import Use

if TYPE_CHECKING:
    from datetime import date

    from certorigin_server.operate.generate.partner import PlayedPartner
    from certorigin_server.operate.generate.trade import Case
    from certorigin_server.standing.queries import RegisteredAct

POST = {"AZ": "Бакинское главное таможенное управление", "BY": "Минская центральная таможня"}


def number_of(case: Case) -> str:
    """Return the number that the partner gives its certificate."""
    year = f"{case.certified or case.applied:%y}"[-1]
    return f"{case.exporter.state}{case.importer.state}{year}001{case.number:06d}"


def reference_to_theirs(case: Case) -> CertificateReference:
    """Return how a declaration cites the certificate of a case of the partner's."""
    day = case.certified or case.applied
    return CertificateReference("ST-1", number_of(case), day, case.exporter.state)


def subject_of(case: Case, partner: PlayedPartner) -> str:
    """Return the subject of the certificate of a case of the partner's."""
    return certificate_subject(partner.name, f"generated-{case.number}")


def issue(case: Case, partner: PlayedPartner, *, at: datetime) -> bytes:
    """Assess, certify and seal a case of the partner's, by the same library as ours."""
    agreement = partner.corridor.corridor.agreement
    worksheet = Worksheet.from_data(worksheet_of(case, agreement=agreement))
    paper = application_of(case) | {
        "declaration": ApplicantDeclaration(
            country=case.exporter.state,
            declarant=f"{case.exporter.last_name} {case.exporter.first_name}",
            date=case.applied,
        ).to_data()
    }
    boxes = draft_certificate(
        Application.from_record(Record(paper)),
        assess(worksheet, agreement=get_agreement(agreement), at=at.date()),
        number=number_of(case),
        body=partner.body,
        body_name="Отдел сертификации происхождения",
        body_address=case.exporter.address,
        officer=partner.officer,
        officer_name="Мамедов А.",
        issued_in=partner.state,
        medium=partner.corridor.document_medium,
        at=at.date(),
    )
    act = issued(
        boxes,
        act_id=partner.act_id("issued", case.number),
        subject=subject_of(case, partner),
        corridor=partner.corridor.corridor,
        at=at,
    )
    return partner.sealed(act, "officer", "seal")


def use(
    case: Case, part: int, row: RegisteredAct, partner: PlayedPartner, *, at: datetime
) -> bytes:
    """Use one part of one of our certificates at import, or refuse the preference for it."""
    day = row.issued_on or at.date()
    reference = CertificateReference(row.form, row.number, day, row.issued_in)
    declared = DocumentReference(f"{10_000 + case.number}/{part + 1}", at.date())
    post, parts = POST[partner.state], 2 if case.use is Use.IN_PARTS else 1
    if case.use is Use.REFUSED:
        kind, body = (
            Kind.REFUSED,
            Refusal(
                reference, declared, post, "goods_not_identifiable", "", partner.inspector
            ).to_data(),
        )
    else:
        items = tuple(
            ItemUse(sequence, Quantity(Decimal(amount), line.kind.unit))
            for sequence, line in enumerate(case.lines, 1)
            if (amount := taken(line, part, parts))
        )
        kind, body = (
            Kind.UTILISED,
            Utilisation(
                reference, declared, post, items, row.index + 1, partner.inspector
            ).to_data(),
        )
    cause = Cause(row.act, hashlib.sha256(row.raw.encode()).hexdigest())
    act = Act(
        id=partner.act_id("used", case.number, part),
        kind=kind,
        issuer=partner.customs,
        at=at,
        corridor=partner.corridor.corridor,
        subject=row.subject,
        body=body,
        causes=(cause,),
    )
    return partner.sealed(act, "seal-customs")


def moment(day: date, hour: int, step: int = 0) -> datetime:
    """Return a moment of a working day; `step` seconds after the hour."""
    return datetime.combine(day, time(hour % 24), UTC).replace(
        minute=step // 60 % 60, second=step % 60
    )
