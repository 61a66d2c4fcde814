"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial")]

    operations = [
        GuardTables(
        Guard("returns_verification", frozen=("request", "subject", "number", "post_id", "body_id", "asked_at",),written_once=("closed_at",),),
        Guard("returns_replydraft", frozen=("document", "drafted_by_id",),ended_by=("decided_at",),),
        Guard("returns_restoration", ended_by=("act",),),
        )
    ]
