"""Reading fees: which schedule holds, what something costs, how a fee stands, what goes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import DateField, Exists, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from certorigin.certification.sheets import sheets_of
from certorigin.errors import MalformedError, UnknownError
from certorigin.fees.balance import Balance, Kind, Status
from certorigin.fees.reckon import Order, Reckoning, reckon
from certorigin.fees.reference import name_in
from certorigin.fees.schedule import Schedule
from certorigin.seal.canonical import parse_strict
from certorigin_server.application.queries import USUAL_FORM, draft_of, visible_to
from certorigin_server.assessment.queries import clock_for
from certorigin_server.fees.models import (
    Fee,
    FeeRules,
    Movement,
    PaymentFile,
    ScheduleEntry,
    Wish,
    name_of,
)
from certorigin_server.prepared import Prepared
from certorigin_server.users.queries import (
    authorities,
    choose_body,
    issuing_bodies_of,
    issuing_organisations_of,
    sees_every_body,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.application.queries import Application
    from certorigin_server.prepared import Slot
    from certorigin_server.users.queries import Organisation, User

__all__ = ["Fee", "FeeRules", "Movement", "PaymentFile", "ScheduleEntry"]


@dataclass(frozen=True)
class Quote:
    """What something would cost at a body today, by which schedule."""

    body: Organisation
    entry: ScheduleEntry
    reckoning: Reckoning

    @property
    def schedule(self) -> Schedule:
        """The schedule, for its act and its exemptions."""
        return schedule_of(self.entry)


def bodies_of(user: User) -> list[Organisation]:
    """Return the bodies whose fees a person may govern: those of one's own organisation."""
    return issuing_bodies_of(user)


def get_body(slug: str, *, user: User) -> Organisation:
    """Return one of them; without a name one's own, else the first. Raises UnknownError."""
    return choose_body(bodies_of(user), slug, user=user)


def rules_of(body: int) -> FeeRules:
    """Return the rules of a body; those of nobody where it set none."""
    return _RULES.first(body=body) or FeeRules(body_id=body)


def _rules(body: Slot) -> QuerySet[FeeRules]:
    return FeeRules.objects.filter(body=body).order_by()


_RULES = Prepared(_rules, body=IntegerField())


def schedule_of(entry: ScheduleEntry) -> Schedule:
    """Read a schedule."""
    return Schedule.from_data(parse_strict(entry.document.encode()))


def schedules_of(body: Organisation) -> QuerySet[ScheduleEntry]:
    """Return every schedule of a body, the newest first."""
    return ScheduleEntry.objects.filter(body=body).select_related("body", "entered_by")


def schedule_on(body: int, day: date) -> ScheduleEntry | None:
    """Return the schedule of a body that holds on a day, or None: then nothing is due."""
    found = _BEGUN.first(body=body, day=day)
    if found is None or (found.valid_until is not None and found.valid_until < day):
        return None
    return found


def entry_for(application: Application, *, at: datetime | None = None) -> ScheduleEntry | None:
    """Return the schedule of a moment, or of the day on which an application was submitted."""
    moment = at or application.submitted_at
    if application.body_id is None or moment is None:
        return None
    return schedule_on(application.body_id, timezone.localdate(moment))


def _begun(body: Slot, day: Slot) -> QuerySet[ScheduleEntry]:
    begun = ScheduleEntry.objects.filter(body=body, valid_from__lte=day).select_related("body")
    return begun.order_by("-valid_from", "-pk")[:1]


_BEGUN = Prepared(_begun, body=IntegerField(), day=DateField())


def in_force(day: date) -> list[ScheduleEntry]:
    """Return the schedule in force of each body that has one, by the name of the body."""
    bodies = sorted(authorities(), key=lambda one: (one.name, one.pk))
    known = set(ScheduleEntry.objects.order_by().values_list("body", flat=True).distinct())
    found = (schedule_on(one.pk, day) for one in bodies if one.pk in known)
    return [entry for entry in found if entry is not None]


def is_urgent(application: Application) -> bool:
    """Say whether the applicant asks for urgent work."""
    return Wish.objects.filter(application=application.pk, urgent=True).exists()


def order_of(application: Application) -> Order:
    """Return what an application would have to pay for; the sheets are reckoned from the goods."""
    draft = draft_of(application)
    sheets = len(sheets_of([item.description for item in draft.items])) - 1
    listed = 0 if draft.goods_list else sheets
    return Order(draft.form or USUAL_FORM, urgent=is_urgent(application), sheets=listed)


def quotes_for(application: Application, *, at: datetime) -> list[Quote]:
    """Return what an application would cost: at its body, or before submission at each."""
    day, order = timezone.localdate(at), order_of(application)
    if application.body_id is None:
        entries = in_force(day)
    else:
        found = schedule_on(application.body_id, day)
        entries = [found] if found else []
    return [Quote(one.body, one, reckon(schedule_of(one), order)) for one in entries]


