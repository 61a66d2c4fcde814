"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARDS = (
    Guard(
        "suppliers_declaration",
        frozen=(
            "id",
            "organisation_id",
            "customer_id",
            "document",
            "options",
            "valid_from",
            "valid_until",
            "prepared_at",
            "prepared_by_id",
        ),
        written_once=("sealed", "digest", "sealed_at"),
        ended_by=("withdrawn_at",),
    ),
    Guard(
        "suppliers_dependent",
        frozen=("declaration_id", "application_id"),
        ended_by=("looked_at",),
    ),
)


def install(apps, editor):
    for guard in GUARDS:
        guard.install(editor)


def remove(apps, editor):
    for guard in GUARDS:
        guard.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
