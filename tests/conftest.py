"""What holds for every test: closed sockets, a time limit, an account of the vectors that ran."""

import gc
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

import certorigin
from tests.data import vectors

JOURNEY_SECONDS = 600

# The limit of a test is pytest's, not of one example; what failed once is found again by its seed.
settings.register_profile("check", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile(os.environ.get("CERTORIGIN_HYPOTHESIS", "check"))
# Half a million objects stay for good; to look through them for what could be dropped after every
# few hundred new ones took a sixth of the processor's time.
gc.set_threshold(10_000)


# -- the source under test ------------------------------------------------------------------------


def pytest_sessionstart() -> None:
    """A test run on a copy of the source must not quietly test the original."""
    wanted = os.environ.get("CERTORIGIN_SOURCE")
    if wanted and not Path(certorigin.__file__).is_relative_to(wanted):
        message = f"CERTORIGIN_SOURCE is {wanted}, but certorigin is {certorigin.__file__}"
        raise pytest.UsageError(message)


# -- sockets --------------------------------------------------------------------------------------


class ConnectionForbiddenError(RuntimeError):
    """A test reached for the network."""


class _Sockets:
    loopback = False


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host in {None, "", "localhost", "::1"} or str(host).startswith("127.")


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        address = arguments[1]
        if not isinstance(address, tuple):  # a unix socket is a file
            return
        host = address[0]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    if not _is_loopback(host):
        message = f"a test may never reach {host!r}"
        raise ConnectionForbiddenError(message)
    if not _Sockets.loopback:
        message = "this test is not marked with `loopback`"
        raise ConnectionForbiddenError(message)


sys.addaudithook(_guard)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    _Sockets.loopback = any(item.iter_markers("loopback")) or any(item.iter_markers("journey"))
    try:
        return (yield)
    finally:
        _Sockets.loopback = False


# -- time limits ----------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("journey") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(JOURNEY_SECONDS))


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


# -- vectors --------------------------------------------------------------------------------------


def _ledger() -> Path | None:
    """Where the stages of scripts/test add up what ran."""
    name = os.environ.get("CERTORIGIN_VECTORS_LEDGER")
    return Path(name) if name else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["vectors"] = dict(vectors.counts)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    vectors.counts.update(getattr(node, "workeroutput", {}).get("vectors", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts = dict(vectors.counts)
    ledger = _ledger()
    if ledger is not None:
        earlier = json.loads(ledger.read_text()) if ledger.exists() else {}
        counts = {k: max(counts.get(k, 0), earlier.get(k, 0)) for k in earlier | counts}
        ledger.write_text(json.dumps(counts))
    if not counts:
        return
    terminalreporter.section("vectors of each kind that ran")
    width = max(map(len, counts))
    for kind in sorted(counts):
        terminalreporter.write_line(f"{kind:<{width}}  {counts[kind]:>7}")
    terminalreporter.write_line(f"{'all':<{width}}  {sum(counts.values()):>7}")
