"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("log", "0001_initial")]

    operations = [
        GuardTables(
        Guard("log_nationalentry", ),
        )
    ]
