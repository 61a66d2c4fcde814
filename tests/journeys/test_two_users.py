"""Two states under two Unix users who can read nothing of each other's."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import certorigin
from certorigin_server.operate.demo.journey import Carrier
from certorigin_server.operate.demo.person import Desks
from certorigin_server.operate.demo.systems import read_accounts
from tests.journeys.states import State, sample_named, write_traders
from tests.ports import own_port

pytestmark = pytest.mark.journey

USERS = {"BY": 61_101, "AZ": 61_102}
LOOK = """
import os, sys
try:
    print(os.listdir(sys.argv[1]))
except PermissionError:
    print("PermissionError")
try:
    print(open(sys.argv[2], "rb").read(1))
except PermissionError:
    print("PermissionError")
"""


def as_user(state: str) -> dict:
    return {"user": USERS[state], "group": USERS[state], "extra_groups": []}


@pytest.fixture(scope="module")
def ground():
    """A place that both users may enter, and in which each has a room of its own."""
    if os.geteuid() != 0:
        pytest.skip("two Unix users: only root can start processes of other users")
    root = Path(tempfile.mkdtemp(prefix="certorigin-users-"))
    root.chmod(0o755)
    for state, user in USERS.items():
        (root / state).mkdir(mode=0o700)
        os.chown(root / state, user, user)
    yield root
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="module")
def program(ground) -> dict:
    """How other users start the program: from the checkout, or from a copy that they can read."""
    attempt = subprocess.run(
        [sys.executable, "-c", "import certorigin_server.operate.commands, granian"],
        capture_output=True,
        check=False,
        cwd="/",
        **as_user("BY"),
    )
    if attempt.returncode == 0:
        return {}
    print("the checkout cannot be read by other users: they get a copy of it")
    copy = ground / "program"
    source = Path(certorigin.__file__).parents[1]
    packages = Path(pytest.__file__).parents[1]
    for folder in (source, packages):
        shutil.copytree(folder, copy, dirs_exist_ok=True)
    for path in (copy, *copy.rglob("*")):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
    return {"python": os.path.realpath(sys.executable), "environment": {"PYTHONPATH": str(copy)}}


@pytest.fixture(scope="module")
def strangers(ground, program):
    """Both systems, made and served by their own users; cards go over by hand."""
    made = {
        name: State(name, ground / name / "system", own_port(), owner=as_user(name), **program)
        for name in USERS
    }
    try:
        for state in made.values():
            state.environment = state.environment | {"HOME": str(ground / state.state)}
            init(state, made["AZ" if state.state == "BY" else "BY"], ground)
        for state in made.values():
            hand_over(state, made["AZ" if state.state == "BY" else "BY"], ground)
        for state in made.values():
            state.launch("serve")
        for state in made.values():
            state.wait_until_healthy("serve")
        yield made
    finally:
        for state in made.values():
            state.stop()


def init(state, partner, ground) -> None:
    traders = give(write_traders(ground)[state.state], state, ground)
    done = state.verb(
        "init",
        str(state.folder),
        f"--state={state.state}",
        f"--port={state.port}",
        f"--partner={partner.installation}",
        f"--partner-url={partner.url}",
        f"--more={traders}",
        "--interval=0.2",
        "--heartbeat=5",
    )
    assert done.returncode == 0, done.stderr
    state.accounts = read_accounts(state.folder)


def give(file: Path, state, ground) -> Path:
    """Be the courier: put a copy of a file into a user's room."""
    place = ground / state.state / file.name
    shutil.copyfile(file, place)
    os.chown(place, USERS[state.state], USERS[state.state])
    return place


def hand_over(state, partner, ground) -> None:
    """Carry the card of a state to its partner, and compare fingerprints as officials do."""
    card = ground / state.state / f"card-{state.state}.json"
    written = state.verb("link", "card", str(state.folder), str(card))
    assert written.returncode == 0, written.stderr
    received = give(card, partner, ground)
    heard = written.stdout.partition(": ")[2].strip()
    adopted = partner.verb(
        "link", "adopt", str(partner.folder), str(received), f"--fingerprint={heard}"
    )
    assert adopted.returncode == 0, adopted.stderr
    assert adopted.stdout == written.stdout


@pytest.mark.parametrize(("reader", "owner"), [("BY", "AZ"), ("AZ", "BY")])
def test_neither_user_can_read_the_others_folder(reader, owner, strangers):
    """Each state's folder answers the other state's user with PermissionError."""
    theirs = strangers[owner].folder
    looked = subprocess.run(
        [strangers[reader].python, "-c", LOOK, str(theirs), str(theirs / "database.sqlite3")],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        **as_user(reader),
    )
    assert looked.stdout.split() == ["PermissionError", "PermissionError"]


def test_every_process_and_file_belongs_to_its_user(strangers):
    """Nothing that a state runs or writes belongs to anybody else, and nobody else may read it."""
    for name, state in strangers.items():
        assert state.folder.stat().st_mode & 0o777 == 0o700
        ours = state.folder / "diagnostics" / "serve.txt"  # the test writes down what it says
        for path in set(state.folder.rglob("*")) - {ours}:
            assert path.lstat().st_uid == USERS[name], path
        listed = subprocess.run(
            ["ps", "-o", "uid=", "-g", str(state.running["serve"].pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        users = listed.stdout.split()
        assert len(users) >= 3, "serve, web and loops"
        assert set(users) == {str(USERS[name])}


def test_a_certificate_travels_both_ways_between_two_users(strangers, tmp_path, ground):
    """Seven stops each way, over HTTP alone; the bundle verifies offline at the other user's."""
    desks = Desks()
    try:
        for name in ("01-tractors", "07-polyethylene"):
            done = Carrier(sample_named(name), strangers, desks, tmp_path).carry()
            assert done.held, done.to_data()
            abroad = strangers[done.sample.importer_state]
            bundle = give(Path(done.files["bundle"]), abroad, ground)
            told = abroad.verb(
                "verify",
                str(bundle),
                f"--trust={abroad.folder / 'trust'}",
                f"--mirror={abroad.folder / 'mirror'}",
            )
            assert told.returncode == 0, told.stdout + told.stderr
    finally:
        desks.close()
