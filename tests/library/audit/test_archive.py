"""An archive audited again: whatever was changed is named, and a killed audit goes on."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from certorigin.audit.archive import _judged, audit, check_terms, plan, tasks_of
from certorigin.audit.audited import Audited
from certorigin.audit.open_log import Opened
from certorigin.errors import ConflictError, MalformedError, UnknownError
from certorigin.log.append import Log
from certorigin.log.directory import Directory
from certorigin.log.head import FileHead
from certorigin.log.identity import Identity, Predecessor
from certorigin.log.national import commitment_to
from certorigin.log.tiles import Tile, bundle_from_bytes, bundle_to_bytes
from certorigin.seal.trust.entries import REASONS, Withdrawal
from certorigin.seal.trust.folder import read_trust_folder, write_trust_folder
from certorigin.terminal import log_audit
from certorigin.terminal.main import main
from tests.library.recognition import world as w

FULL = "tile/entries/000"
EDGE = "tile/entries/001.p/4"
SIZE = 260


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A log of 260 entries and its mirror, countersigned twice: a full tile, and one of four.

    Entry 258 is no act, and the seal of entry 259 was spoiled before it was logged.
    """
    folder = tmp_path_factory.mktemp("archive")
    world = w.World(folder)
    world.enter(*(w.issued(number) for number in range(1, 251)))
    world.follow(w.minutes(1))
    more = [w.issued(number) for number in range(251, 258)]
    spoiled = w.issued(258).replace("Тракторы".encode(), "Комбайны".encode(), 1)
    world.enter(*more, w.annulled(300, about=2), b"no act", spoiled, at=w.minutes(3))
    world.follow(w.minutes(4))
    write_trust_folder(world.trust, folder / "trust")
    return folder


@pytest.fixture
def place(made, tmp_path):
    shutil.copytree(made, tmp_path / "archive")
    return tmp_path / "archive"


def mirror_of(place):
    return place / "AZ-1/mirror"


def tasks(place, folder=None):
    trust = read_trust_folder(place / "trust")
    return list(tasks_of(plan(folder or mirror_of(place), place / "trust", trust)))


def named(found):
    wrong = [one for answer in found for one in (*answer.unproven, *(answer.judged or ()))]
    return {(one.code, one.path, one.index) for one in wrong}


def audited(place):
    return [audit(task) for task in tasks(place)]


LOGGED_WRONG = {
    ("seal.not_json", EDGE, 258),
    ("seal.signature_invalid", EDGE, 259),
}


def test_every_tile_and_every_head_is_audited_and_what_was_logged_wrong_is_named(place):
    found = audited(place)
    assert named(found) == LOGGED_WRONG
    assert [(one.name, one.count, one.is_heads) for one in found] == [
        ("cosigned/0", 2, True),
        (FULL, 256, False),
        ("tile/entries/001", 4, False),
    ]


def change(place, path, alter):
    file = mirror_of(place) / path
    data = alter(file.read_bytes())
    file.unlink()
    file.write_bytes(data)


def with_entry(number, alter):
    def changed(data):
        entries = bundle_from_bytes(data)
        entries[number] = alter(entries[number])
        return bundle_to_bytes(entries)

    return changed


def flipped(at):
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("path", "alter", "expected"),
    [
        (FULL, with_entry(17, lambda entry: entry + b" "), ("log.entry_altered", FULL, 17)),
        (EDGE, with_entry(1, flipped(5)), ("log.entry_altered", EDGE, 257)),
        (FULL, lambda data: data[:-1], ("log.bundle_malformed", FULL, 0)),
        ("tile/0/000", flipped(40), ("log.tile_altered", "tile/0/000", 0)),
        ("tile/1/000.p/1", flipped(3), ("log.root_differs", "tile/0/000", 0)),
        ("cosigned/1", flipped(60), ("log.signature_wrong", "cosigned/1", None)),
        ("cosigned/1", lambda data: b"", ("log.note_malformed", "cosigned/1", None)),
    ],
)
def test_what_was_changed_in_a_folder_is_named(place, path, alter, expected):
    change(place, path, alter)
    assert expected in named(audited(place))


