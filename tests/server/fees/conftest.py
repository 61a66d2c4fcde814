"""People of one body, and its schedule of fees."""

import pytest

from certorigin_server.users.rights import Role
from tests.server.factories import (
    Api,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
    make_user,
)
from tests.server.fees.hands import DOCUMENT


@pytest.fixture
def people():
    body = make_body("minsk")
    admin = make_user("admin", Role.ADMINISTRATOR, organisation=body)
    users = {"exporter": make_exporter(), "assessor": make_assessor(), "admin": admin}
    users["certifier"] = make_certifier()
    return users


@pytest.fixture
def apis(people):
    return {name: Api(user) for name, user in people.items()}


@pytest.fixture
def priced(apis):
    order = {"body": "minsk", "valid_from": "2026-01-01", "document": DOCUMENT}
    assert apis["admin"].post("/fees/schedules", order).status == 201
