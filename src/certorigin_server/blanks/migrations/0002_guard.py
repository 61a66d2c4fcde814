"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

_RANGE = ("body_id", "series", "width", "first", "last", "noted_at", "noted_by_id")
GUARDS = (
    Guard("blanks_delivery"),
    Guard("blanks_use"),
    Guard("blanks_destruction"),
    Guard("blanks_safecount"),
    Guard("blanks_spoiled", frozen=(*_RANGE, "reason"), written_once=("destruction_id",)),
)


def install(apps, editor):
    for guard in GUARDS:
        guard.install(editor)


def remove(apps, editor):
    for guard in GUARDS:
        guard.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("blanks", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
