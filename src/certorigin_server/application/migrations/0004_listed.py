"""To whom an application goes, and with which invoice, have columns of their own: lists show them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("application", "0003_retention")]

    operations = [
        migrations.AddField("application", name, models.TextField(null=True, blank=True))
        for name in ("importer_name", "invoice_number")
    ]
