"""Reading certificates: what waits for a certifying officer, what was issued, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from certorigin.certification.check import check_certificate
from certorigin.errors import CertoriginError, UnknownError
from certorigin.mirror.issuer import verify_issuer
from certorigin.seal.canonical import parse_strict
from certorigin.seal.prepared import Prepared
from certorigin.seal.proof import verify_sealed
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.certificate import Certificate as Boxes
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.search import name_key, number_key
from certorigin_server.application.queries import visible_to as visible_applications
from certorigin_server.application.queries import with_party
from certorigin_server.certification import asked
from certorigin_server.certification.asked import in_force
from certorigin_server.certification.models import (
    BodyRules,
    Certificate,
    Deputation,
    Handover,
    InPlaceOf,
    LaidDraft,
    NumberSequence,
    Renewal,
    SentBack,
)
from certorigin_server.desk.search import with_beginning
from certorigin_server.seal.believed import find_unbelieved
from certorigin_server.seal.queries import published_acts, stuck_acts
from certorigin_server.seal.trust import get_trust
from certorigin_server.users.power_queries import Covers, powers_held
from certorigin_server.users.queries import (
    is_trader,
    issuing_organisations_of,
    sees_every_body,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.vocabulary.finding import Finding
    from certorigin_server.application.queries import Application
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.users.queries import Organisation, User

# What a line of a list does not show is not read.
WHOLE_ACT = ("act__document", "act__options", "act__sealed")


def visible_to(user: User) -> QuerySet[Certificate]:
    """Return the certificates whose applications a person may see."""
    if user.organisation is not None and is_trader(user.organisation):
        seen = Certificate.objects.filter(application__in=visible_applications(user))
    elif sees_every_body(user):
        seen = Certificate.objects.all()
    else:  # the body that certifies is the one to which the application was handed
        seen = Certificate.objects.filter(body__in=issuing_organisations_of(user))
    return seen.select_related("act", "body", "certified_by", "acted_for")


def issued_between(*, corridor: str, first: date, last: date) -> QuerySet[Certificate]:
    """Return the certificates of a corridor by the day in box 12, whoever may see them."""
    found = Certificate.objects.filter(act__corridor=corridor, act__set_aside_at=None)
    return found.filter(issued_on__range=(first, last)).select_related("act", "body")


def was_issued_before(*, corridor: str, day: date) -> bool:
    """Say whether a corridor has certificates from before a day."""
    return Certificate.objects.filter(act__corridor=corridor, issued_on__lt=day).exists()


def waiting_days(*, corridor: str) -> list[tuple[date, int]]:
    """Count, by the day in box 12, the certificates that the partner has not countersigned."""
    waiting = Certificate.objects.filter(
        act__corridor=corridor, act__set_aside_at=None, act__mirrored_at=None
    )
    counted = waiting.order_by("issued_on").values_list("issued_on")
    return list(counted.annotate(count=Count("pk")))


def get_visible(subject: str, *, user: User) -> Certificate:
    """Return one certificate. Raises UnknownError (`certificate.unknown`) also for hidden ones."""
    found = visible_to(user).filter(pk=subject, application__destroyed_at=None).first()
    if found is None:
        raise UnknownError("certificate.unknown", subject=subject[:200])
    return found


def numbers_taken(body: Organisation, *, year: int) -> int:
    """Return how many numbers of a body and year were taken, over all forms."""
    found = NumberSequence.objects.filter(body=body, year=year)
    return int(found.aggregate(taken=Sum("last"))["taken"] or 0)


def lock_certificate(certificate: Certificate) -> None:
    """Let acts about a certificate of ours come one after the other, in their transactions."""
    Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)


def search(user: User, *, text: str = "", application: UUID | None = None) -> QuerySet[Certificate]:
    """Find certificates that a person may see, by number, party or application, newest first.

    What is the beginning of a number is looked for as a number, anything else as a party.
    """
    found = visible_to(user)
    if application is not None:
        found = found.filter(application=application)
    if text.strip():
        key = number_key(text)
        every = Certificate.objects.all()
        numbered = with_beginning(found, "number_key", key, among=every) if key else None
        if numbered is not None and numbered.exists():
            return numbered
        found = with_party(found, text, on="application")
    return found


def certified_by(
    user: User, *, at: datetime, text: str = "", body: Organisation | None = None
) -> QuerySet[Certificate]:
    """Find the certificates that a person may see and that were certified up to a moment."""
    found = search(user, text=text).filter(certified_at__lte=at)
    return found if body is None else found.filter(body=body)


def find_certificate(subject: str) -> Certificate | None:
    """Return a certificate of this installation by its subject, or None, whoever asks."""
    return Certificate.objects.select_related("act", "body").filter(pk=subject).first()


def published_under(number: str, day: date) -> list[tuple[str, str, str | None]]:
    """Return kind, subject and digest of our published acts about a number and day, whoever asks.

    One statement, whether there is such a certificate or not.
    """
    released = Certificate.objects.filter(act__published_at__isnull=False)
    meant = released.filter(number_key=number_key(number), issued_on=day).values("pk")
    return published_acts(meant)


def is_certified(application: UUID) -> bool:
    """Say whether an application has its certificate."""
    return certificate_for(application) is not None


def certificate_for(application: UUID) -> Certificate | None:
    """Return the certificate of an application, or None; the application was seen already."""
    return asked.originals.first(application=application)


def last_serial(body: Organisation, form: str, *, year: int) -> int:
    """Return the last serial that a body gave for a form in a year, or 0."""
    found = NumberSequence.objects.filter(body=body, form=form, year=year).first()
    return found.last if found else 0


def to_certify(user: User) -> QuerySet[Application]:
    """Return the applications found to originate and not yet certified, longest waiting first."""
    waiting = visible_applications(user).filter(to_certify_since__isnull=False)
    rows = waiting.select_related("organisation", "body").defer("document")
    return rows.order_by("to_certify_since", "id")


def boxes_of(certificate: Certificate) -> Boxes:
    """Read the boxes out of the act, as they were prepared for the seal."""
    act = read_act(certificate.act)
    return Boxes.from_record(Record(dict(act.body), "certificate"))


def read_act(act: SealedAct) -> Act:
    """Read an act as it was prepared."""
    return Act.from_document(parse_strict(act.document.encode()))


def find_remarks(certificate: Certificate) -> tuple[Finding, ...]:
    """Return what the box-by-box check remarks on an issued certificate."""
    boxes = boxes_of(certificate)
    return tuple(check_certificate(boxes, form=get_form(boxes.form)))


# -- how a body certifies -------------------------------------------------------------------------


def rules_of(body: Organisation) -> BodyRules | None:
    """Return the rules of a body, or None where the strict ones hold."""
    return asked.rules.first(body=body.pk)


def needs_two_persons(body: Organisation) -> bool:
    """Say whether who assessed may not certify: always, unless settings say otherwise."""
    rules = rules_of(body)
    return are_two_needed(is_one_enough=rules is not None and rules.one_person)


def are_two_needed(*, is_one_enough: bool) -> bool:
    """Say it of a body by its rules, which were read before."""
    return settings.SYSTEM.four_eyes and not is_one_enough


def asks_exporter(body: Organisation) -> bool:
    """Say whether the exporter has to approve each draft of a body."""
    rules = rules_of(body)
    return rules is not None and rules.asks_exporter


# -- deputies -------------------------------------------------------------------------------------


def deputations_at(body: Organisation) -> QuerySet[Deputation]:
    """Return the deputations of a body, the newest first."""
    found = Deputation.objects.filter(body=body)
    return found.select_related("officer", "deputy")


def absence_of(officer: User, *, at: datetime) -> Deputation | None:
    """Return the deputation by which an officer is away at a moment, or None."""
    return asked.away.first(officer=officer.pk, at=at)


def principals_of(deputy: User, *, at: datetime) -> list[User]:
    """Return the officers for whom somebody may act at a moment."""
    found = Deputation.objects.filter(in_force(at), deputy=deputy, body=deputy.organisation)
    return [one.officer for one in found.select_related("officer").order_by("starts", "id")]


def is_deputy_of(deputy: User, officer: User, *, at: datetime) -> bool:
    """Say whether somebody acts for an officer at a moment."""
    return officer in principals_of(deputy, at=at)


# -- drafts, cases sent back, certificates in place of others --------------------------------------


def newest_draft(application: UUID) -> LaidDraft | None:
    """Return the draft that was laid before the exporter last, or None."""
    found = LaidDraft.objects.filter(application=application).select_related("answer", "laid_by")
    return found.order_by("laid_at", "id").last()


def drafts_to_answer(user: User) -> list[LaidDraft]:
    """Return the drafts that wait for the answer of a trader, longest waiting first.

    Those of the own company and its branches, and those of principals whose power in force covers
    handing in, for applications that the person sees (R60).
    """
    newest = LaidDraft.objects.filter(application=OuterRef("application"))
    newest_pk = Subquery(newest.order_by("-laid_at", "-id").values("pk")[:1])
    powers = powers_held(user, at=timezone.now()).filter(covers=Covers.SUBMIT)
    principals = list(powers.values_list("principal", flat=True))
    of_whom = Q(application__organisation__in=issuing_organisations_of(user))
    if principals:
        seen = visible_applications(user).filter(organisation__in=principals)
        of_whom |= Q(application__in=seen.values("pk"))
    own = LaidDraft.objects.filter(
        of_whom,
        application__to_certify_since__isnull=False,
        answer=None,
        pk=newest_pk,
    )
    waiting = own.select_related("application__body").defer("application__document")
    return list(waiting.order_by("laid_at", "id")[:200])


def last_sent_back(application: UUID) -> SentBack | None:
    """Return why a case was last sent back to the assessing officers, or None."""
    found = SentBack.objects.filter(application=application).select_related("sent_by")
    return found.order_by("sent_at", "id").last()


def base_of(application: UUID) -> InPlaceOf | None:
    """Return in place of which certificate one was asked for, or None."""
    return asked.in_place.first(application=application)


def asked_in_place_of(subject: str) -> list[InPlaceOf]:
    """Return the applications for a certificate in place of this one, oldest first."""
    return list(InPlaceOf.objects.select_related("application").filter(base=subject))


def renewals_of(certificate: Certificate) -> list[Renewal]:
    """Return how often, by whom and why a certificate was prepared anew, oldest first."""
    found = Renewal.objects.filter(certificate=certificate)
    return list(found.select_related("renewed_by", "certified_before_by").order_by("renewed_at"))


def handover_of(certificate: Certificate) -> Handover | None:
    """Return to whom the paper was handed, or None."""
    found = Handover.objects.filter(certificate=certificate)
    return found.select_related("handed_by").first()


# -- what the partner does not recognise, and what is stuck --------------------------------------


def find_void(certificate: Certificate) -> CertoriginError | None:
    """Return why the partner sets a certificate aside, or None.

    Asked by the partner's own rule: whether the keys were believed at the legal time, by the trust
    list in force now. None, too, while there is no legal time.
    """
    act = certificate.act
    if act.mirrored_at is None or not act.sealed:
        return None
    try:
        sealed = verify_sealed(act.sealed.encode())
        verify_issuer(
            read_act(act),
            sealed.proofs,
            get_trust(),
            publisher=settings.SYSTEM.installation,
            at=act.mirrored_at,
        )
    except CertoriginError as fault:
        return fault
    return None


def why_stuck(certificate: Certificate, *, at: datetime) -> CertoriginError | None:
    """Return why the keys of an unsealed certificate are not believed now, or None."""
    act = certificate.act
    prepared = Prepared(act.document.encode(), act.options.encode())
    return find_unbelieved(prepared, trust=get_trust(), at=at)


def stuck_certificates(user: User) -> QuerySet[Certificate]:
    """Return the certificates of the person's own body that can't be sealed with their keys."""
    stuck = [act.pk for act in stuck_acts(limit=1_000)]
    own = visible_to(user).filter(body=user.organisation, act__in=stuck)
    return own.order_by("act__stuck_at", "id")


# -- for figures ----------------------------------------------------------------------------------


def made_from_applications(subjects: Iterable[str]) -> dict[str, Certificate]:
    """Return certificates of ours with their applications, by their subjects, whoever asks."""
    rows = Certificate.objects.filter(pk__in=list(subjects)).select_related("application")
    return {row.pk: row for row in rows}


def bodies_that_issued(subjects: Iterable[str]) -> dict[str, str]:
    """Return the short names of the bodies of ours that issued some certificates."""
    rows = Certificate.objects.filter(pk__in=list(subjects))
    return dict(rows.values_list("pk", "body__slug"))


def columns_of(boxes: Boxes) -> dict[str, Any]:
    """Return the columns by which a certificate is found, as its boxes have them."""
    parties = (boxes.exporter, boxes.importer, boxes.consignor, boxes.consignee)
    return {
        "form": boxes.form,
        "number": boxes.number,
        "number_key": number_key(boxes.number),
        "issued_on": boxes.certification.date,
        "destination": boxes.presented_in,
        "parties_key": " | ".join(name_key(party.name) for party in parties if party)[:700],
    }
