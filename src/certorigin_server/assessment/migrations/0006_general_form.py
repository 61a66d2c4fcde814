from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("assessment", "0005_dossier_lists"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assessment",
            name="decision",
            field=models.CharField(
                choices=[
                    ("originating", "Originating"),
                    ("general", "General"),
                    ("not_originating", "Not Originating"),
                    ("undetermined", "Undetermined"),
                ],
                max_length=20,
            ),
        ),
    ]
