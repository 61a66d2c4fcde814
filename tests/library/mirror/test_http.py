"""The one door out: limits, waits, no redirects, every request signed."""

import itertools
from datetime import timedelta

import httpx
import pytest

from certorigin.errors import CertoriginError, LimitError, UnknownError
from certorigin.mirror.http import HttpLine
from certorigin.mirror.line import verify_request
from tests.library.mirror.lying import NOON, Case, cosigner, minutes
from tests.library.recognition.world import sealer
from tests.simulator import Server

KEY = sealer("AZ-1 exchange")
pytestmark = pytest.mark.loopback


class Clock:
    """A clock that goes on a little whenever it is read."""

    def __init__(self, step=0.0):
        self.now, self.step = NOON, timedelta(seconds=step)

    def __call__(self):
        self.now += self.step
        return self.now


def line(url, step=0.0, **changes):
    numbers = itertools.count()
    return HttpLine(
        url, sealer=KEY, clock=Clock(step), nonce=lambda: f"nonce-{next(numbers):012}", **changes
    )


def test_a_file_is_fetched_and_the_request_is_signed():
    with Server({"exchange/log/a": b"content"}) as server, line(f"{server.url}/exchange/") as out:
        assert out.fetch("log/a", 100) == b"content"
        assert out.under("log")("a", 100) == b"content"
    for path, headers in server.requests:
        caller = verify_request(
            "GET",
            server.url + path,
            headers,
            lambda key: "AZ-1",
            now=NOON,
            seen_nonce=lambda *_: False,
        )
        assert caller.key == KEY.key
    nonces = {headers["Signature-Input"] for _, headers in server.requests}
    assert len(nonces) == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("status", "line.refused"),
        ("redirect", "line.refused"),
        ("encoded", "line.refused"),
        ("truncated", "line.unreachable"),
    ],
)
def test_what_is_no_whole_answer_is_not_here(fault, code):
    with (
        Server({"a": b"content"}, fault) as server,
        line(server.url) as out,
        pytest.raises(UnknownError) as caught,
    ):
        out.fetch("a", 100)
    assert caught.value.code == code
    assert [path for path, _ in server.requests] == ["/a"]


def test_a_missing_file_is_absent():
    with Server({}) as server, line(server.url) as out, pytest.raises(UnknownError, match="absent"):
        out.fetch("a", 100)


def test_an_endless_answer_is_cut_off():
    with (
        Server({"a": b""}, "huge") as server,
        line(server.url) as out,
        pytest.raises(LimitError, match="too_long"),
    ):
        out.fetch("a", 1000)


def test_an_answer_as_long_as_allowed_is_taken():
    with Server({"a": b"x" * 1000}) as server, line(server.url) as out:
        assert len(out.fetch("a", 1000)) == 1000
        with pytest.raises(LimitError):
            out.fetch("a", 999)


def test_a_dripping_answer_is_given_up():
    with (
        Server({"a": b"x" * 50}, "slow", pause=0.01) as server,
        line(server.url, step=1.0, longest=timedelta(seconds=5)) as out,
        pytest.raises(UnknownError, match="unreachable"),
    ):
        out.fetch("a", 1000)


def test_an_answer_whose_head_drips_is_given_up():
    """Each byte begins a wait anew, so a wait alone would let a partner hold us for days."""
    with (
        Server({"a": b""}, "slow head", pause=0.05) as server,
        line(server.url, longest=timedelta(seconds=0.5)) as out,
    ):
        with pytest.raises(UnknownError, match="unreachable"):
            out.fetch("a", 1000)
        with pytest.raises(UnknownError, match="unreachable"):
            out.hint("a", wait=0.5)


def test_a_silent_answer_is_given_up():
    with (
        Server({"a": b"x" * 5}, "slow", pause=0.5) as server,
        line(server.url, wait=0.1) as out,
        pytest.raises(UnknownError, match="unreachable"),
    ):
        out.fetch("a", 1000)


def test_nobody_there_is_unreachable():
    with Server({}) as server:
        url = server.url
    with line(url) as out, pytest.raises(UnknownError, match="unreachable"):
        out.fetch("a", 1)


def test_an_address_that_is_none_is_unreachable():
    def refuse(request):
        raise httpx.UnsupportedProtocol("none")

    with (
        line("http://127.0.0.1:1", transport=httpx.MockTransport(refuse)) as out,
        pytest.raises(UnknownError, match="unreachable"),
    ):
        out.fetch("a", 1)


@pytest.mark.parametrize("fault", ["garbage", "truncated", "huge", "status", "redirect"])
def test_a_mirror_over_a_bad_line_stands_where_it_stood(tmp_path, fault):
    case = Case(tmp_path)
    case.follow(1)
    case.publish(2, 3)
    with (
        Server(case.publisher.files, fault) as server,
        line(server.url) as out,
        case.mirror() as mirror,
    ):
        with pytest.raises(CertoriginError, match=r"log\.|line\."):
            mirror.follow(out.fetch, at=minutes(3), cosigner=cosigner())
        assert mirror.halted() is None
        assert mirror.head().checkpoint.size == 3
        server.fault = ""
        assert mirror.follow(out.fetch, at=minutes(4), cosigner=cosigner()).size == 6
