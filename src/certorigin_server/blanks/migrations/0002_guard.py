"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("blanks", "0001_initial")]

    operations = [
        GuardTables(
        Guard("blanks_delivery", ),
        Guard("blanks_use", ),
        Guard("blanks_destruction", ),
        Guard("blanks_safecount", ),
        Guard("blanks_spoiled", frozen=("body_id", "series", "width", "first", "last", "noted_at", "noted_by_id", "reason",),written_once=("destruction_id",),),
        )
    ]
