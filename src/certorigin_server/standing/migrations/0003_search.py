from django.db import migrations, models

LONGEST_WORD, AT_ONCE = 40, 2_000


def fill(apps, editor):
    """Cut the names of what there is into words."""
    act = apps.get_model("standing", "RegisteredAct")
    word = apps.get_model("standing", "PartyWord")
    rows = act.objects.exclude(parties_key="").values_list("pk", "parties_key")
    made = []
    for pk, key in rows.iterator(chunk_size=AT_ONCE):
        words = {one[:LONGEST_WORD] for one in key.replace("|", " ").split()}
        made += [word(act_id=pk, word=one) for one in sorted(words)]
        if len(made) >= AT_ONCE:
            word.objects.bulk_create(made)
            made = []
    word.objects.bulk_create(made)


class Migration(migrations.Migration):

    dependencies = [
        ("standing", "0002_guard"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartyWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40)),
                ("act", models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="words", to="standing.registeredact")),
            ],
        ),
        migrations.AddConstraint(
            model_name="partyword",
            constraint=models.UniqueConstraint(
                fields=("word", "act"),
                name="standing_word_once",
                opclasses=("varchar_pattern_ops", "int8_ops"),
            ),
        ),
        migrations.AddIndex(
            model_name="registeredact",
            index=models.Index(
                fields=["kind", "void", "number_key"],
                name="standing_number_begins",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="registeredact",
            index=models.Index(
                fields=["kind", "void", "-issued_on", "-registered_at", "-index"],
                name="standing_newest",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
