"""The process of the loops and its supervisor: a fault stops nobody else, a signal stops all."""

import os
import shutil
import signal
import socket
import threading
import time
from contextlib import contextmanager

import httpx
import pytest
from django.conf import settings
from django.db import connection

from certorigin.errors import ConflictError
from certorigin_server.loops import bell
from certorigin_server.loops.models import Lease, LoopState
from certorigin_server.operate import serve, turn
from certorigin_server.operate.workers import make_loops
from certorigin_server.standing.models import RegisteredAct


@pytest.fixture
def open_connection(monkeypatch):
    """Between rounds old connections are closed; here the test's transaction goes on."""
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)


class Worker:
    """A loop that does so much in each turn, or fails."""

    def __init__(self, name, *turns):
        self.name, self.turns, self.ended = name, list(turns), 0

    def turn(self):
        done = self.turns.pop(0) if self.turns else 0
        if isinstance(done, Exception):
            raise done
        return done

    def end(self):
        self.ended += 1


def run(*loops, rounds):
    left = [rounds]

    def is_over():
        left[0] -= 1
        return left[0] < 0

    turn.run(loops, interval=0.0, is_over=is_over)


@contextmanager
def own_signals():
    """What is started here sets handlers for the whole process; a test gives them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def signal_when(is_ready, seconds=60.0):
    """Ask this process to stop once something is so."""

    def wait():
        until = time.monotonic() + seconds
        while time.monotonic() < until and not is_ready():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


# -- turns ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_loop_that_fails_stops_no_other_and_is_shown(open_connection):
    bad = Worker("bad", ConflictError("log.head_moved", origin="x"), ZeroDivisionError())
    good = Worker("good", 1, 0, 2)
    run(bad, good, rounds=3)
    assert good.turns == bad.turns == []
    shown = {state.name: state for state in LoopState.objects.all()}
    assert shown["bad"].fault == "ZeroDivisionError"
    assert (shown["good"].fault, shown["bad"].worked) == ("", None)
    assert shown["good"].worked is not None


@pytest.mark.django_db
def test_a_loop_that_goes_on_failing_is_told_once(open_connection, caplog):
    run(Worker("bad", *(ConflictError("log.head_moved", origin="x") for _ in range(9))), rounds=9)
    assert len(caplog.records) == 1


@pytest.mark.django_db
def test_idle_turns_write_nothing(open_connection, django_assert_num_queries):
    quiet = Worker("quiet")
    run(quiet, rounds=1)
    with django_assert_num_queries(0):
        turn._turn(quiet)
    assert LoopState.objects.get().worked is None


@pytest.mark.django_db
def test_a_note_that_can_not_be_written_is_not_worth_a_stop(open_connection, monkeypatch):
    monkeypatch.setattr("certorigin_server.loops.services.note_turn", lambda **_: 1 / 0)
    good = Worker("good", 1, 1)
    run(good, rounds=2)
    assert good.turns == []


@pytest.fixture
def silent(folder):
    """A system whose bell never rang."""
    shutil.rmtree(folder / "hints", ignore_errors=True)
    return folder


# -- rests ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "idle", "expected"),
    [
        (0.1, 9, 0.1),
        (0.05, 10, 0.5),
        (0.4, 10, 1.0),
        (3.0, 10, 3.0),  # what the operator chose is not shortened
    ],
)
def test_who_finds_nothing_for_long_rests_longer(interval, idle, expected):
    assert turn._pace(interval, idle) == pytest.approx(expected)


@pytest.mark.django_db
def test_the_bell_ends_the_rest_of_every_loop(open_connection, folder):
    took = []

    class Quiet(Worker):
        def turn(self):
            took.append(time.monotonic())
            threading.Timer(0.1, bell.ring).start()
            return 0

    turn.run([Quiet("quiet")], interval=30.0, is_over=lambda: len(took) >= 2)
    assert took[1] - took[0] < 15


@pytest.mark.django_db
def test_work_rings_the_bell_and_idleness_does_not(open_connection, silent):
    run(Worker("quiet"), rounds=2)
    assert bell.rung() == 0
    run(Worker("busy", 1), rounds=1)
    assert bell.rung() > 0


@pytest.mark.parametrize(("method", "rings"), [("get", False), ("head", False), ("post", True)])
def test_a_request_that_may_have_left_work_rings(method, rings, silent, rf):
    bell.ringing(lambda request: request)(getattr(rf, method)("/"))
    assert (bell.rung() > 0) is rings


def test_a_disk_that_takes_nothing_stops_no_request(silent, rf):
    (silent / "hints").write_text("in the way")
    assert bell.ringing(lambda request: "answer")(rf.post("/")) == "answer"
    assert bell.rung() == 0


@pytest.mark.django_db
def test_every_loop_of_an_installation_has_its_thread(folder):
    own, *others = make_loops(clock=turn.clock, holder="x")
    corridor = "AZ-BY/CIS-2009"
    assert [loop.name for loop in own] == [
        f"copy {corridor}",
        "returns",
        "recognition-paper",
        "seal",
        "supplier-seal",
        f"log {corridor}",
        f"watch {corridor}",
    ]
    assert [[loop.name for loop in one] for one in others] == [
        ["batches"],
        [f"mirror {corridor}"],
        [f"inquiry {corridor}"],
        ["publish", "statistics", "recognition-settler"],
        ["fees", "notices", "letters"],
        ["webhooks"],
    ]
    for loop in (*own, *(one for thread in others for one in thread)):
        loop.end()


def test_a_loop_that_can_not_end_holds_up_no_other(monkeypatch):
    class Stuck(Worker):
        def end(self):
            raise ConflictError("log.head_moved", origin="x")

    last = Worker("last")
    over = threading.Event()
    over.set()
    turn._run([Stuck("stuck"), last], 0.0, over, over.is_set)
    assert last.ended == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads share no memory database")
@pytest.mark.timeout(240)
@pytest.mark.loopback
@pytest.mark.django_db(transaction=True)
def test_the_process_turns_until_a_signal_and_leaves_its_leases(folder):
    """The partner is not there: nobody listens. Our own log is opened all the same."""
    with own_signals():
        waiting = signal_when((folder / "log" / "BY-1").exists)
        assert turn.main() == 0
        waiting.join()
    assert RegisteredAct.objects.filter(publisher="BY-1").count() <= 1
    assert not Lease.objects.exclude(holder="").exists()


# -- web and loops --------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def system(folder, monkeypatch):
    """A system on SQLite with a port of its own; its processes are real ones."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    port = free_port()
    place = folder / "system.toml"
    place.write_text(place.read_text("utf-8").replace("port = 8100", f"port = {port}"), "utf-8")
    return folder, f"http://127.0.0.1:{port}/health"


