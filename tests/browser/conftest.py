"""The desks in Debian's Chromium, against one live national system with a person for each role."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
import pytest
from django.conf import settings

from tests.browser.chromium import PATIENCE_MS, chromium_started
from tests.data import ROOT
from tests.limits import limit_calls
from tests.order import longest_first
from tests.ports import own_port
from tests.server.authority import establish

if settings.configured:
    raise pytest.UsageError("tests/browser runs by itself: its system is another one")
# Playwright's loop runs in this thread, and Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ.pop("DATABASE_URL", None)
# Of a test that says nothing else; three of them share two cores, each with a browser and a server.
SECONDS = 180
_PARENT = tempfile.TemporaryDirectory(prefix="certorigin-browser-")
SYSTEM = Path(_PARENT.name) / "by"
shutil.copytree(
    ROOT / "tests" / "system", SYSTEM, ignore=shutil.ignore_patterns("database.sqlite3*")
)
establish(SYSTEM)
NAMES = {
    "CERTORIGIN_DIR": str(SYSTEM),
    "DJANGO_SETTINGS_MODULE": "certorigin_server.settings.project",
}
os.environ.update(NAMES)
django.setup()
# Further workers of these tests make a system of their own.
for _name in NAMES:
    del os.environ[_name]

from tests.browser.azerbaijan import azerbaijan  # noqa: E402 - the tables need the settings
from tests.browser.people import make_people  # noqa: E402

# What a page logs by itself when an answer is no success: the tests look at answers themselves.
STATUS_NOTE = "Failed to load resource"


def pytest_collection_modifyitems(config, items) -> None:
    longest_first(items, ["test_two_states.py", "test_new_rooms.py"])
    own = [item for item in items if Path(item.path).parent == Path(__file__).parent]
    for item in own:
        item.add_marker(pytest.mark.loopback)
    # A busy machine is given --timeout.
    limit_calls(own, least=max(SECONDS, config.getoption("timeout") or 0))


@pytest.fixture(scope="session", autouse=True)
def open_database(django_db_blocker):
    """These tests prepare the live system's own database; there is no other."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def people(open_database):
    """One person for each role, by the role's name; `sign_in` knows their password."""
    return make_people()


@pytest.fixture(scope="session")
def border(people, tmp_path_factory):
    """The other state, once for all tests: a second one would show another history as its own."""
    with azerbaijan(tmp_path_factory.mktemp("azerbaijan"), SYSTEM) as made:
        yield made


@pytest.fixture(scope="session")
def live(people):
    """The address of the live system: granian over the same folder."""
    port = own_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1"),
        *(f"--port={port}", "--workers=1", "--blocking-threads=4", "--no-ws"),
        *("--log-level=warning", "certorigin_server.wsgi:application"),
    ]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | NAMES) as web:
        try:
            _wait_for(port, web)
            yield f"http://127.0.0.1:{port}"
        finally:
            web.terminate()


def _wait_for(port: int, web: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert web.poll() is None, "the live system ended"
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the live system did not come up")


@pytest.fixture(scope="session")
def chromium():
    """Debian's own browser, started once."""
    with chromium_started() as browser:
        yield browser


@pytest.fixture
def open_page(chromium, live):
    """Open a page as one person would: `open_page(locale="ru-RU", dark=True, width=360)`.

    The test fails on a request to another host and on any error in the console.
    """
    contexts, strangers, errors = [], [], []

    def ask(request) -> None:
        if not request.url.startswith((f"{live}/", "data:")):
            strangers.append(request.url)

    def note(message) -> None:
        if message.type == "error" and not message.text.startswith(STATUS_NOTE):
            errors.append(message.text)

    def make(locale: str = "en-GB", *, dark: bool = False, width: int = 1280, script: bool = True):
        context = chromium.new_context(
            base_url=live,
            locale=locale,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        context.set_default_timeout(PATIENCE_MS)
        # Chromium finds no other host. To stop requests here would switch its cache off.
        context.on("request", ask)
        chosen = {"name": settings.LANGUAGE_COOKIE_NAME, "value": locale[:2]}
        context.add_cookies([{**chosen, "domain": "127.0.0.1", "path": "/"}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not strangers, "a page asked another host"
    assert not errors


@pytest.fixture
def page(open_page):
    """A page in English at a desk."""
    return open_page()
