"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("inquiry", "0001_initial")]

    operations = [
        GuardTables(
        Guard("inquiry_inquiry", frozen=("corridor", "form", "number", "number_key", "issued_on", "issued_in", "asked_at", "asked_by_id",),ended_by=("answered_at",),),
        Guard("inquiry_paperregister", frozen=("issued_in", "name", "sha256", "count", "imported_at", "imported_by",),),
        Guard("inquiry_papercertificate", frozen=("register_id", "line", "form", "number", "number_key", "issued_on", "body", "exporter", "importer", "blank", "remark",),),
        )
    ]
