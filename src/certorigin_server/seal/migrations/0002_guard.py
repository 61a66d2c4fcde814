"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("seal", "0001_initial")]

    operations = [
        GuardTables(
        Guard("seal_sealedact", frozen=("id", "kind", "subject", "corridor", "document", "options", "prepared_at",),written_once=("sealed", "digest", "log_origin", "log_index", "mirrored_at", "set_aside_at",),),
        )
    ]
