"""Who may pass which door: the whole table, against the real routes of the system."""

import pytest

from tests.server.api.doors import TABLE, World, expected, route_of, routes

pytestmark = pytest.mark.django_db


def room_of(door):
    """The part of the house, so that a test is not the whole table."""
    path = door["call"].partition(" ")[2].partition("?")[0]
    return "/".join(path.strip("/").split("/")[: 3 if path.startswith("/api/") else 1]) or "home"


@pytest.fixture
def world(partner, turns):
    return World(partner, turns)


def test_every_route_stands_in_the_table(world):
    listed = {route_of(world, door) for door in TABLE}
    assert set(routes()) == listed


def test_the_table_speaks_of_everybody(world):
    for door in TABLE:
        assert set(expected(door)) == set(world.people), door["call"]


@pytest.mark.parametrize("room", sorted({room_of(door) for door in TABLE}))
def test_everybody_gets_what_the_table_says(world, room):
    wrong = [
        f"{door['call']}: {who} gets {found}, not {wanted}"
        for door in TABLE
        if room_of(door) == room
        for who, wanted in expected(door).items()
        if (found := world.knock(door, who)) != wanted
    ]
    assert not wrong, "\n".join(wrong)


def test_no_page_of_the_system_takes_a_form_from_elsewhere(client):
    for path in ("/sign-in", "/sign-out", "/language"):
        strict = type(client)(enforce_csrf_checks=True)
        assert strict.post(path, {}).status_code == 403
