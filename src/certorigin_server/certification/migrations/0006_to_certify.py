from django.db import migrations
from django.db.models import Exists, F, OuterRef


def fill(apps, editor):
    """Mark what was found to originate, still is, and has no certificate."""
    application = apps.get_model("application", "Application")
    found = apps.get_model("assessment", "Assessment").objects.filter(
        application=OuterRef("pk"), decision="originating", reopening=None
    )
    done = apps.get_model("certification", "Certificate").objects.filter(application=OuterRef("pk"))
    waiting = application.objects.filter(Exists(found), ~Exists(done), decided_at__isnull=False)
    waiting.update(to_certify_since=F("decided_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("application", "0008_to_certify"),
        ("assessment", "0004_refusals_acts_dossiers"),
        ("certification", "0005_search"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
