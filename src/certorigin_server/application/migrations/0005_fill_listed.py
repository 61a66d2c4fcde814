"""Fills the columns of 0004 from the documents, some rows at a time.

It holds no transaction around all of them, and goes on where it was broken off.
"""

import orjson
from django.db import migrations

_AT_ONCE = 500


def fill(apps, schema_editor):
    rows = apps.get_model("application", "Application").objects.using(schema_editor.connection.alias)
    waiting = rows.filter(importer_name=None).only("pk", "document").order_by("pk")
    some = list(waiting[:_AT_ONCE])
    while some:
        for row in some:
            said = orjson.loads(row.document) if row.document else {}
            importer, invoice = (said.get(name) or {} for name in ("importer", "invoice"))
            row.importer_name = importer.get("name", "")
            row.invoice_number = invoice.get("number", "")
        rows.bulk_update(some, ["importer_name", "invoice_number"])
        some = list(waiting.filter(pk__gt=some[-1].pk)[:_AT_ONCE])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("application", "0004_listed")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
