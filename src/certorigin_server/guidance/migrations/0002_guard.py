"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARDS = (
    Guard("guidance_inquiry"),
    Guard("guidance_answerset"),
    Guard("guidance_publication"),
)


def install(apps, editor):
    for guard in GUARDS:
        guard.install(editor)


def remove(apps, editor):
    for guard in GUARDS:
        guard.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("guidance", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
