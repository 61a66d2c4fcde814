"""A register of paper stays as it was imported."""

from django.db import migrations

from certorigin_server.trail.guards import Guard

COLUMNS = {
    "inquiry_paperregister": "issued_in name sha256 count imported_at imported_by",
    "inquiry_papercertificate": (
        "register_id line form number number_key issued_on body exporter importer blank remark"
    ),
}
GUARDS = [Guard(table, frozen=tuple(columns.split())) for table, columns in COLUMNS.items()]


def install(apps, editor):
    for guard in GUARDS:
        guard.install(editor)


def remove(apps, editor):
    for guard in GUARDS:
        guard.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("inquiry", "0003_paper")]

    operations = [migrations.RunPython(install, remove)]
