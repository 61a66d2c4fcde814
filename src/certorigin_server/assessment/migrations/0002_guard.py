"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]

    operations = [
        GuardTables(
        Guard("assessment_reopening", ),
        Guard("assessment_assessment", ),
        Guard("assessment_refusal", ),
        Guard("assessment_appeal", frozen=("refusal_id", "text", "filed_at", "filed_by_id",),ended_by=("resolved_at",),),
        Guard("assessment_examinationact", frozen=("exporter_id", "application_id", "evidence_id", "number", "dated", "expert", "issuer", "valid_from", "valid_until", "findings", "confirms_necessary", "goods", "recorded_at", "recorded_by_id",),ended_by=("withdrawn_at",),),
        Guard("assessment_dossier", frozen=("exporter_id", "body_id", "assessment_id", "sequence", "code", "description", "goods_key", "worksheet", "criterion", "rules", "valid_until", "approved_at", "approved_by_id",),ended_by=("withdrawn_at",),),
        )
    ]
