"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("fees", "0001_initial")]

    operations = [
        GuardTables(
            Guard("fees_scheduleentry"),
            Guard("fees_movement"),
            Guard("fees_paymentfile"),
            Guard(
                "fees_fee",
                frozen=("application_id", "body_id", "event", "request", "schedule_id", "charged_at"),
                written_once=("judged_at", "late_since"),
            ),
        )
    ]
