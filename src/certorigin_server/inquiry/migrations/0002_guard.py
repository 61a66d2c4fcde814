"""The database refuses what must never happen to a question: another one, or a second answer."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARD = Guard(
    "inquiry_inquiry",
    frozen=(
        "corridor",
        "form",
        "number",
        "number_key",
        "issued_on",
        "issued_in",
        "asked_at",
        "asked_by_id",
    ),
    ended_by=("answered_at",),
)


def install(apps, editor):
    GUARD.install(editor)


def remove(apps, editor):
    GUARD.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("inquiry", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
