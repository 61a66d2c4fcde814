"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARDS = (
    Guard(
        "returns_verification",
        frozen=("request", "subject", "number", "post_id", "body_id", "asked_at"),
        written_once=("closed_at",),
    ),
    Guard("returns_replydraft", frozen=("document", "drafted_by_id"), ended_by=("decided_at",)),
    Guard("returns_restoration", ended_by=("act",)),
)


def install(apps, editor):
    for guard in GUARDS:
        guard.install(editor)


def remove(apps, editor):
    for guard in GUARDS:
        guard.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_requests")]

    operations = [migrations.RunPython(install, remove)]
