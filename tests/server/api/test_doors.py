"""Who may pass which door: the whole table, against the real routes of the system."""

import shutil
from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from certorigin_server.users.rights import Right
from tests.server.api.doors import TABLE, World, expected, route_of, routes
from tests.server.api.junk import Knocker, send_junk
from tests.server.turns import Turns

TURNED_AWAY = {401, 403, 404}
# Calls that send something to be looked at, and leave nothing.
ONLY_READ = {
    "/api/v1/audit/export",
    "/api/v1/recognition/check",
    "/api/v1/recognition/check/many",
}


def room_of(door):
    """The part of the house, so that a test is not the whole table."""
    path = door["call"].partition(" ")[2].partition("?")[0]
    first, *others = path.strip("/").split("/")
    if first == "api":
        return "/".join([first, *others[:2]])
    deeper = [one for one in others[1:2] if others[0].startswith("{")]  # a thing's own pages
    return "/".join([first, *deeper]) or "home"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """One world for the whole table: whatever a knock does in it is undone."""
    root = tmp_path_factory.mktemp("doors")
    folder = root / "by"
    shutil.copytree(settings.SYSTEM.folder, folder)
    theirs = import_module("tests.server.partner")
    theirs.pin(folder / "trust")
    clock = theirs.Clock()
    with (
        override_settings(SYSTEM=replace(settings.SYSTEM, folder=folder)),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        partner, turns = theirs.Partner(root / "az", folder, clock), Turns(clock)
        yield World(partner, turns)
        transaction.set_rollback(True)
        turns.close()
        for log in partner.logs.values():
            log.close()


def test_every_route_stands_in_the_table(world):
    listed = {route_of(world, door) for door in TABLE}
    assert set(routes()) == listed


def test_the_table_speaks_of_everybody(world):
    for door in TABLE:
        assert set(expected(door)) == set(world.people), door["call"]


@pytest.mark.parametrize("room", sorted({room_of(door) for door in TABLE}))
def test_everybody_gets_what_the_table_says(world, room):
    before = rows()
    wrong = [
        f"{door['call']}: {who} gets {found}, not {wanted}"
        for door in TABLE
        if room_of(door) == room
        for who, wanted in expected(door).items()
        if (found := world.knock(door, who)) != wanted
    ]
    assert not wrong, "\n".join(wrong)
    assert not world.asked_about_fees, "customs and partners pay nothing (R7)"
    assert rows() == before, "a knock left something, and the next room is another one"


def test_a_key_for_reading_opens_no_door_that_writes(world):
    """Nor one for nothing any door but those that say who one is, or are everybody's."""
    wrong = []
    for door in TABLE:
        call, _, path = door["call"].partition(" ")
        told = expected(door)
        if not path.startswith("/api/v1/") or told["anonymous"] != 401 or "session" in path:
            continue
        who = passing(door, but="anonymous")
        if told[who] == 400:
            continue  # it falls to the shape of the call before anybody is asked
        nothing = world.knock(door, who, scopes=())
        if nothing != (200 if path == "/api/v1/me" else 403):
            wrong.append(f"{door['call']}: {who} with a key for nothing gets {nothing}")
        if call == "GET" or path.partition("?")[0] in ONLY_READ:
            continue
        reading = world.knock(door, who, scopes=[one for one in Right if one.endswith(".read")])
        if reading != 403:
            wrong.append(f"{door['call']}: {who} with a key for reading gets {reading}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="sent once, to the database that refuses more"
)
@pytest.mark.parametrize("room", sorted({room_of(door) for door in TABLE}))
def test_junk_is_nobodys_undoing(world, room):
    """Whatever who may pass sends: never our own fault, nothing of it runs, nothing stays."""
    before, failed = rows(), []
    for turn, door in enumerate(TABLE):
        if room_of(door) != room or door["call"].startswith("GET /exchange"):
            continue
        knocker = Knocker(world.people[passing(door)])
        call, (_, path) = door["call"], world.call(door)
        send_junk(knocker, call, path, world.body(door), turn=turn)
        failed += knocker.failed
    assert not failed, "\n".join(failed)
    assert rows() == before


def passing(door, *, but=""):
    """Somebody whom a door lets in, rather than somebody whom it turns away."""
    people = [pair for pair in expected(door).items() if pair[0] != but]
    found = sorted(people, key=lambda pair: (pair[1] in TURNED_AWAY, pair[1]))
    return found[0][0]


def rows():
    return {model.__name__: model._base_manager.count() for model in apps.get_models()}


@pytest.mark.django_db
def test_no_page_of_the_system_takes_a_form_from_elsewhere(client):
    for path in ("/sign-in", "/sign-out", "/language"):
        strict = type(client)(enforce_csrf_checks=True)
        assert strict.post(path, {}).status_code == 403