def test_entries_under_a_damaged_tile_are_proven_by_the_tile_above(place):
    change(place, "tile/0/000", flipped(40))
    altered = {("log.tile_altered", "tile/0/000", 0), ("log.tile_altered", "tile/0/000", None)}
    assert named(audited(place)) == LOGGED_WRONG | altered  # by its entries, and by the first head
    change(place, FULL, with_entry(17, lambda entry: entry + b" "))
    assert ("audit.entries_unproven", FULL, 0) in named(audited(place))


def test_two_entries_that_changed_places_are_both_named(place):
    def swapped(data):
        first, second, *rest = bundle_from_bytes(data)
        return bundle_to_bytes([second, first, *rest])

    change(place, FULL, swapped)
    assert named(audited(place)) >= {("log.entry_altered", FULL, at) for at in (0, 1)}


def test_a_missing_tile_is_named(place):
    (mirror_of(place) / FULL).unlink()
    assert ("log.file_missing", FULL, 0) in named(audited(place))


def test_heads_that_changed_places_are_named(place):
    cosigned = mirror_of(place) / "cosigned"
    first, second = ((cosigned / name).read_bytes() for name in "01")
    (cosigned / "0").write_bytes(second)
    (cosigned / "1").write_bytes(first)
    assert ("audit.heads_out_of_order", "cosigned/1", None) in named(audited(place))


def replace_trust(place, **by):
    shutil.rmtree(place / "trust")
    write_trust_folder(w.trust(by=by), place / "trust")


def test_acts_of_a_key_that_was_withdrawn_before_their_legal_time_are_named(place):
    withdrawn = Withdrawal(w.minutes(2), REASONS[0])
    replace_trust(place, keys={"seal": {"withdrawn": withdrawn}})
    codes = {(code, index) for code, _, index in named(audited(place))}
    late = {("trust.key_withdrawn", index) for index in range(250, 258)}
    assert codes == late | {("seal.not_json", 258), ("seal.signature_invalid", 259)}


def test_an_unknown_key_leaves_its_acts_undecided(place):
    replace_trust(place, omit=("BY seal",))
    wrong = [one for found in audited(place) for one in found.judged or ()]
    undecided = {one.index for one in wrong if one.undecided}
    assert undecided == set(range(258))
    assert {one.code for one in wrong if one.undecided} == {"issuer.key_unknown"}


def test_trust_that_changes_meanwhile_breaks_the_audit_off(place):
    task = tasks(place)[0]
    replace_trust(place, omit=("BY seal",))
    with pytest.raises(UnknownError, match="trust_changed"):
        audit(task)


def test_a_log_that_went_on_is_audited_up_to_the_head_that_was_planned(made, tmp_path):
    world = w.small(tmp_path)
    write_trust_folder(world.trust, tmp_path / "trust")
    before = tasks(tmp_path, world.mirror_folder)
    world.enter(*(w.issued(number) for number in range(4, 260)), at=w.minutes(3))
    world.follow(w.minutes(4))
    assert not named(audit(task) for task in before)


def test_what_stands_in_a_national_log_for_an_act_is_not_judged(place):
    log = Opened.of(mirror_of(place), read_trust_folder(place / "trust"))
    entry = commitment_to(b"an act", bytes(32))
    asked = (Tile(None, 0), [(0, entry)], [w.NOON])
    assert list(_judged(log, *asked))
    partner = replace(log.partner, origin="certorigin/BY-1/AZ-BY/NATIONAL/2026")
    assert not list(_judged(replace(log, partner=partner), *asked))


@pytest.mark.parametrize("size", [3, 2])
def test_a_term_that_does_not_begin_where_the_last_one_ended_is_named(tmp_path, size):
    world = w.small(tmp_path, count=2)
    embedded = world.log.head().data
    if size > 2:
        world.enter(w.issued(3), at=w.minutes(2))
    keys = w.log_signers("BY-1", "2027")
    begun = Identity(
        *(keys[name].verifier for name in ("signer", "heartbeat")),
        Predecessor(world.log.origin, embedded),
    )
    folder = tmp_path / "next"
    Log.create(Directory(folder), FileHead(folder / "private/head"), begun, **keys, at=w.minutes(3))
    write_trust_folder(world.trust, tmp_path / "trust")
    folders = (world.log_folder, folder)
    logs = [plan(one, tmp_path / "trust", world.trust) for one in folders]
    wrong = check_terms(logs, world.trust)
    assert [one.code for one in wrong] == ["mirror.predecessor_forked"] * (size > 2)


