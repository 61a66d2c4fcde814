"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import GUARDS


def install(apps, editor):
    GUARDS["standing"].install(editor)


def remove(apps, editor):
    GUARDS["standing"].remove(editor)


class Migration(migrations.Migration):
    dependencies = [("standing", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
