"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("application", "0001_initial")]

    operations = [
        GuardTables(
        Guard("application_worksheetversion", ),
        Guard("application_question", frozen=("application_id", "text", "suspends", "asked_at", "asked_by_id",),ended_by=("answered_at", "taken_back_at",),),
        Guard("application_evidence", frozen=("application_id", "kind", "name", "digest", "size", "media_type", "added_at", "added_by_id",),ended_by=("removed_at",),),
        Guard("application_declaration", ),
        )
    ]
