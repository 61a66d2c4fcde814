"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARD = Guard(
    "seal_sealedact",
    frozen=("id", "kind", "subject", "corridor", "document", "options", "prepared_at"),
    written_once=("sealed", "digest", "log_origin", "log_index", "mirrored_at"),
)


def install(apps, editor):
    GUARD.install(editor)


def remove(apps, editor):
    GUARD.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("seal", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
