"""The doctor finds what was broken, each thing by its own code, and says nothing else is."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from certorigin.terminal.main import main
from certorigin_server.loops.services import note_turn
from certorigin_server.operate.doctor.note import Grade
from certorigin_server.operate.doctor.running import look_at_partner
from tests.server.partner import pin

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(folder):
    """An installation in which a loop has just turned."""
    folder.chmod(0o700)
    pin(folder / "trust")
    note_turn(name="seal", at=datetime.now(UTC), worked=True, fault="")
    return folder


def looked(folder, *more):
    done = CliRunner().invoke(main, ["doctor", str(folder), "--offline", "--json", *more])
    notes = json.loads(done.stdout)["notes"]
    assert done.exit_code == (1 if any(one["grade"] == "bad" for one in notes) else 0)
    return {one["code"]: one["facts"] for one in notes if one["grade"] != "good"}


def codes_of_bad(folder):
    done = CliRunner().invoke(main, ["doctor", str(folder), "--offline", "--json"])
    return {one["code"] for one in json.loads(done.stdout)["notes"] if one["grade"] == "bad"}


def test_a_system_that_is_well(well):
    assert codes_of_bad(well) == set()


def expose(folder):
    folder.chmod(0o750)


def lose_a_key(folder):
    (folder / "keys" / "log.pem").unlink()


def change_the_passphrase(folder):
    (folder / "keys" / "passphrase").write_text("another")


def stop_a_loop(folder):
    del folder
    note_turn(name="log", at=datetime.now(UTC), worked=False, fault="disk.full")


def stop_all_loops(folder):
    del folder
    note_turn(name="seal", at=datetime.now(UTC) - timedelta(minutes=4), worked=True, fault="")


def forget_a_migration(folder):
    del folder
    MigrationRecorder(connection).record_unapplied("loops", "0001_initial")


@pytest.mark.parametrize(
    ("harm", "codes"),
    [
        (expose, {"doctor.folder_open"}),
        (lose_a_key, {"doctor.keys_missing", "doctor.keys_elsewhere"}),
        (change_the_passphrase, {"doctor.keys_unreadable"}),
        (stop_a_loop, {"doctor.loop_stopped"}),
        (stop_all_loops, {"doctor.not_running"}),
        (forget_a_migration, {"doctor.migrations"}),
    ],
)
def test_what_is_broken_is_named_and_nothing_else(well, harm, codes):
    before = looked(well)
    harm(well)
    assert codes_of_bad(well) == codes
    assert set(looked(well)) - codes <= set(before)


def test_first_passwords_that_still_lie_there_are_told(well):
    (well / "accounts.txt").write_text("x")
    assert "doctor.accounts_there" in looked(well)


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_people_read_it_with_what_to_do(well, language):
    expose(well)
    words = ["doctor", str(well), "--offline", "--language", language]
    said = CliRunner().invoke(main, words).stdout
    assert "! " in said
    assert "0700" in said
    assert "doctor." not in said


class Partner(BaseHTTPRequestHandler):
    """A partner whose clock goes otherwise."""

    late = 0

    def do_GET(self):
        self.send_response_only(200)
        then = datetime.now(UTC) - timedelta(seconds=self.late)
        self.send_header("Date", then.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        self.end_headers()

    def log_message(self, *words):
        del words


@pytest.mark.loopback
@pytest.mark.parametrize(("late", "grade"), [(0, Grade.GOOD), (600, Grade.BAD)])
def test_the_partners_clock_is_compared(late, grade, monkeypatch):
    monkeypatch.setattr(Partner, "late", late)
    with HTTPServer(("127.0.0.1", 0), Partner) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        corridor = replace(settings.SYSTEM.corridors[0], partner_url=url)
        (note,) = look_at_partner(corridor, datetime.now(UTC))
        server.shutdown()
    assert note.grade is grade
    (silent,) = look_at_partner(corridor, datetime.now(UTC))
    assert (silent.code, silent.grade) == ("doctor.partner_silent", Grade.BAD)


def test_what_an_upgrade_would_do_is_named_and_then_done(well):
    current = CliRunner().invoke(main, ["upgrade", str(well), "--json"])
    assert json.loads(current.stdout) == {"done": True, "steps": [], "stop_first": []}
    recorder = MigrationRecorder(connection)
    name = max(one for app, one in recorder.applied_migrations() if app == "loops")
    recorder.record_unapplied("loops", name)
    waiting = CliRunner().invoke(main, ["upgrade", str(well), "--check", "--json"])
    step = f"loops.{name}"
    told = {"done": False, "steps": [step], "stop_first": []}
    assert json.loads(waiting.stdout) == told
