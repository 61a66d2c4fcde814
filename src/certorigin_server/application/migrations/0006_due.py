"""The last day of a term stands in the row of what waits: a work list is read in its order.

The indexes hold only what waits. The days are filled in by assessment.0003_fill_due.
"""

from datetime import date

from django.db import migrations, models

_PRESSING = ("due_on", "submitted_at", "id")
_WAITS = models.Q(status="submitted", decided_at=None)


class Migration(migrations.Migration):
    dependencies = [("application", "0005_fill_listed")]

    operations = [
        migrations.AddField("application", "term_from", models.DateField(null=True, blank=True)),
        migrations.AddField(
            "application",
            "due_on",
            models.DateField(null=True, blank=True, db_default=models.Value(date.min)),
        ),
        migrations.AddIndex(
            "application",
            models.Index(fields=["body", *_PRESSING], name="application_of_body_due", condition=_WAITS),
        ),
        migrations.AddIndex(
            "application",
            models.Index(fields=_PRESSING, name="application_due", condition=_WAITS),
        ),
    ]