@pytest.mark.loopback
@pytest.mark.timeout(240)
def test_web_and_loops_run_until_a_signal(system):
    folder, url = system

    def answers():
        try:
            return httpx.get(url, trust_env=False).status_code in {200, 503}
        except httpx.HTTPError:
            return False

    with own_signals():
        waiting = signal_when(answers, seconds=120)
        assert serve.serve(folder) == 0
        waiting.join()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


@pytest.mark.loopback
@pytest.mark.timeout(240)
def test_a_process_that_ends_by_itself_takes_the_other_down(system, monkeypatch):
    folder, _ = system
    monkeypatch.setattr(serve, "web_command", lambda *_: ["sleep", "60"])
    monkeypatch.setattr(serve, "loops_command", lambda: ["false"])
    with own_signals():
        assert serve.serve(folder) == 1


@pytest.mark.loopback
@pytest.mark.timeout(240)
def test_a_process_that_will_not_end_is_ended(system, monkeypatch):
    folder, _ = system
    stubborn = ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]
    monkeypatch.setattr(serve, "web_command", lambda *_: stubborn)
    monkeypatch.setattr(serve, "loops_command", lambda: ["sh", "-c", "sleep 0.5"])
    monkeypatch.setattr(serve, "GRACE", 0.3)
    with own_signals():
        assert serve.serve(folder) == 1


def test_the_web_listens_where_the_settings_say():
    command = serve.web_command(settings.SYSTEM.host, settings.SYSTEM.port)
    assert "--host=127.0.0.1" in command
    assert "certorigin_server.operate.turn" in serve.loops_command()
