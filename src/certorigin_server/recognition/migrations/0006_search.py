from django.db import migrations, models

from certorigin.vocabulary.search import name_key

LONGEST, AT_ONCE = 40, 2_000


def fill(apps, editor):
    """Cut the numbers of what there is into their parts."""
    part = apps.get_model("recognition", "NumberPart")
    rows = apps.get_model("recognition", "GoodsDeclaration").objects.values_list("pk", "number")
    made = []
    for pk, number in rows.iterator(chunk_size=AT_ONCE):
        parts = {one[:LONGEST] for one in name_key(number).split()}
        made += [part(declaration_id=pk, word=one) for one in sorted(parts)]
        if len(made) >= AT_ONCE:
            part.objects.bulk_create(made)
            made = []
    part.objects.bulk_create(made)


class Migration(migrations.Migration):

    dependencies = [
        ("recognition", "0005_guard_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=models.deletion.PROTECT,
                        related_name="number_parts",
                        to="recognition.goodsdeclaration",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="numberpart",
            constraint=models.UniqueConstraint(
                fields=("word", "declaration"),
                name="recognition_part_once",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            ),
        ),
        migrations.RemoveIndex(model_name="goodsdeclaration", name="recognition_of_post"),
        migrations.AddIndex(
            model_name="goodsdeclaration",
            index=models.Index(
                fields=["post", "-registered_at", "id"],
                name="recognition_of_post",
            ),
        ),
        migrations.AddIndex(
            model_name="goodsdeclaration",
            index=models.Index(
                fields=["-registered_at", "id"],
                name="recognition_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                fields=["number_key"],
                name="recognition_cited_begins",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="recheck",
            index=models.Index(
                condition=models.Q(("noted_at", None)),
                fields=["decision"],
                name="recognition_to_recheck",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
