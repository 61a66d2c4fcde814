"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARDS = (
    Guard(
        "recognition_goodsdeclaration",
        frozen=("post_id", "number", "date", "document", "registered_at", "registered_by_id"),
    ),
    Guard(
        "recognition_decision",
        frozen=(
            "declaration_id",
            "subject",
            "outcome",
            "ground",
            "remark",
            "override",
            "report",
            "items",
            "head_origin",
            "head_size",
            "decided_at",
            "decided_by_id",
            "act",
            "document",
        ),
        written_once=("returned_at",),
    ),
)


def install(apps, editor):
    for guard in GUARDS:
        guard.install(editor)


def remove(apps, editor):
    for guard in GUARDS:
        guard.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("recognition", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
