from django.db import migrations, models

LONGEST_WORD, AT_ONCE = 40, 2_000


def fill(apps, editor):
    """Cut the names of what there is into words."""
    application = apps.get_model("application", "Application")
    word = apps.get_model("application", "PartyWord")
    rows = application.objects.exclude(parties_key="").values_list("pk", "parties_key")
    made = []
    for pk, key in rows.iterator(chunk_size=AT_ONCE):
        words = {one[:LONGEST_WORD] for one in key.replace("|", " ").split()}
        made += [word(application_id=pk, word=one) for one in sorted(words)]
        if len(made) >= AT_ONCE:
            word.objects.bulk_create(made)
            made = []
    word.objects.bulk_create(made)


class Migration(migrations.Migration):

    dependencies = [
        ("application", "0004_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartyWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40)),
                ("application", models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="words", to="application.application")),
            ],
        ),
        migrations.AddConstraint(
            model_name="partyword",
            constraint=models.UniqueConstraint(
                fields=("word", "application"),
                name="application_word_once",
                opclasses=("varchar_pattern_ops", "uuid_ops"),
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["body", "-changed_at", "id"], name="application_of_body"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["-changed_at", "id"], name="application_newest"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["body", "decided_at", "status", "submitted_at"], name="application_waiting"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
