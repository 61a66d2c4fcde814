"""The questions that every certification asks, their SQL written once (`prepared.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import IntegerField, UUIDField

from certorigin_server.certification.models import BodyRules, Certificate, InPlaceOf
from certorigin_server.prepared import Prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from certorigin_server.prepared import Slot


def _rules(body: Slot) -> QuerySet[BodyRules]:
    return BodyRules.objects.filter(body=body)


def _in_place(application: Slot) -> QuerySet[InPlaceOf]:
    return InPlaceOf.objects.select_related("base__act").filter(application=application)


def _originals(application: Slot) -> QuerySet[Certificate]:
    return Certificate.objects.filter(application=application, event="").order_by()


rules = Prepared(_rules, body=IntegerField())
in_place = Prepared(_in_place, application=UUIDField())
originals = Prepared(_originals, application=UUIDField())
