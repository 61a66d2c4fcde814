"""Own logs are judged by our own trust list as well: by which version, and how far."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns that say what is done already."""

    dependencies: ClassVar = [("log", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("log", "judged_by", models.IntegerField(default=0)),
        migrations.AddField("log", "judged_size", models.BigIntegerField(default=0)),
    ]
