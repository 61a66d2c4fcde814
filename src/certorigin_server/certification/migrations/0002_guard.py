"""The database refuses what must never happen to these rows.

A certificate keeps its number and its application for ever. Its act may be another one only while
the one before was set aside, and so will never have a seal.
"""

from django.db import migrations

from certorigin_server.trail.guards import Guard, GuardTables

_TABLE = "certification_certificate"
_DIFFERS = " OR ".join(
    f'NEW."{name}" {{differs}} OLD."{name}"'
    for name in ("act_id", "issued_on", "certified_at", "certified_by_id", "acted_for_id")
)
_KEPT = """NOT EXISTS (SELECT 1 FROM "seal_sealedact" WHERE "id" = OLD."act_id"
    AND "set_aside_at" IS NOT NULL AND "sealed" IS NULL)"""
_INSTALL = {
    "sqlite": (
        f"""CREATE TRIGGER "{_TABLE}_keeps_act" BEFORE UPDATE ON "{_TABLE}"
        WHEN ({_DIFFERS.format(differs="IS NOT")}) AND {_KEPT}
        BEGIN SELECT RAISE(ABORT, '{_TABLE} keeps its act'); END""",
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION "{_TABLE}_keep"() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF {_KEPT} THEN RAISE EXCEPTION '{_TABLE} keeps its act' USING ERRCODE = '23514';
        END IF; RETURN NEW; END $$""",
        f"""CREATE TRIGGER "{_TABLE}_keeps_act" BEFORE UPDATE ON "{_TABLE}" FOR EACH ROW
        WHEN ({_DIFFERS.format(differs="IS DISTINCT FROM")})
        EXECUTE FUNCTION "{_TABLE}_keep"()""",
    ),
}
_REMOVE = {
    "sqlite": (f'DROP TRIGGER IF EXISTS "{_TABLE}_keeps_act"',),
    "postgresql": (
        f'DROP TRIGGER IF EXISTS "{_TABLE}_keeps_act" ON "{_TABLE}"',
        f'DROP FUNCTION IF EXISTS "{_TABLE}_keep"()',
    ),
}


def install(apps, editor):
    for statement in _INSTALL[editor.connection.vendor]:
        editor.execute(statement)


def remove(apps, editor):
    for statement in _REMOVE[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("certification", "0001_initial")]

    operations = [
        GuardTables(
        Guard("certification_voidnumber", ),
        Guard("certification_deputation", frozen=("body_id", "officer_id", "deputy_id", "starts", "ends", "reason", "named_at", "named_by_id",),written_once=("ended_at",),),
        Guard("certification_laiddraft", ),
        Guard("certification_draftanswer", ),
        Guard("certification_sentback", ),
        Guard("certification_handover", ),
        Guard("certification_inplaceof", ),
        Guard("certification_renewal", ),
        Guard("certification_takennumber", ),
        Guard("certification_coveredgoods", frozen=("key", "goods",),),
        Guard("certification_certificate", frozen=("id", "application_id", "body_id", "form", "year", "serial", "number", "number_key", "destination", "parties_key", "exported_on", "export_document", "event", "version", "asked_id",),),
        Guard("certification_eventrequest", ),
        Guard("certification_eventrefusal", ),
        Guard("certification_reservednumber", ),
        ),
        migrations.RunPython(install, remove),
    ]
