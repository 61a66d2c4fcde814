"""The database refuses what must never happen to these rows: the tables of 0002 with their new
columns (SQLite lost their triggers when it made the tables anew), and those that joined.
"""

from django.db import migrations

from certorigin_server.trail.guards import Guard

GUARDS = (
    Guard(
        "recognition_goodsdeclaration",
        frozen=(
            "post_id",
            "number",
            "date",
            "version",
            "document",
            "registered_at",
            "registered_by_id",
        ),
        written_once=("amended_at",),
    ),
    Guard(
        "recognition_decision",
        frozen=(
            "declaration_id",
            "subject",
            "outcome",
            "phase",
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
    Guard(
        "recognition_citation",
        frozen=(
            "declaration_id",
            "position",
            "form",
            "number",
            "number_key",
            "issued_on",
            "issued_in",
        ),
        written_once=("decided_at",),
    ),
    Guard(
        "recognition_recheck",
        frozen=("decision_id", "cause", "since"),
        ended_by=("noted_at",),
    ),
)


def install(apps, editor):
    for guard in GUARDS:
        guard.remove(editor)
        guard.install(editor)


def remove(apps, editor):
    for guard in GUARDS:
        guard.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("recognition", "0004_citations")]

    operations = [migrations.RunPython(install, remove)]
