"""The database keeps every alarm as it was raised, and when it ended and who looked."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARD = Guard(
    "mirror_alarm",
    frozen=("origin", "key", "code", "subject", "act", "raised_at"),
    written_once=("ended_at", "noted_at", "noted_by_id"),
)


def install(apps, editor):
    GUARD.install(editor)


def remove(apps, editor):
    GUARD.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("mirror", "0002_alarms")]

    operations = [migrations.RunPython(install, remove)]
