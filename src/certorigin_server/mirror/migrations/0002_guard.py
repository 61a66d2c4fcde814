"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("mirror", "0001_initial")]

    operations = [
        GuardTables(
        Guard("mirror_alarm", frozen=("origin", "key", "code", "subject", "act", "raised_at",),written_once=("ended_at", "noted_at", "noted_by_id",),),
        )
    ]
