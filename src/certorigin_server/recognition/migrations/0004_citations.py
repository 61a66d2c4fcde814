"""Declarations from before there was a table of what they cite get their rows."""

import json

from django.db import migrations

from certorigin.vocabulary.search import number_key


def fill(apps, editor):
    declarations = apps.get_model("recognition", "GoodsDeclaration").objects
    decisions = apps.get_model("recognition", "Decision").objects
    citations = apps.get_model("recognition", "Citation").objects
    for row in declarations.all().iterator(chunk_size=200):
        decided = [one.decided_at for one in decisions.filter(declaration=row)]
        cited = {}
        for item in json.loads(row.document)["items"]:
            claim = item.get("certificate")
            if claim:
                key = (claim["form"], claim["number"], claim["date"], claim["issuingCountry"])
                cited.setdefault(key, None)
        # Which certificate a decision was about is known by its subject alone: only where all were
        # decided can it be said of each.
        is_done = len(decided) >= len(cited)
        for position, (form, number, day, state) in enumerate(cited):
            citations.create(
                declaration=row,
                position=position,
                form=form,
                number=number,
                number_key=number_key(number),
                issued_on=day,
                issued_in=state,
                decided_at=max(decided) if is_done and decided else None,
            )


class Migration(migrations.Migration):
    dependencies = [("recognition", "0003_desk")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
