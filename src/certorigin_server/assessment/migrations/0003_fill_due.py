"""Fills the last day of the term of what waits (application.0006), some rows at a time.

It holds no transaction around all of them, and goes on where it was broken off.
"""

from collections import defaultdict
from datetime import date

from django.conf import settings
from django.db import migrations
from django.utils import timezone

from certorigin.assessment.term import clock_of

_AT_ONCE = 500


def fill(apps, schema_editor):
    alias, today = schema_editor.connection.alias, timezone.localdate()
    rows = apps.get_model("application", "Application").objects.using(alias)
    waiting = rows.filter(status="submitted", decided_at=None, due_on=date.min).order_by("pk")
    waiting = waiting.only("pk", "submitted_at", "term_from")
    some = list(waiting[:_AT_ONCE])
    while some:
        keys = [row.pk for row in some]
        stops, opened = _stops(apps, alias, keys), _opened(apps, alias, keys)
        for row in some:
            if row.pk in opened:
                row.term_from = timezone.localdate(max(opened[row.pk]))
            start = row.term_from or timezone.localdate(row.submitted_at)
            clock = clock_of(settings.SYSTEM.state, start, today, tuple(stops[row.pk]))
            row.due_on = clock.due or date.max
        rows.bulk_update(some, ["term_from", "due_on"])
        some = list(waiting.filter(pk__gt=some[-1].pk)[:_AT_ONCE])


def _stops(apps, alias, keys):
    """From which day until which the clock stood still, or stands."""
    asked = apps.get_model("application", "Question").objects.using(alias)
    asked = asked.filter(application__in=keys, suspends=True)
    found = defaultdict(list)
    for key, *moments in asked.values_list("application", "asked_at", "answered_at", "taken_back_at"):
        since, *ends = (timezone.localdate(one) if one else None for one in moments)
        found[key].append((since, next(filter(None, ends), None)))
    return found


def _opened(apps, alias, keys):
    """When a case was opened again, by a reopening or an appeal that was upheld."""
    found = defaultdict(list)
    for model, case, moment, more in (
        ("Reopening", "assessment__application", "opened_at", {}),
        ("Appeal", "refusal__application", "resolved_at", {"outcome": "upheld"}),
    ):
        rows = apps.get_model("assessment", model).objects.using(alias)
        for key, at in rows.filter(**{f"{case}__in": keys}, **more).values_list(case, moment):
            found[key].append(at)
    return found


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("application", "0006_due"), ("assessment", "0002_guard")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
