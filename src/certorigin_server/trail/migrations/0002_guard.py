"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARD = Guard("trail_trailentry")


def install(apps, editor):
    GUARD.install(editor)


def remove(apps, editor):
    GUARD.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
