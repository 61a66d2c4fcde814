"""Yesterday's backup is put back: it refuses to grow, catches up with the partner, and goes on."""

import json
import shutil
import time

import pytest

from certorigin.log.directory import Directory
from certorigin.log.fsck import check
from certorigin.log.identity import Identity
from tests.journeys.flow import refusal_of
from tests.journeys.invariants import check_invariants, settle

pytestmark = pytest.mark.journey


def must(done):
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def log_of(folder):
    (found,) = folder.glob("log/*/AZ-BY/CIS-2009/*")
    return Directory(found)


def in_sqlite(pair):
    """The state whose database is laid aside with its folder: another's has means of its own."""
    return next(state for state in pair if "DATABASE_URL" not in state.environment)


def sound_size(directory):
    identity = Identity.from_bytes(directory.read("log.json"))
    report = check(directory, (identity.log, identity.heartbeat))
    assert report.ok, report.problems
    return report.size


def certify(state, flow, application):
    officer = flow.person(state, "certifier")
    return refusal_of(lambda: officer.ask("POST", f"/certification/{application}/certify", {}))


def test_yesterdays_backup_grows_only_after_it_caught_up(pair, flow, tmp_path, tell):
    home = in_sqlite(pair)
    partner = pair.other(home)
    backup, folder = tmp_path / "backup", home.folder
    for state in pair:
        flow.issue(state)
    settle(pair)
    decided_before = flow.ready(home)
    card = must(home.verb("backup", str(folder), str(backup), "--with-keys", "--json"))
    (size,) = card["logs"].values()
    assert sound_size(log_of(backup)) == int(size) > 1
    again = home.verb("backup", str(folder), str(backup))
    assert (again.returncode, "backup.target_taken" in again.stderr) == (2, True)

    flow.certify(home, decided_before)  # its application is in the backup
    for state in pair:  # nothing of these is
        flow.issue(state)
    settle(pair)
    home.stop()
    folder.rename(tmp_path / "broken")
    began = time.monotonic()
    must(home.verb("restore", str(backup), str(folder), "--json"))
    shutil.rmtree(tmp_path / "broken")
    home.start()
    home.wait_until_healthy()
    tell("restore: until pages are shown", time.monotonic() - began)
    application = flow.ready(home)
    assert certify(home, flow, application) == "log.restored"
    assert certify(home, flow, decided_before) == "log.restored"

    done = must(home.verb("log", "catch-up", str(folder), "--skip", "0", "--json"))
    assert sum(map(int, done["logs"].values())) >= 2
    assert certify(home, flow, decided_before) == "certification.done"
    flow.certify(home, application)
    tell("restore: until a certificate, caught up", time.monotonic() - began)
    settle(pair)
    check_invariants(pair, flow.ledger)
    followed = partner.account("sizes")["followed"]
    assert set(followed.values()) == {"following"}, "the partner saw a fork"
    numbers = [told["number"] for state, told in flow.ledger.certificates if state == home.state]
    assert len(set(numbers)) == len(numbers) == 4
