"""Steps of the database are additive first; those that were not are named in the upgrade guide."""

import re

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from certorigin_server.operate.additive import what_breaks
from certorigin_server.trail.guards import Guard, GuardTables, LiftGuards
from tests.data import ROOT

PAGE = ROOT / "docs/operate/upgrade.md"
# The first version's own steps: nothing ran before them.
FIRST = ("0001_", "0002_guard")


def test_steps_that_an_older_version_does_not_bear_are_named_in_the_guide():
    steps = MigrationLoader(None).disk_migrations
    steps = {key: one for key, one in steps.items() if one.__module__.startswith("certorigin_")}
    assert len(steps) > 50
    named = set(re.findall(r"^\| `(\w+\.\w+)` \|", PAGE.read_text(), re.MULTILINE))
    found = {
        f"{app}.{name}"
        for (app, name), step in steps.items()
        if not name.startswith(FIRST) and what_breaks(step)
    }
    assert named == found


def step(*operations):
    made = migrations.Migration("made", "users")
    made.operations = operations
    return made


@pytest.mark.parametrize(
    ("operation", "is_borne"),
    [
        (migrations.AddField("user", "x", models.TextField(null=True)), True),
        (migrations.AddField("user", "x", models.TextField(db_default="")), True),
        (migrations.AddField("user", "x", models.TextField(default="")), False),
        (migrations.RemoveField("user", "email"), False),
        (migrations.RenameField("user", "email", "mail"), False),
        (migrations.AlterField("user", "email", models.CharField(max_length=9)), False),
        (migrations.DeleteModel("user"), False),
        (migrations.RunSQL("SELECT 1"), False),
        (migrations.CreateModel("thing", [("id", models.AutoField(primary_key=True))]), True),
        (migrations.AddIndex("user", models.Index(fields=["email"], name="x")), True),
    ],
    ids=lambda one: one.describe() if hasattr(one, "describe") else "",
)
def test_what_an_older_version_bears(operation, is_borne):
    assert (what_breaks(step(operation)) == []) is is_borne


def test_what_is_added_to_a_new_table_breaks_nothing():
    made = migrations.CreateModel("thing", [("id", models.AutoField(primary_key=True))])
    more = migrations.AddField("thing", "x", models.TextField(default=""))
    assert what_breaks(step(made, more)) == []
    assert what_breaks(step(more)) != []


def test_a_guard_that_refuses_more_than_before_breaks():
    before, more = Guard("users_user", frozen=("a",)), Guard("users_user", frozen=("a", "b"))
    assert what_breaks(step(GuardTables(before))) != []
    assert what_breaks(step(LiftGuards(before), GuardTables(before))) == []
    assert what_breaks(step(LiftGuards(before), GuardTables(more))) != []
    new = migrations.AddField("user", "b", models.TextField(null=True))
    assert what_breaks(step(LiftGuards(before), new, GuardTables(more))) == []
