from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("certification", "0004_guard"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                fields=["number_key"],
                name="certification_number_begins",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["body", "-certified_at", "id"], name="certification_of_body"),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["-certified_at", "id"], name="certification_newest"),
        ),
    ]
