from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("assessment", "0004_refusals_acts_dossiers"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="dossier",
            options={"ordering": ["code", "goods_key", "-approved_at", "id"]},
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["body", "code", "goods_key", "-approved_at", "id"],
                name="assessment_dossier_of_body",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["code", "goods_key", "-approved_at", "id"],
                name="assessment_dossier_by_goods",
            ),
        ),
    ]
