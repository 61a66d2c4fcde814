"""An invitation has two halves; one that was made before has no code, and opens nothing any more."""

from django.db import migrations, models

from certorigin_server.trail.guards import Guard

OLD = Guard(
    "administration_invitation",
    frozen=("digest", "user_id", "proposal_id", "created"),
    written_once=("used",),
)
NEW = Guard(
    "administration_invitation",
    frozen=("code_digest", "user_id", "proposal_id", "created"),
    written_once=("digest", "used"),
)


def remove_old(apps, editor):
    OLD.remove(editor)


def install_old(apps, editor):
    OLD.install(editor)


def install_new(apps, editor):
    NEW.install(editor)


def remove_new(apps, editor):
    NEW.remove(editor)


class Migration(migrations.Migration):
    dependencies = [("administration", "0003_overruled")]

    operations = [
        migrations.RunPython(remove_old, install_old),
        migrations.AlterField(
            model_name="invitation",
            name="digest",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="code_digest",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(install_new, remove_new),
    ]
