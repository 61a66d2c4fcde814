"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("administration", "0001_initial")]

    operations = [
        GuardTables(
        Guard("administration_proposal", frozen=("id", "kind", "subject", "before", "after", "remark", "proposed_by_id", "proposed_at",),written_once=("outcome", "decided_by_id", "decided_at", "decision_remark",),),
        Guard("administration_suspension", frozen=("user_id", "reason", "suspended_by_id", "suspended_at",),written_once=("restored_by_id", "overruled_at",),),
        Guard("administration_invitation", frozen=("code_digest", "user_id", "proposal_id", "created",),written_once=("digest", "used",),),
        )
    ]
