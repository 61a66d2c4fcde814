"""A delivery that was noted by mistake is taken back, and the note stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from certorigin_server.trail.guards import Guard, GuardTables, LiftGuards

NOTED = (
    "body_id",
    "series",
    "width",
    "first",
    "last",
    "noted_at",
    "noted_by_id",
    "received_on",
    "supplier",
    "document",
)


class Migration(migrations.Migration):

    dependencies = [
        ('blanks', '0003_taken_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LiftGuards(Guard("blanks_delivery")),
        migrations.AddField(
            model_name='delivery',
            name='taken_back_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='taken_back_because',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='delivery',
            name='taken_back_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at', None), ('taken_back_because', ''), ('taken_back_by', None)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False), models.Q(('taken_back_because', ''), _negated=True)), _connector='OR'), name='blanks_delivery_taken_back_whole'),
        ),
        GuardTables(Guard("blanks_delivery", frozen=NOTED, ended_by=("taken_back_at",))),
    ]
