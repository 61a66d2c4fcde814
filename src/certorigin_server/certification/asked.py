"""The questions that every certification asks, their SQL written once (`prepared.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import (
    DateTimeField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    UUIDField,
)

from certorigin_server.assessment.asked import deciding_with_officer
from certorigin_server.certification.models import (
    BodyRules,
    Certificate,
    Deputation,
    InPlaceOf,
)
from certorigin_server.prepared import Prepared

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.assessment.queries import Assessment
    from certorigin_server.prepared import Slot


def _rules(body: Slot) -> QuerySet[BodyRules]:
    return BodyRules.objects.filter(body=body)


def _in_place(application: Slot) -> QuerySet[InPlaceOf]:
    return InPlaceOf.objects.select_related("base__act").filter(application=application)


def _originals(application: Slot) -> QuerySet[Certificate]:
    return Certificate.objects.filter(application=application, event="").order_by()


def in_force(at: datetime | Slot) -> Q:
    """The condition for deputations that hold at a moment."""
    return Q(starts__lte=at, ends__gt=at) & (Q(ended_at=None) | Q(ended_at__gt=at))


def _away(officer: Slot, at: Slot) -> QuerySet[Deputation]:
    return Deputation.objects.filter(in_force(at), officer=officer)[:1]


def _cases(applications: list[UUID], officer: Slot, at: Slot) -> QuerySet[Assessment]:
    """The decisions on some applications, with all that certifying asks about them at once."""
    of_application = Certificate.objects.filter(application=OuterRef("application"), event="")
    planned = InPlaceOf.objects.filter(application=OuterRef("application")).values("base")[:1]
    rules = BodyRules.objects.filter(body=OuterRef("application__body"))
    return deciding_with_officer(applications).annotate(
        is_certified=Exists(of_application),
        in_place_of=Subquery(planned),
        one_person=Exists(rules.filter(one_person=True)),
        asks_exporter=Exists(rules.filter(asks_exporter=True)),
        is_away=Exists(Deputation.objects.filter(in_force(at), officer=officer)),
    )


rules = Prepared(_rules, body=IntegerField())
in_place = Prepared(_in_place, application=UUIDField())
originals = Prepared(_originals, application=UUIDField())
away = Prepared(_away, officer=IntegerField(), at=DateTimeField())
cases = Prepared(_cases, applications=UUIDField(), officer=IntegerField(), at=DateTimeField())
