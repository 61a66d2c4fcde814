from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("application", "0007_remove_partyword_application_word_once_and_more"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="to_certify_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("to_certify_since__isnull", False)),
                fields=["body", "to_certify_since", "id"],
                name="application_to_certify",
            ),
        ),
    ]
