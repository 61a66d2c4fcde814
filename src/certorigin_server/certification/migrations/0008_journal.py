from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("certification", "0007_taken"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["body", "issued_on"], name="certification_journal"),
        ),
    ]
