"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_initial"), ("trail", "0002_guard")]

    operations = [GuardTables(Guard("statistics_target"))]
