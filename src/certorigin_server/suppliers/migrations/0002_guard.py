"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0001_initial")]

    operations = [
        GuardTables(
        Guard("suppliers_declaration", frozen=("id", "organisation_id", "customer_id", "document", "options", "valid_from", "valid_until", "prepared_at", "prepared_by_id",),written_once=("sealed", "digest", "sealed_at",),ended_by=("withdrawn_at",),),
        Guard("suppliers_dependent", frozen=("declaration_id", "application_id",),ended_by=("looked_at",),),
        )
    ]
