"""Server tests run inside one national system: a copy of tests/system, with its keys made new."""

import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings

from tests.data import ROOT
from tests.server.authority import establish

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
