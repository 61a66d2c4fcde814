"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("users", "0001_initial")]

    operations = [
        GuardTables(
        Guard("users_powerofattorney", frozen=("principal_id", "agent_id", "number", "covers", "starts", "ends", "recorded_at", "recorded_by_id",),ended_by=("revoked_at",),),
        )
    ]
