import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from certorigin_server.trail.guards import Guard

GUARD = Guard("printing_printed")


def install(apps, editor):
    GUARD.install(editor)


def remove(apps, editor):
    GUARD.remove(editor)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("certification", "0009_covered_goods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Printed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("blank", models.CharField(max_length=40)),
                ("printed_at", models.DateTimeField()),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="printed",
                        to="certification.certificate",
                    ),
                ),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(install, remove),
    ]
