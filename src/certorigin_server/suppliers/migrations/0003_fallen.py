from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("suppliers", "0002_guard"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)),
                fields=["-prepared_at", "id"],
                name="suppliers_fallen",
            ),
        ),
    ]
