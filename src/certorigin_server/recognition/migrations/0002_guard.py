"""The database refuses what must never happen to these rows."""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables


class Migration(migrations.Migration):
    dependencies = [("recognition", "0001_initial")]

    operations = [
        GuardTables(
        Guard("recognition_goodsdeclaration", frozen=("post_id", "number", "date", "version", "document", "registered_at", "registered_by_id",),written_once=("amended_at",),),
        Guard("recognition_decision", frozen=("declaration_id", "subject", "outcome", "phase", "ground", "remark", "override", "report", "items", "head_origin", "head_size", "decided_at", "decided_by_id", "act", "document",),written_once=("returned_at",),),
        Guard("recognition_citation", frozen=("declaration_id", "position", "form", "number", "number_key", "issued_on", "issued_in",),written_once=("decided_at",),),
        Guard("recognition_recheck", frozen=("decision_id", "cause", "since",),ended_by=("noted_at",),),
        Guard("recognition_paperdemand", frozen=("declaration_id", "form", "number", "number_key", "issued_on", "issued_in", "subject", "reason", "remark", "until", "demanded_at", "demanded_by_id", "act",),ended_by=("answered_at",),),
        Guard("recognition_emergencyentry", frozen=("declaration_id", "form", "number", "number_key", "issued_on", "issued_in", "notice", "blank", "remark", "entered_at", "entered_by_id", "act",),ended_by=("closed_at",),),
        Guard("recognition_usecorrection", frozen=("decision_id", "reason", "remark", "items", "corrected_at", "corrected_by_id", "act", "document",),),
        Guard("recognition_conditionnote", frozen=("declaration_id", "condition", "found", "evidence", "noted_at", "noted_by_id",),),
        Guard("recognition_exchangerate", frozen=("currency", "day", "units", "price", "price_currency", "source", "entered_at", "entered_by_id",),),
        )
    ]
