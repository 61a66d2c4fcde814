"""Server tests run inside one national system: a copy of tests/system, with its keys made new."""

import os
import shutil
import tempfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.test.utils import setup_databases, teardown_databases

from tests.data import ROOT
from tests.limits import limit_calls
from tests.server.authority import establish

HERE = Path(__file__).parent
# Django reads its settings once, so the system is there before the first test is collected.
_PARENT = tempfile.TemporaryDirectory(prefix="certorigin-server-")
SYSTEM = Path(_PARENT.name) / "by"
shutil.copytree(ROOT / "tests" / "system", SYSTEM)
establish(SYSTEM)
os.environ["CERTORIGIN_DIR"] = str(SYSTEM)
os.environ["DJANGO_SETTINGS_MODULE"] = "certorigin_server.settings.project"
django.setup()
# The real hasher takes half a second a person; that it is set is tested in users/test_session.py.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def closed_database(django_db_blocker):
    """Only a test that asks for the database gets it, also when these tests run among others."""
    with django_db_blocker.block():
        yield


@pytest.fixture(autouse=True)
def kept_system():
    """What a test makes of the settings ends with it: else the next writes in its folder."""
    before = settings.SYSTEM
    yield
    assert settings.SYSTEM is before


@pytest.fixture(scope="session")
def django_db_setup(
    request, django_test_environment, django_db_modify_db_settings, django_db_blocker
):
    """The database of these tests; its migrations run only when one of them is new."""
    prepared = import_module("tests.server.database").prepared
    loud = request.config.option.verbose
    with django_db_blocker.unblock(), prepared():
        made = setup_databases(verbosity=loud, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=loud)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    limit_calls(item for item in items if item.path.is_relative_to(HERE))


@pytest.fixture
def folder(tmp_path, settings):
    """A folder of this test's own for the system's keys, trust lists, logs and mirrors."""
    own = tmp_path / "by"
    shutil.copytree(SYSTEM, own)
    settings.SYSTEM = replace(settings.SYSTEM, folder=own)
    return own


@pytest.fixture
def clock():
    return import_module("tests.server.partner").Clock()


@pytest.fixture
def partner(folder, tmp_path, clock):
    """AZ-1, linked with our system; nothing was exchanged yet."""
    module = import_module("tests.server.partner")
    module.pin(folder / "trust")
    made = module.Partner(tmp_path / "az", folder, clock)
    yield made
    for log in made.logs.values():
        log.close()


@pytest.fixture
def turns(clock):
    """Our loops, turned by hand."""
    made = import_module("tests.server.turns").Turns(clock)
    yield made
    made.close()


@pytest.fixture
def exchange(partner, turns):
    """Publish what was made, and let both states hold it."""
    ours = import_module("tests.server.turns").OURS

    def run():
        turns.publish()
        partner.follow(ours)
        turns.follow(partner)

    return run