# -- what was audited is kept ---------------------------------------------------------------------


def run_through(place, record):
    """Take every task as the command does, without its processes."""
    kept = wrong = 0
    for task in tasks(place):
        name = f"{task.log.origin} {task.name}"
        found = audit(replace(task, known=record.known(name)))
        if found.judged is None:
            kept += 1
            wrong += len(record.judged(name, found.digest, task.log.folder))
        else:
            record.add(name, found)
            wrong += len(found.judged)
    return kept, wrong


class Killed(BaseException):
    pass


def test_an_audit_that_was_killed_goes_on_and_a_changed_tile_is_audited_again(place, tmp_path):
    class Short(Audited):
        def add(self, task, found):
            super().add(task, found)
            raise Killed

    with pytest.raises(Killed), Short(tmp_path / "record") as record:
        run_through(place, record)
    with (tmp_path / "record").open("ab") as file:
        file.write(b"\0\0\n" + b'{"digest":"torn')  # the power went while lines were written
    with Audited(tmp_path / "record") as record:
        assert run_through(place, record) == (1, 2)
    with Audited(tmp_path / "record") as record:
        assert run_through(place, record) == (3, 2)
    change(place, FULL, with_entry(17, lambda entry: entry + b" "))
    with Audited(tmp_path / "record") as record:
        assert run_through(place, record) == (2, 2)
    replace_trust(place, omit=("BY officer",))
    with Audited(tmp_path / "record") as record:
        assert run_through(place, record)[0] == 0


def test_a_record_is_held_by_one_and_is_a_record(tmp_path):
    with Audited(tmp_path / "record"), pytest.raises(ConflictError):
        Audited(tmp_path / "record")
    (tmp_path / "letter").write_text("Dear Sir,\n")
    with pytest.raises(MalformedError, match="record_malformed"):
        Audited(tmp_path / "letter")
    assert (tmp_path / "letter").read_text() == "Dear Sir,\n"


# -- the command ----------------------------------------------------------------------------------


def run(*arguments):
    result = CliRunner().invoke(main, ["log", "audit", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.stderr
    return result


@pytest.mark.loopback
@pytest.mark.timeout(180)  # three interpreters start, on a machine that may be busy
def test_two_processes_audit_an_archive_and_go_on_from_what_is_recorded(place, tmp_path):
    record = tmp_path / "record"
    with Audited(record) as begun:
        task, *_ = tasks(place)
        begun.add(f"{task.log.origin} {task.name}", audit(task))
    change(place, FULL, with_entry(17, lambda entry: entry + b" "))
    (place / "BY-1/log/checkpoint").write_bytes(b"nothing\n")
    trust = ("--trust", place / "trust", "--resume", record, "--workers", "2")
    command = (sys.executable, "-m", "certorigin", "log", "audit", place, *trust, "--json")
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == log_audit.BAD, result.stderr
    found = json.loads(result.stdout)
    counted = {name: found[name] for name in ("entries", "heads", "kept", "tasks", "wrong_count")}
    assert counted == {"entries": SIZE, "heads": 2, "kept": 1, "tasks": 3, "wrong_count": 4}
    places = {(Path(one["log"]).name, one["code"], one["index"]) for one in found["wrong"]}
    assert places == {
        ("log", "log.note_malformed", None),
        ("mirror", "log.entry_altered", 17),
        ("mirror", "seal.not_json", 258),
        ("mirror", "seal.signature_invalid", 259),
    }
    assert "3 of 3 parts" in result.stderr
    assert len(record.read_bytes().splitlines()) == 3


def test_where_there_is_nothing_to_audit_it_says_so(place, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty", "--trust", place / "trust").exit_code == log_audit.UNREADABLE
    assert run(place, "--trust", tmp_path / "empty").exit_code == log_audit.UNREADABLE


def test_what_is_told_to_people(place, capsys):
    account = log_audit.Account(tasks=3)
    logs = [tasks(place)[0].log]
    for found in audited(place):
        account.enter(found, found.judged or ())
    log_audit._show_progress(account, "en")
    log_audit._tell(logs, account, "en")
    told = capsys.readouterr()
    assert "[259] tile/entries/001.p/4" in told.out
    assert "entries: 260" in told.out
    assert "2 wrong" in told.err
    assert account.exit_code == log_audit.BAD
