"""Files of a national system on a disk that forgets: what was kept is there, what went stays away.

The system's own code runs in a process with the folder's settings.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from hashlib import sha256

import orjson
import pytest

from certorigin.audit.archive import Found
from certorigin.audit.audited import SYNCED, Audited
from certorigin_server.operate.backup import CARD, FORMAT, finish, put_back
from tests.data import ROOT

DATA = b"an invoice" * 2000
PLACE = f"evidence/{sha256(DATA).hexdigest()[:2]}/{sha256(DATA).hexdigest()}"
EVIDENCE = "from certorigin_server.application.evidence_folder import keep_file, remove_file"
SECRET = "from certorigin_server.published.services import own_secret"

pytestmark = [pytest.mark.timeout(120)]


@pytest.fixture
def system(disk):
    folder = disk.root / "by"
    shutil.copytree(ROOT / "tests" / "system", folder)
    disk.keep()
    return folder


def run(system, *lines):
    """Run code inside a system; what it prints comes back."""
    code = "\n".join(["import django", "django.setup()", *lines])
    told = {
        "CERTORIGIN_DIR": str(system),
        "DJANGO_SETTINGS_MODULE": "certorigin_server.settings.project",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def lose_power(disk):
    disk.cut()
    disk.power()


def test_a_file_that_was_attached_is_there(disk, system):
    run(system, EVIDENCE, f"keep_file({DATA!r})")
    lose_power(disk)
    assert (system / PLACE).read_bytes() == DATA


def test_a_file_that_was_destroyed_does_not_come_back(disk, system):
    run(system, EVIDENCE, f"digest = keep_file({DATA!r})")
    disk.keep()
    run(system, EVIDENCE, f"remove_file({PLACE[-64:]!r})")
    lose_power(disk)
    assert not (system / PLACE).exists()


def test_a_row_that_was_committed_is_there(disk, system):
    ask = ("from django.db import connection", "ask = connection.cursor().execute")
    run(system, *ask, "ask('CREATE TABLE seen (number INTEGER)')")
    disk.keep()
    commit = ("ask('INSERT INTO seen VALUES (1)')", "import os", "os._exit(0)")  # no checkpoint
    run(system, *ask, *commit)
    lose_power(disk)
    assert run(system, *ask, "print(ask('SELECT * FROM seen').fetchall())").strip() == "[(1,)]"


def test_a_secret_that_was_used_stays_the_same(disk, system):
    ask = (SECRET, "print(own_secret().hex())")
    made = run(system, *ask)
    lose_power(disk)
    assert run(system, *ask) == made


def test_a_system_that_was_put_back_is_whole(disk, tmp_path):
    backup, target = tmp_path / "backup", disk.root / "restored"
    files = {"trust/BY/1.json": DATA, "keys/passphrase": b"secret", "system.toml": b"[web]"}
    for name, data in files.items():
        (backup / name).parent.mkdir(parents=True, exist_ok=True)
        (backup / name).write_bytes(data)
    (backup / CARD).write_bytes(orjson.dumps({"format": FORMAT}))
    unfinished, _ = put_back(backup, target, keys=None)
    finish(unfinished, target)
    lose_power(disk)
    assert {name: (target / name).read_bytes() for name in files} == files


@pytest.mark.parametrize(("count", "is_closed"), [(SYNCED, False), (3, True)])
def test_an_audit_goes_on_from_what_it_flushed(disk, count, is_closed):
    place = disk.root / "audit" / "done"
    with contextlib.suppress(OSError), Audited(place) as record:
        for number in range(count):
            record.add(f"task {number}", Found("log", "tile", 1, False, "ab" * 32, (), ()))
        if not is_closed:
            disk.cut()
    lose_power(disk)
    with Audited(place) as record:
        known = [record.known(f"task {number}") for number in range(count)]
    assert known == [("ab" * 32,)] * count
