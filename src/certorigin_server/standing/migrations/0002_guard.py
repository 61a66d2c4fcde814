"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("standing", "0001_initial")]

    operations = [
        GuardTables(
        Guard("standing_registeredact", frozen=("publisher", "origin", "index", "act", "kind", "subject", "digest", "raw",),written_once=("legal_time",),),
        )
    ]