def fees_for(application: UUID) -> list[Fee]:
    """Return the fees of an application, the first one first."""
    found = Fee.objects.filter(application=application).select_related("body", "schedule")
    return list(found.order_by("pk"))


def late_since_of(application: Application, *, at: datetime | None) -> date | None:
    """Return the first day after a term that was over at a moment, or None."""
    clock = clock_for(application, at=at) if at else None
    if clock is None or clock.due is None or not clock.is_overdue:
        return None
    return clock.due + timedelta(days=1)


def fee_of(application: UUID, *, request: int = 0) -> Fee | None:
    """Return the fee for an application, or for what is made from its certificate."""
    return Fee.objects.filter(application=application, request=request).first()


def reckoning_of(fee: Fee) -> Reckoning:
    """Read what was reckoned."""
    return Reckoning.from_data(parse_strict(fee.document.encode()))


def movements_of(fee: Fee) -> list[Movement]:
    """Return what moved on a fee, in order."""
    return list(fee.movements.select_related("noted_by"))


def balance_of(fee: Fee) -> Balance:
    """Return how a fee stands."""
    moved = [(Kind(one.kind), Decimal(one.amount)) for one in fee.movements.all()]
    late = fee.late_since is not None and rules_of(fee.body_id).late_refunds
    return Balance.of(Decimal(fee.total), moved, late=late)


def get_visible(fee: int, *, user: User) -> Fee:
    """Return a fee. Raises UnknownError (`fees.unknown`) also for hidden ones."""
    found = Fee.objects.filter(pk=fee, application__in=visible_to(user))
    row = found.select_related("application__organisation", "body", "schedule").first()
    if row is None:
        raise UnknownError("fees.unknown", reference=str(fee))
    return row


def find_by_reference(reference: str, *, bodies: list[int]) -> Fee | None:
    """Return the fee of one of some bodies that a reference names, or None."""
    try:
        name = name_in(reference)
    except MalformedError:
        return None
    number = name.removeprefix(str(settings.SYSTEM.state))
    # No other spelling of the number is a reference of ours: another one was never given.
    if not number.isdecimal() or name != name_of(int(number)):
        return None
    return Fee.objects.filter(pk=int(number), body__in=bodies).first()


def fees_visible_to(user: User, *, status: str = "") -> QuerySet[Fee]:
    """Return the fees that an officer may see, the newest change first."""
    found = Fee.objects.select_related("application__organisation", "body")
    found = found.defer("document", "application__document")
    if not sees_every_body(user):
        found = found.filter(body__in=issuing_organisations_of(user))
    if status in {str(one) for one in Status}:
        found = found.filter(status=status)
    return found


def refunds_due(user: User) -> QuerySet[Fee]:
    """Return the fees of a person's own body of which something goes back, oldest first."""
    found = Fee.objects.filter(body=user.organisation_id, refund_since__isnull=False)
    rows = found.select_related("application__organisation").defer("application__document")
    return rows.order_by("refund_since", "pk")


def to_judge() -> QuerySet[Fee]:
    """Return the fees of applications of which it is not known whether the term was kept."""
    rows = Fee.objects.filter(judged_at=None, request=0).select_related("application")
    return rows.order_by("pk")


def ended(fees: QuerySet[Fee]) -> QuerySet[Fee]:
    """Return those whose application was decided or withdrawn."""
    over = Q(application__decided_at__isnull=False) | Q(application__withdrawn_at__isnull=False)
    return fees.filter(over)


def uncharged(applications: QuerySet[Application], *, most: int) -> list[Application]:
    """Return those of some applications that have no fee, though a schedule held at submission.

    As `schedule_on` has it: of the schedules that had begun the latest, if it had not ended.
    """
    bodies = ScheduleEntry.objects.order_by().values_list("body", flat=True).distinct()
    charged = Fee.objects.filter(application=OuterRef("pk"), request=0)
    begun = ScheduleEntry.objects.filter(body=OuterRef("body"), valid_from__lte=OuterRef("day"))
    last = Coalesce("valid_until", Value(date.max, output_field=DateField()))
    ends = begun.order_by("-valid_from", "-pk").annotate(last=last).values("last")[:1]
    waiting = applications.filter(~Exists(charged), body__in=list(bodies))
    waiting = waiting.alias(day=TruncDate("submitted_at")).filter(day__lte=Subquery(ends))
    return list(waiting.select_related("body")[:most])


def files_of(body: Organisation) -> QuerySet[PaymentFile]:
    """Return the files of payments that a body took, newest first."""
    return PaymentFile.objects.filter(body=body).select_related("taken_by")


def get_file(file: int, *, user: User) -> PaymentFile:
    """Return a file of payments. Raises UnknownError (`fees.unknown`)."""
    seen = issuing_organisations_of(user)
    found = PaymentFile.objects.filter(pk=file, body__in=seen).select_related("taken_by").first()
    if found is None:
        raise UnknownError("fees.unknown", reference=str(file))
    return found
