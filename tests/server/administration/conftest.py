"""Two administrators of one body."""

import pytest

from certorigin_server.users.rights import Role
from tests.server.factories import make_body, make_user


@pytest.fixture
def anna():
    return make_user("anna", Role.ADMINISTRATOR, organisation=make_body("belcci"))


@pytest.fixture
def boris(anna):
    return make_user("boris", Role.ADMINISTRATOR, organisation=make_body("belcci"))
