"""Tables that are drawn in addition are those that would be drawn anew."""

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps

from certorigin_server.trail.tables import Tables


def history():
    """Every migration, each after those that it needs, and the state before all of them."""
    loader = MigrationLoader(None)
    plan = dict.fromkeys(
        one for leaf in loader.graph.leaf_nodes() for one in loader.graph.forwards_plan(leaf)
    )
    return [loader.graph.nodes[one] for one in plan], loader.project_state(nodes=[])


def look_of(apps):
    """What operations see of the models: their fields, whom they refer to, and who to them."""
    return {
        model._meta.label: (
            [
                (one.name, type(one), one.is_relation and one.related_model._meta.label)
                for one in fields
            ],
            sorted(one.name for one in model._meta.related_objects),
        )
        for model in apps.get_models(include_auto_created=True)
        for fields in [model._meta.local_fields + model._meta.local_many_to_many]
    }


def known_and_knowing(apps, model):
    """Whether a model refers to the models of this drawing, and they know that it does."""
    links = [field for field in model._meta.local_fields if field.is_relation]
    return all(
        apps.get_model(link.related_model._meta.label) is link.related_model
        and (
            link.remote_field.hidden
            or link.remote_field in link.related_model._meta.related_objects
        )
        for link in links
    )


def test_models_that_come_with_a_table_know_all_others_and_are_known_by_them():
    migrations, state = history()
    added = 0
    assert state.apps  # drawn before the first, as when migrations run
    for migration in migrations:
        state = state.clone()  # as when Django means to come back to it
        for operation in migration.operations:
            operation.state_forwards(migration.app_label, state)
            for table in operation.tables if isinstance(operation, Tables) else ():
                added += 1
                assert "apps" in state.__dict__, f"{migration} draws everything anew"
                model = state.apps.get_model(migration.app_label, table.name)
                assert known_and_knowing(state.apps, model), model
    assert added > 100
    assert look_of(state.apps) == look_of(StateApps(state.real_apps, state.models))
