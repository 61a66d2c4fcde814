"""Numbers under processes that work at once: none twice, none missing (R33).

CERTORIGIN_NUMBERS says how many each of eight processes takes on PostgreSQL (scripts/long).
"""

import os
import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from certorigin_server.certification.models import NumberSequence, VoidNumber
from certorigin_server.trail.queries import find_broken_link
from tests.server.factories import make_certifier
from tests.server.numbers import make_numbers

pytestmark = pytest.mark.django_db(transaction=True)
EACH = int(os.environ.get("CERTORIGIN_NUMBERS", "25"))
PROCESSES = 8 if EACH > 25 else 4


@pytest.mark.skipif(connection.vendor != "postgresql", reason="its own test on SQLite")
def test_processes_at_once_make_each_number_once():
    serials = make_numbers(make_certifier().username, processes=PROCESSES, each=EACH)
    assert sorted(serials) == list(range(1, PROCESSES * EACH + 1))
    assert NumberSequence.objects.get().last == PROCESSES * EACH
    assert VoidNumber.objects.count() == PROCESSES * EACH
    assert find_broken_link() is None


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own test on PostgreSQL")
def test_processes_on_one_file_make_each_number_once(tmp_path):
    file = str(tmp_path / "numbers.sqlite3")
    serials = make_numbers(make_certifier().username, processes=2, each=EACH, file=file)
    assert sorted(serials) == list(range(1, 2 * EACH + 1))
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT last FROM certification_numbersequence").fetchall() == [
            (2 * EACH,)
        ]
