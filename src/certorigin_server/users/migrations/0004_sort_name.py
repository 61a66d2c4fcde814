"""Names have a place in lists: by the alphabets of those who read them, on every database."""

from django.db import migrations, models

from certorigin.vocabulary.sorting import sort_key

_AT_ONCE = 500


def place_names(apps, schema_editor):
    """Give every organisation and person its place."""
    for name, write in (
        ("Organisation", lambda row: sort_key(row.name)),
        ("User", lambda row: f"{sort_key(row.last_name)}0{sort_key(row.first_name)}"),
    ):
        table = apps.get_model("users", name).objects.using(schema_editor.connection.alias)
        rows = []
        for row in table.order_by("pk").iterator(_AT_ONCE):
            row.sort_name = write(row)
            rows.append(row)
        table.bulk_update(rows, ["sort_name"], batch_size=_AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("users", "0003_keys")]

    operations = [
        migrations.AddField(
            "organisation",
            "sort_name",
            models.CharField(editable=False, max_length=480, null=True),
        ),
        migrations.AddField(
            "user", "sort_name", models.CharField(editable=False, max_length=961, null=True)
        ),
        migrations.RunPython(place_names, migrations.RunPython.noop),
    ]
