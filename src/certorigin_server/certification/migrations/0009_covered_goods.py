import django.db.models.deletion
from django.db import migrations, models

from certorigin_server.trail.guards import Guard

GUARD = Guard("certification_coveredgoods", frozen=("key", "goods"))


def install(apps, editor):
    GUARD.install(editor)


def remove(apps, editor):
    GUARD.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("certification", "0008_journal")]

    operations = [
        migrations.CreateModel(
            name="CoveredGoods",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("goods", models.CharField(db_index=True, max_length=64)),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.certificate",
                    ),
                ),
            ],
        ),
        migrations.RunPython(install, remove),
    ]
